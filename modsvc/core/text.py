"""normalise(): the one reading of a text, shared by rules, classifier and training.

A reading undoes what evaders do to words and nothing else: "F.o.o.l", "f o o l", "f00l", "foooool"
and "fool" in full-width, Cyrillic or upside-down letters are all read "fool"; prices, versions,
addresses, other alphabets, "covid19" and "B2B" stay as they are. With a lexicon, words that nobody
knows and that are an abusive word in disguise ("f**l", "folo") are read as that word. It is pure,
linear in the length, and can say which stretch of the original any part of it was read from.

The steps after folding (`modsvc.core.disguises`, `modsvc.core.lexicon`) are repeated until none
changes anything, so reading a reading changes nothing; in practice that takes two rounds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain, islice, repeat
from typing import NamedTuple

from modsvc.core.disguises import LETTER_STEPS, RAW_STEPS, WORD_STEPS, Edit
from modsvc.core.folding import FOLD, fold
from modsvc.core.lexicon import Lexicon

# A comment's own limit is 20,480 code points. One code point can fold to eighteen, and a reading
# that grows past this is of a text made to be unreadable.
MAX_READING_CHARS = 4 * 20_480
MAX_ROUNDS = 8


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as sent, `raw`, and as read, `text`.

    `unreadable` means that `text` holds the first part only: such a comment must be held.
    """

    raw: str
    text: str
    unreadable: bool = False
    lexicon: Lexicon | None = field(default=None, repr=False, compare=False)
    _made: _Edits = field(default_factory=lambda: _Edits([], []), repr=False, compare=False)
    _origins: list[_Origins] = field(default_factory=list, repr=False, compare=False)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the stretch of `raw` that `text[start:end]` was read from.

        Both are in code points, end exclusive. The way back is worked out when first asked for:
        most comments are approved and never need it.

        Raises
        ------
        IndexError
            The stretch does not lie in `text`.
        """
        if not 0 <= start <= end <= len(self.text):
            raise IndexError(
                f"{start}:{end} does not lie in a reading of {len(self.text)} characters"
            )
        if not self._origins:
            self._origins.append(_trace(self.raw, self._made))
        starts, ends = self._origins[0]
        if start < end:
            return starts[start], ends[end - 1]
        # Nothing was read from nowhere in particular: the place just before the next character.
        here = starts[start] if start < len(starts) else len(self.raw)
        return here, here


def normalise(raw: str, lexicon: Lexicon | None = None) -> Reading:
    """Read a text of any length; never fails."""
    made = _Edits([], [])
    seen = raw
    for step in RAW_STEPS:
        seen = _apply(seen, step.edits(seen), made.before_folding)
    folded = fold(seen)
    too_long = len(folded) > MAX_READING_CHARS
    text, settled = _settle(folded[:MAX_READING_CHARS] if too_long else folded, lexicon, made.after)
    return Reading(raw, text, too_long or not settled, lexicon, made)


class _Edits(NamedTuple):
    """What was made of a text, a list of edits for each step that changed anything."""

    before_folding: list[Sequence[Edit]]
    after: list[Sequence[Edit]]


class _Origins(NamedTuple):
    """For each character of the text in hand, where in `raw` it was read from (end exclusive)."""

    starts: list[int]
    ends: list[int]


def _trace(raw: str, made: _Edits) -> _Origins:
    """Find where each character of the reading comes from, by what was made of `raw`."""
    origins = _Origins([*range(len(raw))], [*range(1, len(raw) + 1)])
    seen = raw
    for edits in made.before_folding:
        seen = _apply(seen, edits)
        _carry(origins, edits)
    widths = [len(FOLD[ord(character)]) for character in seen]
    if any(width != 1 for width in widths):
        for of_each in origins:
            spread = chain.from_iterable(map(repeat, of_each, widths))
            of_each[:] = islice(spread, MAX_READING_CHARS)
    for edits in made.after:
        _carry(origins, edits)
    return origins


def _settle(text: str, lexicon: Lexicon | None, made: list[Sequence[Edit]]) -> tuple[str, bool]:
    """Apply every step until none changes anything, and add what it did to `made`.

    Say whether that was reached.
    """
    known = (lexicon,) if lexicon else ()
    steps = [step.edits for step in (*LETTER_STEPS, *known, *WORD_STEPS)]
    for _ in range(MAX_ROUNDS):
        before = text
        for edits_of in steps:
            if edits := edits_of(text):
                text = _apply(text, edits, made)
        if text == before:
            return text, True
    return text, False


def _apply(text: str, edits: Sequence[Edit], made: list[Sequence[Edit]] | None = None) -> str:
    """Make the edits, and add them to what was made."""
    if not edits:
        return text
    pieces: list[str] = []
    at = 0
    for start, end, read in edits:
        pieces += text[at:start], read
        at = end
    pieces.append(text[at:])
    if made is not None:
        made.append(edits)
    return "".join(pieces)


def _carry(origins: _Origins, edits: Sequence[Edit]) -> None:
    starts, ends = origins
    new_starts: list[int] = []
    new_ends: list[int] = []
    at = 0
    for start, end, read in edits:
        new_starts += starts[at:start]
        new_ends += ends[at:start]
        at = end
        if len(read) == end - start:
            new_starts += starts[start:end]
            new_ends += ends[start:end]
        else:  # Each character stands for the whole of what was replaced.
            new_starts += [starts[start]] * len(read)
            new_ends += [ends[end - 1]] * len(read)
    starts[:] = chain(new_starts, starts[at:])
    ends[:] = chain(new_ends, ends[at:])
