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

    def is_fair(self) -> bool:
        """Say whether it is known not to be abuse of any kind."""
        return self.targets[HEADS.index("toxicity")] == 0.0 and not np.nansum(self.targets)


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
    comments: Sequence[Example], wordpiece: WordPiece, options: Mapping[str, Any], seed: str
) -> list[Spelled]:
    """Return what one epoch sees: names exchanged, shares taken, our own sentences added."""
    chance = Random(seed)  # noqa: S311  A seed, so that it can be had again.
    seen = []
    for example in comments:
        share = options["share"].get(example.source, 1.0)
        for _ in range(int(share + chance.random())):
            words: Sequence[str] = example.words
            if are_named(words) and chance.random() < options["exchanged"]:
                words = exchange(words, chance)
            seen.append(_spell(example, words, wordpiece, options["max_pieces"]))
    added = [
        *_short(options["sentences"], wordpiece, chance),
        *_joined(comments, options["joined"], options["joined_words"], chance),
    ]
    seen += [_spell(each, each.words, wordpiece, options["max_pieces"]) for each in added]
    return seen


def _joined(
    comments: Sequence[Example], n: int, max_words: int, chance: Random
) -> Iterator[Example]:
    """Yield n comments with fair ones before or after them; what is wrong in one is in the whole.

    Without them a short attack between two ordinary sentences passes, since in the public sets a
    long comment is seldom abuse. Half are fair throughout, so that being joined says nothing.
    """
    short = [each for each in comments if 0 < len(each.words) <= max_words // 2]
    fair = [each for each in short if each.is_fair()]
    kinds = [i for i, head in enumerate(HEADS) if head != "spam"]
    abusive = [each for each in short if np.nanmax(each.targets[kinds], initial=0.0) > 0.5]
    for i in range(n):
        parts = [chance.choice(fair if i % 2 else abusive)]
        for _ in range(chance.choice((1, 1, 2, 2, 3))):
            parts.insert(chance.randint(0, len(parts)), chance.choice(fair))
        yield join(parts, max_words)


def join(parts: Sequence[Example], max_words: int) -> Example:
    """Return one comment made of several, with the source of the worst.

    A label is the highest of any part, and unknown if it may be. Parts that would make the whole
    longer than max_words, stops between them apart, are left out, but for the worst.
    """
    worst = max(parts, key=lambda part: float(np.nansum(part.targets)))
    room = max_words - len(worst.words)
    words: list[str] = []
    marks: list[float] = []
    targets = worst.targets
    for part in parts:
        if part is not worst:
            if len(part.words) > room:
                continue
            room -= len(part.words)
            targets = np.where(targets > 0.5, targets, np.maximum(targets, part.targets))
        if words and words[-1].isalnum():
            words.append(".")
            marks.append(0.0)
        words += part.words
        marks += part.marks or [np.nan] * len(part.words)
    return Example(worst.source, tuple(words), targets, tuple(marks))


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
    for i, spelled in enumerate(wordpiece.spell(words)):
        pieces += spelled
        marks += [example.marks[i] if example.marks else np.nan] * len(spelled)
        if len(pieces) >= max_pieces:
            break
    pieces[max_pieces - 1 :] = [wordpiece.end]
    marks[max_pieces - 1 :] = [np.nan]
    return Spelled(example.source, pieces, marks, example.targets)
