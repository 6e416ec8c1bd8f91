"""Explainer: the words of a comment that made one of its labels likely.

Where a tagger is at hand, it says which words people would mark, and what each word adds to the
label's own logit says which of them count for this label. Whatever is marked is put to the test:
without it, the label must score lower, or more words are marked.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from modsvc.classifier.artifact import Artifact
from modsvc.classifier.features import WORD
from modsvc.classifier.pushes import pushes
from modsvc.classifier.tagger import JUDGED, PUSHING, Tagger
from modsvc.core.signals import Span
from modsvc.core.text import Reading, normalise

Place = tuple[int, int]
Score = Callable[[Sequence[Reading]], Sequence[Mapping[str, float]]]

# Without a tagger a word is marked if it pushed at least this share of what the strongest did.
_FAINTEST = 0.4
# With a tagger, and for another label than it judges: the same, for a word that few would mark.
_STRONG = 0.7
# How many words are added until the score falls; in the end all, where one line stands many times.
_MORE = (0, 1, 2, 4, 16, 64, None)
# Longer texts, in characters, are put to the test by the quick scorer: each of these tests reads
# the whole text anew, and there may be several for each label.
LONG = 1_000


class Explainer:
    """Finds the words behind a score.

    Parameters
    ----------
    model
        The linear model, with its tagger if it has one.
    score
        What scores readings: the linear model alone, or with others.
    quick
        What scores those longer than `LONG`, where that is not the same.
    """

    def __init__(self, model: Artifact, score: Score, quick: Score | None = None) -> None:
        self._model = model
        self._score, self._quick = score, quick or score
        self._read = partial(normalise, lexicon=model.lexicon)
        self._tagger = Tagger(model.tagger) if model.tagger else None
        self._memory = _Memory()

    def explain(self, reading: Reading, label: str, limit: int) -> tuple[Span, ...]:
        """Return the stretches of `reading.raw` that made `label` likely: whole words, in order.

        Neighbours that are both marked make one stretch, and none overlap. There are at most
        `limit`, and maybe none. A weight, in (0, 1], is how likely a person would mark the word, or
        its share of all that pushed up where there is no tagger for the label or the share is more.

        Raises
        ------
        ValueError
            The model has no such label.
        """
        if label not in self._model.labels:
            raise ValueError(f"the model has no label {label!r}, only {self._model.labels}")
        places, words = words_with_places(reading)
        pushed = pushes(self._model, words)
        mine = self._visible_pushes(words, label, pushed)
        if not (mine > 0).any():
            return ()
        weights = np.clip(mine / mine[mine > 0].sum(), 0.0, 1.0)
        marked = mine >= _FAINTEST * mine.max()
        if self._tagger and label in PUSHING:
            likely = self._tagger.likely(reading, places, words, of_pushing(self._model, pushed))
            # A word that the head does not see is no reason for its score; for another label than
            # what people judged, a word must also push it up.
            likely = np.where(mine != 0 if label == JUDGED else mine > 0, likely, 0.0)
            marked = self._tagger.marked(likely)
            if label == JUDGED:
                weights = likely
            else:
                # Few would mark "kill" as toxic, but it is what makes a threat.
                marked |= mine >= _STRONG * mine.max()
                weights = np.maximum(likely, weights)
        order = np.lexsort((-mine, -weights)).tolist()
        chosen = [i for i in order if marked[i] and weights[i] > 0][:limit]
        order = np.argsort(-mine, kind="stable").tolist()
        more = [i for i in order if mine[i] > 0 and i not in chosen]
        tries = (
            joined(reading, places, {i: float(weights[i]) for i in (*chosen, *more[:n_more])})
            for n_more in _MORE
        )
        within = (spans for spans in tries if len(spans) <= limit)
        return self._first_that_counts(reading, label, within)

    def _first_that_counts(
        self, reading: Reading, label: str, tries: Iterator[tuple[Span, ...]]
    ) -> tuple[Span, ...]:
        """Return the first spans without which the label scores lower; if none do, the first."""
        first = next(tries)
        score = self._score if len(reading.text) <= LONG else self._quick
        remembered = partial(self._memory.of(reading), score)
        rest = self._read(without(reading.raw, first))
        before, after = (scores[label] for scores in remembered([reading, rest]))
        if after < before:
            return first
        for spans in tries:
            [scores] = remembered([self._read(without(reading.raw, spans))])
            if scores[label] < before:
                return spans
        return first

    def _visible_pushes(
        self, words: Sequence[str], label: str, pushed: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return what each word adds to the label: nothing, if the label's head does not see it."""
        model = self._model
        column = model.labels.index(label)
        if label in model.full_view or model.identity_terms.isdisjoint(words):
            return pushed[:, column]
        seen = [i for i, word in enumerate(words) if word not in model.identity_terms]
        visible = np.zeros(len(words))
        visible[seen] = pushes(model, [words[i] for i in seen])[:, column]
        return visible


class _Memory(threading.local):
    """The scores of the text in hand and of what is left of it without some words.

    A comment is explained label by label, and most of what is tried is tried for each. Only of the
    last one is anything remembered.
    """

    def __init__(self) -> None:
        self._reading: Reading | None = None
        self._scores: dict[str, Mapping[str, float]] = {}

    def of(
        self, reading: Reading
    ) -> Callable[[Score, Sequence[Reading]], list[Mapping[str, float]]]:
        """Give what scores readings for the explanation of this one."""
        if self._reading is not reading:
            self._reading, self._scores = reading, {}
        return self._score

    def _score(self, score: Score, readings: Sequence[Reading]) -> list[Mapping[str, float]]:
        new = {each.text: each for each in readings if each.text not in self._scores}
        if new:
            self._scores.update(zip(new, score(list(new.values())), strict=True))
        return [self._scores[each.text] for each in readings]


def words_with_places(reading: Reading) -> tuple[list[Place], list[str]]:
    """Return where the words stand in `reading.text`, and how the model sees them spelled."""
    found = list(WORD.finditer(reading.text))
    return [match.span() for match in found], [match[0].replace("'", "") for match in found]


def of_pushing(model: Artifact, pushed: NDArray[np.float64]) -> NDArray[np.float64]:
    """Take the columns of PUSHING from those of the model's labels; 0 for one that it lacks."""
    column = {label: j for j, label in enumerate(model.labels)}
    with_none = np.pad(pushed, ((0, 0), (0, 1)))
    return with_none[:, [column.get(label, -1) for label in PUSHING]]


def joined(
    reading: Reading, places: Sequence[Place], weights: Mapping[int, float]
) -> tuple[Span, ...]:
    """Return the stretches of the words in `weights`, by their index, in `reading.raw`.

    Neighbours become one stretch, as do words read from the same characters.
    """
    return tuple(_join(reading, places, weights))


def without(raw: str, spans: Sequence[Span]) -> str:
    """Return a text without some stretches of it, which are in order and do not overlap."""
    edges = [0, *(edge for span in spans for edge in (span.start, span.end)), len(raw)]
    return "".join(raw[start:end] for start, end in list(pairwise(edges))[::2])


def _join(
    reading: Reading, places: Sequence[Place], weights: Mapping[int, float]
) -> Iterator[Span]:
    stretch, last = None, -1
    for i in sorted(weights):
        start, end = reading.span(*places[i])
        if stretch and (i == last + 1 or start < stretch.end):
            weight = max(stretch.weight, weights[i])
            stretch = Span(stretch.start, max(stretch.end, end), weight)
        else:
            if stretch:
                yield stretch
            stretch = Span(start, end, weights[i])
        last = i
    if stretch:
        yield stretch
