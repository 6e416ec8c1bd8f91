"""normalise(): the one reading of a text, shared by rules, classifier and training.

A reading undoes what evaders do to words and nothing else: "F.o.o.l", "f o o l", "f00l", "foooool"
and "fool" in full-width or Cyrillic letters are all read "fool"; prices, versions, addresses, other
alphabets, "covid19" and "B2B" stay as they are. It is pure, linear in the length, and can say which
stretch of the original any part of it was read from.

The steps after folding are substitutions. Each is repeated until none changes anything, so reading
a reading changes nothing; a substitution either shortens the text or turns a disguise into a
letter, never back, so this ends, in practice after two rounds.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

from modsvc.core.folding import CONFUSABLES, FOLD, LEET

# A comment's own limit is 20,480 code points. One code point can fold to eighteen, and a reading
# that grows past this is of a text made to be unreadable.
MAX_READING_CHARS = 4 * 20_480
_MAX_ROUNDS = 8


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as sent, `raw`, and as read, `text`.

    `unreadable` means that `text` holds the first part only: such a comment must be held.
    """

    raw: str
    text: str
    unreadable: bool = False
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
            origins = _fold_origins(self.raw)
            _settle(self.raw.translate(FOLD)[:MAX_READING_CHARS], origins)
            self._origins.append(origins)
        starts, ends = self._origins[0]
        if start < end:
            return starts[start], ends[end - 1]
        # Nothing was read from nowhere in particular: the place just before the next character.
        here = starts[start] if start < len(starts) else len(self.raw)
        return here, here


def normalise(raw: str) -> Reading:
    """Read a text of any length; never fails."""
    folded = raw.translate(FOLD)
    too_long = len(folded) > MAX_READING_CHARS
    text, settled = _settle(folded[:MAX_READING_CHARS] if too_long else folded)
    return Reading(raw, text, unreadable=too_long or not settled)


class _Origins(NamedTuple):
    """For each character of the text in hand, where in `raw` it was read from (end exclusive)."""

    starts: list[int]
    ends: list[int]


class _Step(NamedTuple):
    """One substitution: `replace` is tried wherever `pattern` matches, if `hint` finds anything."""

    hint: Callable[[str], object]
    pattern: re.Pattern[str]
    replace: Callable[[re.Match[str]], str]


# Links and addresses are quoted, not read: no step but folding touches them. Every alternative
# starts at the start of a token and is bounded, so that no text makes it run twice over the same
# stretch.
_ADDRESS = (
    r"(?:https?://|\bwww\.)\S+"
    r"|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"
    r"|(?<![\w.@-])[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}"
    r"\.(?:com|org|net|info|biz|io|co|tv|me|ru|uk|de|il|gov|edu)\b"
)
_SEPARATOR = r"[ .\-_*~|+]"
_LETTER = "[a-zα-ωа-џא-תء-ي]"
_LATIN = re.compile("[a-z]")
_LOOKALIKE = re.compile(f"[{re.escape(''.join(map(chr, CONFUSABLES)))}]")
_OTHER_LETTERS = re.compile(r"[^\W\d_a-z]")


def _latinise(word: re.Match[str]) -> str:
    """Read a word that mixes alphabets as Latin, if every foreign letter in it passes for one."""
    if not _LATIN.search(word[0]) or not _LOOKALIKE.search(word[0]):
        return word[0]
    latin = word[0].translate(CONFUSABLES)
    return word[0] if _OTHER_LETTERS.search(latin) else latin


def _join(run: re.Match[str]) -> str:
    """Join "i d 1 0 t" and "f.o.o.l"; leave initials ("J.R.R. Tolkien") and counts ("x 1 2 3")."""
    separator = run["separator"]
    characters = run[0].split(separator)
    followed_by = run.string[run.end() : run.end() + 1]
    if separator == "." and len(characters) == 3 and followed_by == ".":
        return run[0]
    n_letters = sum(map(str.isalpha, characters))
    return "".join(characters) if 2 * n_letters > len(characters) else run[0]


_DISGUISED = re.compile(
    r"(?<=[a-z])[013457@$]+(?=[a-rt-z]|s[a-z])"  # Inside a word; "mp3s" and "ak47s" are plurals.
    r"|^\$(?=[a-z@!013457]{3})"
    r"|(?<=[a-z])\$\$$"
    r"|(?<=^[b-df-hj-np-tv-z])!(?=[a-z])|(?<=^[b-df-hj-np-tv-z$][b-df-hj-np-tv-z])!(?=[a-z])"
)
# Two letters are enough where the digits leave little doubt: "f00l", "l33t", "1d10t".
_SHORT_WORD = re.compile(r"[a-z](?:00|33)[a-z]|[01345][a-z][013457]+[a-z]")


def _unmask(token: re.Match[str]) -> str:
    """Read digits and signs inside a word as the letters they look like."""
    word = token[0]
    if token["address"]:
        return word
    n_letters = sum(map(str.isalpha, word))
    if any(map(str.isdigit, word)):
        if n_letters == 2 and _SHORT_WORD.fullmatch(word):
            return word.translate(LEET)
        # "h1n1", "w3c" and "b2b" have too few letters to be words.
        if n_letters < 3 + word[-1].isdigit():
            return word
    return _DISGUISED.sub(lambda found: found[0].translate(LEET), word)


_SELDOM_DOUBLED = frozenset("ahijkquvwxy")


def _shorten(run: re.Match[str]) -> str:
    """Shorten a run of three or more to what words have: two, or one of a letter seldom doubled."""
    letter = run["letter"]
    if not letter:
        return run[0]
    before = run.string[run.start() - 1 : run.start()] if run.start() else ""
    if not before.isalnum() and not run.string[run.end() : run.end() + 1].isalnum():
        return letter * 3  # A word of its own: "www", "iii", "aaa".
    return letter if letter in _SELDOM_DOUBLED else letter * 2


def _has_lookalike(text: str) -> object:
    return not text.isascii() and _LOOKALIKE.search(text)


_STEPS = (
    _Step(_has_lookalike, re.compile(r"[^\W\d_]+"), _latinise),
    _Step(
        re.compile(rf"(?<!\w){_LETTER}({_SEPARATOR})[\w@$!]\1").search,
        re.compile(
            rf"(?<![\w.@/'-]){_LETTER}(?=(?P<separator>{_SEPARATOR}))"
            rf"(?:(?P=separator)(?:{_LETTER}|[0-9@$!])){{2,}}(?!\w|[^\s\w]\w)"
        ),
        _join,
    ),
    _Step(
        re.compile(r"[0-9@$!]+[a-z]|\$\$").search,
        re.compile(rf"(?P<address>{_ADDRESS})|(?<![a-z0-9$@!])[a-z]*[0-9$@!][a-z0-9$@!]*"),
        _unmask,
    ),
    _Step(
        re.compile(r"([^\W\d_])\1\1").search,
        re.compile(rf"{_ADDRESS}|(?<!\w)[ivx]{{1,15}}(?!\w)|(?P<letter>[^\W\d_])(?P=letter){{2,}}"),
        _shorten,
    ),
    _Step(lambda text: "  " in text, re.compile("  +"), lambda _: " "),
)


def _settle(text: str, origins: _Origins | None = None) -> tuple[str, bool]:
    """Apply every step until none changes anything; say whether that was reached.

    `origins`, when given, is kept in step with the text, in place.
    """
    for _ in range(_MAX_ROUNDS):
        before = text
        for step in _STEPS:
            if step.hint(text):
                text = (
                    step.pattern.sub(step.replace, text)
                    if origins is None
                    else _substitute(step, text, origins)
                )
        if text == before:
            return text, True
    return text, False


def _substitute(step: _Step, text: str, origins: _Origins) -> str:
    """Do what `step.pattern.sub` does and carry the origins along."""
    starts, ends = origins
    pieces: list[str] = []
    new_starts: list[int] = []
    new_ends: list[int] = []
    at = 0
    for match in step.pattern.finditer(text):
        replacement = step.replace(match)
        first, last = match.span()
        pieces += text[at:first], replacement
        new_starts += starts[at:first]
        new_ends += ends[at:first]
        at = last
        if len(replacement) == last - first:
            new_starts += starts[first:last]
            new_ends += ends[first:last]
        else:  # Each character stands for the whole of what was replaced.
            new_starts += [starts[first]] * len(replacement)
            new_ends += [ends[last - 1]] * len(replacement)
    starts[:] = chain(new_starts, starts[at:])
    ends[:] = chain(new_ends, ends[at:])
    pieces.append(text[at:])
    return "".join(pieces)


def _fold_origins(raw: str) -> _Origins:
    """Return where each character of the folded text comes from."""
    starts = [i for i, c in enumerate(raw) for _ in FOLD[ord(c)]][:MAX_READING_CHARS]
    return _Origins(starts, [start + 1 for start in starts])
