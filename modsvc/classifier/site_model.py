"""How likely a site is to reject a comment, learned from what became of its others.

A logistic regression over what the classifier says of a comment and the words it is made of, small
enough to be fitted where the service runs. Names of groups are not among the words, nor is what is
written as a name, with a capital within a sentence: a site that rejected many comments about
somebody must not teach us to reject the next.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from modsvc.classifier.features import words_of
from modsvc.core.groups import NAMES
from modsvc.core.identity import TERMS
from modsvc.core.labels import LABELS
from modsvc.core.text import Reading

Array = NDArray[np.float64]

N_WORDS = 1 << 14  # Buckets that words are hashed to.
N_DENSE = len(LABELS) + 1  # The scores' log-odds, and one for the intercept.
N_WEIGHTS = N_DENSE + N_WORDS
FOLDS = 5
# Of the prior on a weight, in units of one comment: words are many and each says little.
PENALTY_WORD, PENALTY_DENSE = 1.0, 1e-2
# A score is never so sure that its log-odds would outweigh everything else.
MOST_SURE = 1e-4
_NAME = re.compile(r"(?<=[\w,;:\"'(-] )[^\W\d_a-z][^\W\d_A-Z]+\b")
_UNSEEN = TERMS | {name.lower() for pair in NAMES for name in pair}


class Example(NamedTuple):
    """A comment's features: the indices of its weights, and the value at each."""

    at: NDArray[np.int64]
    values: Array


@dataclass(frozen=True, slots=True)
class SiteModel:
    """What was learned: weights of shape (N_WEIGHTS,), and how well they told held-out comments.

    `auc` is the area under the ROC curve over comments that a fold's weights had not seen.
    """

    weights: NDArray[np.float32]
    auc: float
    n_approved: int
    n_rejected: int

    def __call__(self, reading: Reading, scores: Mapping[str, float]) -> float:
        """Give the probability, in [0, 1], that the site rejects a comment."""
        example = features(reading, scores)
        return float(_sigmoid(example.values @ self.weights[example.at]))


def features(reading: Reading, scores: Mapping[str, float]) -> Example:
    """Give a comment's features; a label that was not scored counts as none at all."""
    odds = [_log_odds(scores[label]) / 4 if label in scores else 0.0 for label in LABELS]
    unseen = _UNSEEN | {name[0].lower() for name in _NAME.finditer(reading.raw)}
    words = {N_DENSE + crc32(word.encode()) % N_WORDS for word in words_of(reading, unseen)}
    dense = [*odds, 1.0]
    at = np.array([*range(N_DENSE), *sorted(words)], np.int64)
    values = np.concatenate((dense, np.full(len(words), 1.0 / math.sqrt(max(len(words), 1)))))
    return Example(at, values)


def learn(examples: Sequence[Example], rejected: Sequence[bool]) -> SiteModel:
    """Learn from comments, `rejected` or not; there must be at least FOLDS of each kind.

    The weights are those of all comments, made as sure as the folds' were right to be (Platt, 1999,
    https://www.researchgate.net/publication/2594015): what is learned from is told too well.
    """
    targets = np.array(rejected, float)
    folds = _folds(targets)
    unseen = np.empty(len(targets))
    for fold in range(FOLDS):
        within, without = (folds != fold).nonzero()[0], (folds == fold).nonzero()[0]
        weights = _fit(_Rows([examples[i] for i in within]), targets[within])
        unseen[without] = _Rows([examples[i] for i in without]) @ weights
    slope, shift = _platt(unseen, targets)
    weights = _fit(_Rows(examples), targets) * slope
    weights[N_DENSE - 1] += shift
    n_rejected = int(targets.sum())
    return SiteModel(
        weights.astype(np.float32),
        auc=_auc(unseen, targets),
        n_approved=len(targets) - n_rejected,
        n_rejected=n_rejected,
    )


class _Rows:
    """Examples laid end to end, to be multiplied with."""

    def __init__(self, examples: Sequence[Example]) -> None:
        self._n = len(examples)
        self._row = np.repeat(np.arange(self._n), [len(each.at) for each in examples])
        self._at = np.concatenate([each.at for each in examples])
        self._values = np.concatenate([each.values for each in examples])

    def __matmul__(self, weights: Array) -> Array:
        return np.bincount(self._row, self._values * weights[self._at], self._n).astype(float)

    def transposed(self, per_row: Array) -> Array:
        """Multiply the other way round: from (n_rows,) to (N_WEIGHTS,)."""
        return np.bincount(self._at, self._values * per_row[self._row], N_WEIGHTS).astype(float)


def _fit(rows: _Rows, targets: Array) -> Array:
    penalty = np.full(N_WEIGHTS, PENALTY_WORD)
    penalty[:N_DENSE] = PENALTY_DENSE

    def loss(weights: Array) -> tuple[float, Array]:
        margins = rows @ weights
        value = np.logaddexp(0.0, margins).sum() - margins @ targets
        value += 0.5 * (penalty * weights * weights).sum()
        return float(value), rows.transposed(_sigmoid(margins) - targets) + penalty * weights

    return minimise(loss, np.zeros(N_WEIGHTS))


def minimise(
    loss: Callable[[Array], tuple[float, Array]], start: Array, *, steps: int = 100, kept: int = 8
) -> Array:
    """Find the least of a smooth convex function, which gives its value and its gradient.

    L-BFGS with backtracking: Nocedal and Wright, Numerical Optimization, 2nd ed. (2006), 7.2.
    """
    at, (value, slope) = start, loss(start)
    memory: list[tuple[Array, Array]] = []
    for _ in range(steps):
        if np.abs(slope).max() < 1e-3 * max(1.0, abs(value) ** 0.5):
            break
        towards = -_preconditioned(slope, memory)
        length = 1.0 if memory else 1.0 / max(1.0, float(np.abs(slope).sum()))
        while True:
            tried = at + length * towards
            found, its_slope = loss(tried)
            if found <= value + 1e-4 * length * float(slope @ towards):
                break
            length /= 2
            if length < 1e-12:
                return at
        if (its_slope - slope) @ (tried - at) > 0:
            memory = [*memory, (tried - at, its_slope - slope)][-kept:]
        at, value, slope = tried, found, its_slope
    return at


def _preconditioned(slope: Array, memory: Sequence[tuple[Array, Array]]) -> Array:
    towards, used = slope.copy(), []
    for step, change in reversed(memory):
        share = (step @ towards) / (step @ change)
        towards -= share * change
        used.append(share)
    if memory:
        step, change = memory[-1]
        towards *= (step @ change) / (change @ change)
    for (step, change), share in zip(memory, reversed(used), strict=True):
        towards += (share - (change @ towards) / (step @ change)) * step
    return towards


def _folds(targets: Array) -> NDArray[np.int64]:
    """Deal the comments of each kind out in turn, so that every fold has its share of both."""
    folds = np.empty(len(targets), np.int64)
    for kind in (0.0, 1.0):
        where = (targets == kind).nonzero()[0]
        folds[where] = np.arange(len(where)) % FOLDS
    return folds


def _platt(margins: Array, targets: Array) -> tuple[float, float]:
    """Find the slope and the shift that make margins log-odds."""

    def loss(pair: Array) -> tuple[float, Array]:
        sure = pair[0] * margins + pair[1]
        value = (
            np.logaddexp(0.0, sure).sum()
            - sure @ targets
            + 0.5 * float((pair - start) @ (pair - start))
        )
        off = _sigmoid(sure) - targets
        return float(value), np.array([off @ margins, off.sum()]) + (pair - start)

    start = np.array([1.0, 0.0])
    slope, shift = minimise(loss, start)
    # Margins that say nothing, or the contrary, must not be turned round.
    return max(float(slope), 0.0), float(shift)


def _auc(margins: Array, targets: Array) -> float:
    """Give the share of pairs, a rejected comment and an approved one, that stand the right way."""
    is_rejected = targets == 1.0
    approved = np.sort(margins[~is_rejected])
    below = np.searchsorted(approved, margins[is_rejected], "left")
    up_to = np.searchsorted(approved, margins[is_rejected], "right")
    return float((below + up_to).mean() / 2 / len(approved))


def _log_odds(score: float) -> float:
    sure = min(max(score, MOST_SURE), 1.0 - MOST_SURE)
    return math.log(sure / (1.0 - sure))


def _sigmoid(margins: Array | float) -> Array:
    result: Array = 0.5 * (1.0 + np.tanh(0.5 * np.asarray(margins)))
    return result
