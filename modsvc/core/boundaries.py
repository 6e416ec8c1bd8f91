"""Where words begin and end, in any script.

Much as Unicode has it (https://www.unicode.org/reports/tr29/#Word_Boundaries), and the same whether
a boundary is asked for or what stands between words is made a space. Apostrophes, quotation marks,
hyphens, the Hebrew maqaf and underscores part words: "fool" is in "fool's", "l'fool" and "_fool_".
"""

from __future__ import annotations

import re
import unicodedata

# Scripts that leave no space between words, letters and marks: Thai and Lao; Myanmar; Khmer;
# hiragana and bopomofo; Han. Katakana and Korean are not among them: their runs are words.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\ua9e0-\ua9fe\uaa60-\uaa7f\u1780-\u17ff"
    "\u3005-\u3007\u3041-\u309f\u3105-\u312f\u31a0-\u31bf"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+"
)
_MEMO_LIMIT = 20_000  # Entries; a text of rare characters must not fill the memory for good.

# What a character is: no part of a word; a letter, digit or mark of one; the same in a script
# that leaves no space between words. And between which two no word begins or ends.
_SIGN, _SPACED, _UNSPACED_LETTER, _UNSPACED_MARK = range(4)
_WITHIN = {
    (_SPACED, _SPACED),
    (_UNSPACED_LETTER, _UNSPACED_MARK),
    (_UNSPACED_MARK, _UNSPACED_MARK),
}


def is_boundary(text: str, at: int) -> bool:
    """Tell whether a word starts or ends at `at`.

    It does not between two letters or digits, unless one is of a script that leaves no space
    between words; and never before a mark of the letter in front.
    """
    if at in (0, len(text)):
        return True
    return (KINDS[ord(text[at - 1])], KINDS[ord(text[at])]) not in _WITHIN


def is_sign(char: str) -> bool:
    """Tell whether a character is no part of a word."""
    return KINDS[ord(char)] == _SIGN


def has_unspaced(text: str) -> bool:
    """Tell whether a letter is of a script that leaves no space between words."""
    return not text.isascii() and _UNSPACED.search(text) is not None


def part(text: str) -> str:
    """Give a text with a space for each character that is no part of a word."""
    return text.translate(PARTED)


def without_unspaced(text: str) -> str:
    """Give a text with a space for each letter of a script that leaves none between words."""
    return text if text.isascii() else _UNSPACED.sub(_as_spaces, text)


def _as_spaces(run: re.Match[str]) -> str:
    return " " * len(run[0])


class _Kinds(dict[int, int]):
    """From a code point to what it is, worked out when first met."""

    def __missing__(self, point: int) -> int:
        if len(self) >= _MEMO_LIMIT:
            self.clear()
        char = chr(point)
        is_mark = unicodedata.category(char)[0] == "M"
        kind = _SPACED if char.isalnum() or is_mark else _SIGN
        if kind and _UNSPACED.match(char):
            kind = _UNSPACED_MARK if is_mark else _UNSPACED_LETTER
        self[point] = kind
        return kind


class _Parted(dict[int, str]):
    """From a code point to itself, or to a space where it is no part of a word."""

    def __missing__(self, point: int) -> str:
        if len(self) >= _MEMO_LIMIT:
            self.clear()
        self[point] = read = chr(point) if KINDS[point] else " "
        return read


KINDS = _Kinds()
PARTED = _Parted()
