"""Evidence: where words were found in a comment, and what was read there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from modsvc.core.decision import Action
from modsvc.core.folding import fold
from modsvc.core.text import Reading
from modsvc.core.words import Entry, WordList


@dataclass(frozen=True, slots=True)
class Place:
    """An entry, the stretch of the body it was found in (end exclusive), and what that reads as.

    `is_disguised` says that it reads as something else than its letters, whatever their case.
    """

    entry: Entry
    start: int
    end: int
    reads: str
    is_disguised: bool


def places(reading: Reading, words: WordList, language: str | None = None) -> Iterator[Place]:
    """Yield where words are found in a reading, whatever they call for and when they end."""
    for action in (Action.REJECT, Action.HOLD):
        for found in words.find(reading, action, language=language):
            start, end = reading.span(found.start, found.end)
            reads = reading.text[found.start : found.end].strip()
            written = " ".join(fold(reading.raw[start:end]).split())
            yield Place(found.entry, start, end, reads, written != reads)
