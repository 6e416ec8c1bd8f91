"""The lexicon of a model, learned from the texts it is fitted on: nobody writes a list of slurs.

A word is abusive if the texts that hold it are labelled so far more often than others, even where
chance is given its due, or if people marked it as what was abusive in a text. A word is known if
enough texts hold it, or if it was met in fair texts and would else be mistaken for an abusive one.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from modsvc.core.labels import LABELS
from modsvc.core.lexicon import Lexicon
from modsvc.core.resolving import Targets
from modsvc.core.text import normalise

_ABUSE = [i for i, label in enumerate(LABELS) if label != "spam"]
# A word by itself: what stands on either side of a star or dash may be a piece of one.
_WORD = re.compile(r"(?<![\w*@$#&^-])[a-z]+(?:'[a-z]+)*(?![\w*@$#&^-])", re.IGNORECASE | re.ASCII)
_MIN_CHARS, _MAX_CHARS = 3, 20
# Two or three letters are as often initials, or what is left of a word cut in two: they must stand
# in so many times more texts to be known as words.
_SHORT_NEEDS = {2: 12, 3: 4}
_MIN_ABUSIVE_TEXTS = 4
# Cautious log-odds that a text is abusive if it holds the word, against those of all texts: of
# Wikipedia's comments that hold a word at 1.4 at least three in ten are abusive.
_MIN_ASSOCIATION = 1.4
_MIN_OF_COMPOUND = 0.2  # The same for a compound of a word that is plainly abusive.
_PLAINLY = 2.0
_MIN_MARKED = 5  # How often, and in which share of its uses, people marked a word as abusive.
_MIN_MARKED_SHARE = 0.5
_COMMONER = 10  # How much commoner than its disguise a word is.
_Z = 1.64  # Of a one-sided bound at 95 %.


def build(
    texts: Sequence[str],
    targets: NDArray[np.float64],
    *,
    marked: Iterable[tuple[str, Collection[int]]] = (),
    fair: Collection[str] = (),
    min_texts: int = 2,
) -> Lexicon:
    """Learn the words of labelled texts.

    Parameters
    ----------
    texts
        Comments as sent.
    targets
        Shape (n_texts, n_heads), the first heads being LABELS in their order; NaN is unknown.
    marked
        Texts, each with the places of the characters that people marked as abusive.
    fair
        Words that are never abusive, such as names of groups.
    min_texts
        In how many texts a word must stand to be known.
    """
    counts = _count(texts, targets)
    weights = _weigh(counts, marked_words(marked), frozenset(fair))
    # A disguise common enough to be learned as a word is still one.
    weights = {
        word: weight
        for word, weight in weights.items()
        if not _is_disguise(word, Targets({w: n for w, n in weights.items() if w != word}), counts)
    }
    abusive = Targets(weights)
    known = {
        word
        for word, n in counts.all.items()
        if (_is_common(word, n, min_texts) and not _is_disguise(word, abusive, counts))
        or (counts.fair[word] > counts.abusive[word] and abusive.resolve(word))
    }
    return Lexicon(known.difference(weights), weights)


def marked_words(marked: Iterable[tuple[str, Collection[int]]]) -> dict[str, tuple[int, int]]:
    """Return for each word how often it was marked, and how often it was written at all."""
    inside: Counter[str] = Counter()
    written: Counter[str] = Counter()
    for text, places in marked:
        marks = frozenset(places)
        for match in _WORD.finditer(text):
            word = match[0].lower()
            written[word] += 1
            inside[word] += match.start() in marks and match.end() - 1 in marks
    return {word: (inside[word], n) for word, n in written.items()}


class _Counts(NamedTuple):
    """In how many texts each word stands."""

    all: Counter[str]
    abusive: Counter[str]
    fair: Counter[str]
    prior: float  # Log-odds that a labelled text is abusive.


def _count(texts: Sequence[str], targets: NDArray[np.float64]) -> _Counts:
    labels = targets[:, _ABUSE]
    is_abusive = (labels == 1).any(axis=1)
    is_fair = ~is_abusive & ~np.isnan(labels).all(axis=1)
    everywhere: Counter[str] = Counter()
    in_abuse: Counter[str] = Counter()
    in_fair: Counter[str] = Counter()
    for text, abusive, fair in zip(texts, is_abusive, is_fair, strict=True):
        words = set(_WORD.findall(normalise(text).text))
        everywhere.update(words)
        if abusive or fair:
            (in_abuse if abusive else in_fair).update(words)
    prior = math.log((is_abusive.sum() + 0.5) / (is_fair.sum() + 0.5))
    return _Counts(everywhere, in_abuse, in_fair, prior)


def _weigh(
    counts: _Counts, marked: Mapping[str, tuple[int, int]], never: Collection[str]
) -> dict[str, int]:
    """Return the abusive words, each with how often it was met in abuse."""
    possible = [
        word
        for word in sorted({*counts.abusive, *marked})
        if _MIN_CHARS <= len(word) <= _MAX_CHARS and word.isalpha() and word not in never
    ]
    association = {
        word: _lower_bound(counts.abusive[word], counts.fair[word]) - counts.prior
        for word in possible
        if counts.abusive[word] >= _MIN_ABUSIVE_TEXTS
    }
    plain = [w for w, by in association.items() if by >= _PLAINLY and len(w) > _MIN_CHARS]
    weights = {}
    for word in possible:
        by = association.get(word, -math.inf)
        n_marked, n_written = marked.get(word, (0, 0))
        if (
            by >= _MIN_ASSOCIATION
            or (by >= _MIN_OF_COMPOUND and any(each in word for each in plain))
            or (n_marked >= _MIN_MARKED and n_marked >= _MIN_MARKED_SHARE * n_written)
        ):
            weights[word] = counts.abusive[word] + n_marked
    return weights


def _lower_bound(n_abusive: int, n_fair: int) -> float:
    """Return a cautious estimate of the log-odds."""
    a, b = n_abusive + 0.5, n_fair + 0.5
    return math.log(a / b) - _Z * math.sqrt(1 / a + 1 / b)


def _is_common(word: str, n_texts: int, min_texts: int) -> bool:
    if len(word) == 1:
        return word in ("a", "i")
    return n_texts >= min_texts * _SHORT_NEEDS.get(len(word), 1)


def _is_disguise(word: str, abusive: Targets, counts: _Counts) -> bool:
    """Tell whether a word not met mostly in fair texts reads as a much commoner abusive word."""
    if counts.abusive[word] < counts.fair[word]:
        return False
    found = abusive.resolve(word)
    return found is not None and abusive.weights[found] >= _COMMONER * counts.all[word]
