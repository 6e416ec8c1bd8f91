"""Patterns: an editor's regular expressions, found in time that grows with the text alone.

RE2 reads them, which has no way back to get lost in, and refuses what would need one
(https://github.com/google/re2/wiki/WhyRE2). One pass says whether any is there; only if so is each
looked for. (Not by `re2.Set`: where that runs out of memory it finds nothing, and does not say so.)

That holds for one place. To find all takes a pass for each, such as ten thousand for `a(.*b)?` in
"acacac…", so there is a bound on how many places are looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import re2

from modsvc.core.decision import Action
from modsvc.core.sentence import Sentence
from modsvc.core.text import Reading
from modsvc.core.words import is_boundary

MAX_BYTES = 8 << 20  # Of memory, for each pattern,
MAX_BYTES_TOGETHER = 64 << 20  # and for all of them as one.
MAX_CHARS = 1_000
# That patterns are found at, in one text and all together. Ordinary ones have a few dozen; each of
# those that go on to the end of the longest text takes some 25 µs.
MAX_PLACES = 150


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression as the editor wrote it, and what it does: hold or reject."""

    match: str
    action: Action


class PatternInvalid(ValueError):
    """It is no regular expression, or one that cannot be looked for in linear time.

    `at` is the offset of what is wrong, in characters; None where it cannot be told.
    """

    def __init__(self, reason: str, at: int | None = None) -> None:
        where = Sentence("{reason}, at character {at}", reason=reason, at=(at or 0) + 1)
        super().__init__(reason if at is None else where)
        self.at = at


class TooManyPlaces(Exception):
    """Patterns are found at more places of a text than are looked at."""


class _One(NamedTuple):
    """A regular expression as it is, and the same taking as much as it can: "fool" or "fools"."""

    usual: re2._Regexp
    longest: re2._Regexp


class Patterns:
    """Regular expressions to look for, by the names that the editor gave them.

    Raises
    ------
    PatternInvalid
        One of them cannot be used.
    """

    def __init__(self, patterns: Mapping[str, Pattern] | None = None) -> None:
        self._of = {
            action: {
                name: _checked(each.match)
                for name, each in (patterns or {}).items()
                if each.action is action
            }
            for action in Action
        }
        self._any = {action: _together(found.values()) for action, found in self._of.items()}

    def find(self, reading: Reading, action: Action) -> Iterator[tuple[str, int, int]]:
        """Yield the names of that action's patterns that are found, and where in `reading.raw`.

        Looked for are the text as it was sent and as it is read. What begins or ends within a word
        does not count, as with words: "ass" is not in "class".

        Raises
        ------
        TooManyPlaces
            Not all of a text was looked at.
        """
        patterns, any_of_them = self._of[action], self._any[action]
        if not patterns:
            return
        for text, is_raw in ((reading.raw, True), (reading.text, False)):
            if any_of_them is not None and any_of_them.search(text) is None:
                continue
            left = MAX_PLACES
            for name, pattern in patterns.items():
                for found in pattern.usual.finditer(text):
                    left -= 1
                    if left < 0:
                        raise TooManyPlaces
                    start, end = found.span()
                    if not is_boundary(text, end) and is_boundary(text, start):
                        # It may go on to the end of the word.
                        end = pattern.longest.match(text, start).end()
                    if start < end and is_boundary(text, start) and is_boundary(text, end):
                        yield (name, *((start, end) if is_raw else reading.span(start, end)))


def _together(patterns: Iterable[_One]) -> re2._Regexp | None:
    """Compile some as one, which is found where any is; None where they cannot be one."""
    try:
        either = "|".join(f"(?:{each.usual.pattern})" for each in patterns)
        return compiled(either, MAX_BYTES_TOGETHER)
    except PatternInvalid:
        return None


def _checked(pattern: str) -> _One:
    if not 1 <= len(pattern) <= MAX_CHARS:
        raise PatternInvalid(
            Sentence(
                "it has {count:,} characters; {least} to {most:,} are allowed",
                count=len(pattern),
                least=1,
                most=MAX_CHARS,
            )
        )
    usual = compiled(pattern, MAX_BYTES)
    return _One(usual, compiled(pattern, MAX_BYTES, longest=True))


def compiled(pattern: str, max_bytes: int, *, longest: bool = False) -> re2._Regexp:
    """Compile a regular expression. Raises PatternInvalid."""
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    options.max_mem = max_bytes
    options.longest_match = longest
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        reason = error.args[0]
        said = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
        _, _, what = said.partition(": ")
        at = pattern.find(what) if what else -1
        raise PatternInvalid(said, at if at >= 0 else None) from None
