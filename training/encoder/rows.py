"""What the encoder learns from: comments, the words in them that offend, our own sentences."""

from __future__ import annotations

import ast
import csv
import gzip
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

from modsvc.classifier.wordpiece import WordPiece
from modsvc.core.identity import ALIKE
from modsvc.core.text import Reading, normalise
from training.data import Rows, concatenate
from training.encoder.identities import are_named, exchange, sentences
from training.own import OWN as OWN_FILES
from training.own import load_own
from training.sets import HEADS
from training.splits import Side, side_of, twin_key

SPANS = "toxic_spans_train"
NATURAL = "jigsaw_train"  # The set whose rates the logits are at.
OWN = "own sentences"
JUDGED = "civil_spans_posts"


@dataclass(frozen=True, slots=True)
class Example:
    """A comment as words. `marks` says of each word whether it offends; None where nobody looked.

    `targets` has shape (n_heads,); NaN is unknown.
    """

    source: str
    words: tuple[str, ...]
    targets: NDArray[np.float64]
    marks: tuple[float, ...] | None = None


@dataclass(frozen=True, slots=True)
class Spelled:
    """An example in pieces, cut to what is seen; `marks` has one entry a piece, NaN unknown."""

    source: str
    pieces: list[int]
    marks: list[float]
    targets: NDArray[np.float64]


def examples(corpus: Mapping[Side, Rows], folder: Path, wordpiece: WordPiece) -> list[Example]:
    """Return the comments of the side that is fitted on and our own; words marked, if known."""
    fit = concatenate([corpus["fit"], _each_once(load_own(), wordpiece)])
    spans, shares = load_spans(folder), load_shares(folder)
    found: list[Example] = []
    for row_id, source, text, known in zip(
        fit.ids, fit.sources, fit.texts, fit.targets, strict=True
    ):
        reading = normalise(text)
        words = tuple(word.text for word in wordpiece.words(reading.text))
        targets = known.copy()
        marks: tuple[float, ...] | None = None
        if source == JUDGED:
            targets[HEADS.index("civil")] = shares[row_id]
            marked = spans.get(twin_key(reading))
            if marked is not None and marked.raw == text:
                marks = marked.marks(reading, wordpiece)
        elif targets[HEADS.index("toxicity")] == 0.0:
            marks = (0.0,) * len(words)
        found.append(Example(OWN if source in OWN_FILES else source, words, targets, marks))
    return found


def _each_once(own: Rows, wordpiece: WordPiece) -> Rows:
    """Leave out what reads as another sentence does, since groups are read alike."""
    first: dict[tuple[str, ...], int] = {}
    for i, text in enumerate(own.texts):
        words = (word.text for word in wordpiece.words(normalise(text).text))
        first.setdefault(tuple(ALIKE.get(word, word) for word in words), i)
    return own.take(np.array(list(first.values()), np.int64))


def load_shares(folder: Path) -> dict[str, float]:
    """Return for each comment that several people judged the share who found it toxic.

    Half the judges are a better target than a label that says which half was larger.
    """
    with gzip.open(folder / f"{JUDGED}.csv.gz", "rt", encoding="utf-8", newline="") as file:
        return {row["id"]: 1.0 - float(row["frac_not_toxic"]) for row in csv.DictReader(file)}


@dataclass(frozen=True, slots=True)
class Marked:
    """A comment and the code points in it that offend."""

    raw: str
    points: frozenset[int]

    def marks(self, reading: Reading, wordpiece: WordPiece) -> tuple[float, ...]:
        """Say of each word whether at least half of it is marked."""
        marks = []
        for word in wordpiece.words(reading.text):
            first, last = reading.span(word.start, word.end)
            inside = sum(point in self.points for point in range(first, last))
            marks.append(float(2 * inside >= last - first > 0))
        return tuple(marks)


def load_spans(folder: Path, side: Side = "fit") -> dict[str, Marked]:
    """Return one side's comments with marked words, by the key that twins share."""
    with gzip.open(folder / f"{SPANS}.csv.gz", "rt", encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if side_of(row["id"]) == side]
    return {
        twin_key(normalise(row["text"])): Marked(
            row["text"], frozenset(ast.literal_eval(row["spans"]))
        )
        for row in rows
    }


def epoch(
    comments: Sequence[Example], wordpiece: WordPiece, params: Mapping[str, Any], number: int
) -> list[Spelled]:
    """Return what one epoch sees: names exchanged, shares taken, our own sentences added."""
    chance = Random(f"{params['seed']}-{number}")  # noqa: S311  A seed, so that it can be had again.
    options = params["rows"]
    seen = []
    for example in comments:
        share = options["share"].get(example.source, 1.0)
        for _ in range(int(share + chance.random())):
            words: Sequence[str] = example.words
            if are_named(words) and chance.random() < options["exchanged"]:
                words = exchange(words, chance)
            seen.append(_spell(example, words, wordpiece, options["max_pieces"]))
    seen += [
        _spell(example, example.words, wordpiece, options["max_pieces"])
        for example in _short(options["sentences"], wordpiece, chance)
    ]
    return seen


def _short(n: int, wordpiece: WordPiece, chance: Random) -> Iterator[Example]:
    fair = np.zeros(len(HEADS))
    unfair = np.full(len(HEADS), np.nan)
    for head in ("toxicity", "insult", "identity_attack", "civil", "hate"):
        unfair[HEADS.index(head)] = 1.0
    unfair[HEADS.index("spam")] = 0.0
    for text, is_unfair in sentences(n, chance):
        words = tuple(word.text for word in wordpiece.words(normalise(text).text))
        marks = None if is_unfair else (0.0,) * len(words)
        yield Example(OWN, words, unfair if is_unfair else fair, marks)


def _spell(
    example: Example, words: Sequence[str], wordpiece: WordPiece, max_pieces: int
) -> Spelled:
    pieces: list[int] = [wordpiece.start]
    marks: list[float] = [np.nan]
    for i, word in enumerate(words):
        spelled = wordpiece.pieces(word)
        pieces += spelled
        marks += [example.marks[i] if example.marks else np.nan] * len(spelled)
        if len(pieces) >= max_pieces:
            break
    pieces[max_pieces - 1 :] = [wordpiece.end]
    marks[max_pieces - 1 :] = [np.nan]
    return Spelled(example.source, pieces, marks, example.targets)
