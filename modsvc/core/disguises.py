"""The disguises that a reading undoes without knowing any word, each as a substitution.

A step looks at the whole text and answers with edits. It either shortens the text or turns a sign
into a letter, never back, so taking the steps in turn until none has an edit ends.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import NamedTuple

from modsvc.core.folding import (
    CONFUSABLES,
    FLAG_LETTERS,
    FLAGS,
    LEET,
    UPSIDE_DOWN,
    UPSIDE_DOWN_ONLY,
)


class Edit(NamedTuple):
    """What `text[start:end]` is read as. The edits of a step are in order and do not overlap."""

    start: int
    end: int
    text: str


class Step(NamedTuple):
    """One substitution: `replace` is tried wherever `pattern` matches, if `hint` finds anything."""

    hint: Callable[[str], object]
    pattern: re.Pattern[str]
    replace: Callable[[re.Match[str]], str]

    def edits(self, text: str) -> list[Edit]:
        """Return what this step changes in `text`."""
        if not self.hint(text):
            return []
        found = ((match, self.replace(match)) for match in self.pattern.finditer(text))
        return [Edit(*match.span(), read) for match, read in found if read != match[0]]


# Links and addresses are quoted, not read: no step but folding touches them. Every alternative
# starts at the start of a token and is bounded, so that no text makes it run twice over the same
# stretch.
ADDRESS = (
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


def _turn_back(run: re.Match[str]) -> str:
    """Read what the eye sees of a stretch that is written from right to left by force."""
    return run["written"][::-1]


# An override ends at the next sign that changes direction, and at the end of its paragraph. It
# turns Latin letters round; Hebrew and Arabic run that way anyhow and are sent in reading order.
OVERRIDE = Step(
    lambda raw: "\u202e" in raw,
    re.compile("\u202e(?P<written>[^\u202a-\u202e\u2066-\u2069\n\r\u2029\u0590-\u08ff]+)\u202c?"),
    _turn_back,
)


def _compose(letter: re.Match[str]) -> str:
    """Write as one a letter that was sent in parts, where there is such a letter."""
    return unicodedata.normalize("NFC", letter[0])


def _read_flags(run: re.Match[str]) -> str:
    """Read the letters that flags are made of, unless they make flags."""
    letters = run[0].translate(FLAG_LETTERS)
    pairs = {letters[i : i + 2] for i in range(0, len(letters), 2)}
    return run[0] if pairs <= FLAGS else letters


def _turn_over(word: re.Match[str]) -> str:
    """Read a word that stands on its head. One odd letter may be phonetic, or of some language."""
    if len(UPSIDE_DOWN_ONLY.intersection(word[0])) < 2:
        return word[0]
    return word[0][::-1].translate(UPSIDE_DOWN)


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


# The narrow class is sought twice as fast as all letters there are.
_TRIPLE = re.compile(r"([^\W\d_])\1\1").search
_ASCII_TRIPLE = re.compile(r"([a-z])\1\1").search
_SIGN = re.compile("[0-9@$!]").search
_SIGN_IN_WORD = re.compile(r"[0-9@$!][a-z]|\$\$").search


def _search_beyond_ascii(pattern: re.Pattern[str]) -> Callable[[str], object]:
    return lambda text: not text.isascii() and pattern.search(text)


# Letters of every kind are made plain first, then words that can be named are read, then the rest.
# Before folding, which drops the marks: in Cyrillic a letter with a mark is a letter of its own.
RAW_STEPS: Sequence[Step] = (
    OVERRIDE,
    Step(
        _search_beyond_ascii(re.compile("[\u0301\u0306\u0308]")),
        re.compile("[\u0406\u0410-\u044f\u0456][\u0301\u0306\u0308]"),
        _compose,
    ),
)
LETTER_STEPS: Sequence[Step] = (
    # Korean syllables in their letters, and Japanese ones beside their voicing marks.
    Step(
        _search_beyond_ascii(re.compile("[\u1161-\u1175\u11a8-\u11c2\u3099\u309a]")),
        re.compile(
            "(?:[\u1100-\u1112][\u1161-\u1175]|[\uac00-\ud7a3])[\u11a8-\u11c2]?"
            "|[\u3041-\u30fa][\u3099\u309a]"
        ),
        _compose,
    ),
    Step(_search_beyond_ascii(re.compile("[🇦-🇿]")), re.compile("[🇦-🇿]+"), _read_flags),
    Step(
        _search_beyond_ascii(re.compile(f"[{''.join(UPSIDE_DOWN_ONLY)}]")),
        re.compile(rf"(?<!\w)[{''.join(map(chr, UPSIDE_DOWN))}]{{3,}}(?!\w)"),
        _turn_over,
    ),
    Step(_search_beyond_ascii(_LOOKALIKE), re.compile(r"[^\W\d_]+"), _latinise),
)
WORD_STEPS: Sequence[Step] = (
    Step(
        re.compile(rf"(?<!\w){_LETTER}({_SEPARATOR})[\w@$!]\1").search,
        re.compile(
            rf"(?<![\w.@/'-]){_LETTER}(?=(?P<separator>{_SEPARATOR}))"
            rf"(?:(?P=separator)(?:{_LETTER}|[0-9@$!])){{2,}}(?!\w|[^\s\w]\w)"
        ),
        _join,
    ),
    Step(
        lambda text: _SIGN(text) and _SIGN_IN_WORD(text),
        re.compile(rf"(?P<address>{ADDRESS})|(?<![a-z0-9$@!])[a-z]*[0-9$@!][a-z0-9$@!]*"),
        _unmask,
    ),
    Step(
        lambda text: _ASCII_TRIPLE(text) if text.isascii() else _TRIPLE(text),
        re.compile(rf"{ADDRESS}|(?<!\w)[ivx]{{1,15}}(?!\w)|(?P<letter>[^\W\d_])(?P=letter){{2,}}"),
        _shorten,
    ),
    Step(lambda text: "  " in text, re.compile("  +"), lambda _: " "),
)
