"""Tagger: which words of a comment people would mark as what makes it toxic.

A logistic regression of each word on some figures about it and its neighbours: how often the word
was marked in training (a hashed table), what it adds to the linear model's logits, how it is
written and where it stands. Trained on the toxic spans of Pavlopoulos et al., SemEval-2021 Task 5,
https://aclanthology.org/2021.semeval-1.6/.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from modsvc.classifier.features import WORD_BUCKETS, find_grams
from modsvc.core.text import Reading

# What the people who marked the words were asked about.
JUDGED = "toxicity"
# The labels whose pushes it looks at, the first of them at the neighbours' too.
PUSHING = ("toxicity", "severe_toxicity", "obscene", "threat", "insult", "identity_attack")
# Beyond a text's edge stands, as it were, a word that is seldom marked.
_EDGE = -1.3
_N_CROSSED, _N_LOOKS = 7, 13
_PAIRS = np.triu_indices(_N_CROSSED)
N_FIGURES = _N_CROSSED + len(_PAIRS[0]) + 2 + len(PUSHING) - 1 + 2 + _N_LOOKS


@dataclass(frozen=True, slots=True)
class TaggerArrays:
    """What a tagger has learned; arrays that cannot be written."""

    rates: NDArray[np.float16]  # For each word's bucket a third of the log-odds that it is marked.
    weights: NDArray[np.float64]  # One for each figure, then the intercept.
    thresholds: NDArray[np.float64]  # A word is marked from the first on, the best from the second.


# Each array's type and shape.
ARRAYS: dict[str, tuple[str, tuple[int, ...]]] = {
    "rates": ("float16", (WORD_BUCKETS,)),
    "weights": ("float64", (N_FIGURES + 1,)),
    "thresholds": ("float64", (2,)),
}


class Tagger:
    """Served from numpy. It only reads its arrays, so threads may share it."""

    def __init__(self, arrays: TaggerArrays) -> None:
        self._arrays = arrays

    def likely(
        self,
        reading: Reading,
        places: Sequence[tuple[int, int]],
        words: Sequence[str],
        pushes: NDArray[np.float64],
    ) -> NDArray[np.float64]:
        """Return how likely a person would mark each word, in (0, 1), shape (n_words,).

        Parameters
        ----------
        reading, places, words
            A text, where its words stand in `reading.text`, and how they are spelled there.
        pushes
            What each adds to the logits of PUSHING, shape (n_words, 6).
        """
        if not words:
            return np.zeros(0)
        rates = self._arrays.rates[rate_buckets(words)].astype(np.float64)
        return likelihood(figures(rates, pushes, looks(reading, places)), self._arrays)

    def marked(self, likely: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Say which words to mark, shape (n_words,)."""
        return choose(likely, self._arrays.thresholds)


def likelihood(described: NDArray[np.float64], arrays: TaggerArrays) -> NDArray[np.float64]:
    """Return how likely a person would mark each word, by its figures, shape (n_words,)."""
    logits = described @ arrays.weights[:-1] + arrays.weights[-1]
    likely: NDArray[np.float64] = 1 / (1 + np.exp(-np.clip(logits, -30, 30)))
    return likely


def choose(likely: NDArray[np.float64], thresholds: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Mark all words from the first threshold on; if none is, the likeliest from the second on."""
    best = likely.max(initial=0.0)
    least = thresholds[0] if best >= thresholds[0] else max(best, thresholds[1])
    chosen: NDArray[np.bool_] = likely >= least
    return chosen


def rate_buckets(words: Sequence[str]) -> NDArray[np.int64]:
    """Return each word's bucket in the table of rates, shape (n_words,)."""
    return find_grams([words]).buckets[: len(words)]


def figures(
    rates: NDArray[np.float64], pushes: NDArray[np.float64], looked: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the figures of each word of one text that has some, shape (n_words, N_FIGURES)."""
    n_words = len(rates)
    best = rates.max()
    around = np.concatenate(([_EDGE] * 2, rates, [_EDGE] * 2))
    pushed = np.tanh(pushes)  # Past a certain push a word is bad, however far past.
    near = np.concatenate(([0.0], pushed[:, 0], [0.0]))
    crossed = np.column_stack(
        (
            rates,
            rates - best,
            around[1:-3],
            around[3:-1],
            pushed[:, 0],
            np.full(n_words, best),
            np.full(n_words, np.log(n_words) / 3),
        )
    )
    return np.column_stack(
        (
            crossed,
            crossed[:, _PAIRS[0]] * crossed[:, _PAIRS[1]],
            around[:-4],
            around[4:],
            pushed[:, 1:],
            near[:-2],
            near[2:],
            looked,
        )
    )


def looks(reading: Reading, places: Sequence[tuple[int, int]]) -> NDArray[np.float64]:
    """Return how each word is written and where it stands, shape (n_words, 13)."""
    n_words = len(places)
    text, raw = reading.text, reading.raw
    shouted = raw.isupper()
    rows = []
    for i, (start, end) in enumerate(places):
        first, last = reading.span(start, end)
        sent = raw[first:last]
        capitals = sent.isupper()
        before, after = text[max(0, start - 2) : start], text[end : end + 2]
        rows.append(
            (
                capitals and last - first > 1 and not shouted,
                not capitals and sent[0].isupper(),
                "!" in after,
                "." in after or "?" in after,
                "," in after,
                '"' in before or '"' in after,
                not text[start:end].isalnum(),
                min(end - start, 12) / 12,
                i / n_words,
                i == 0,
                i == n_words - 1,
                1 / n_words,
                min(n_words, 50) / 50,
            )
        )
    return np.array(rows, np.float64).reshape(n_words, _N_LOOKS)
