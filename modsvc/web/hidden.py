"""Characters that nobody can see, made visible. Strangers' text passes through here to the page."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from flask_babel import gettext
from markupsafe import Markup

# Controls but for line breaks and tabs, soft hyphens, fillers and other blanks, marks and
# overrides of direction, joiners and other format characters, tags; each with its repetitions.
HIDDEN = re.compile(
    "([\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff9-\ufffb"
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f])\\1*"
)
# Abbreviations that people who meet these characters know; the others are named by number.
NAMES = {
    "\u00ad": "SHY",
    "\u061c": "ALM",
    "\u200b": "ZWSP",
    "\u200c": "ZWNJ",
    "\u200d": "ZWJ",
    "\u200e": "LRM",
    "\u200f": "RLM",
    "\u202a": "LRE",
    "\u202b": "RLE",
    "\u202c": "PDF",
    "\u202d": "LRO",
    "\u202e": "RLO",
    "\u2060": "WJ",
    "\u2066": "LRI",
    "\u2067": "RLI",
    "\u2068": "FSI",
    "\u2069": "PDI",
    "\ufeff": "BOM",
}
JOINERS = "\u200c\u200d"
TAG_FLAG = "\U0001f3f4"  # The black flag that tags turn into the flag of a region.
TAGS = re.compile("[\U000e0020-\U000e007f]")


def plain(text: str) -> Markup:
    """Show a text as it is, with a label in the place of each character that cannot be seen.

    Labels stand for direction marks too, so what they turned around is read in its true order.
    """
    return Markup().join(_shown(text))


def _shown(text: str) -> Iterator[Markup]:
    at = 0
    for match in HIDDEN.finditer(text):
        if not _is_seen(text, match.start(), match.end()):
            yield Markup.escape(text[at : match.start()])
            yield _label(match[1], len(match[0]))
            at = match.end()
    yield Markup.escape(text[at:])


def _label(char: str, times: int) -> Markup:
    number = f"U+{ord(char):04X}"
    label = NAMES.get(char, number) + (f" ×{times}" if times > 1 else "")
    name = unicodedata.name(char, "") or gettext("control character")
    return Markup('<span class="hidden" dir="ltr" title="{}, {}">{}</span>').format(
        name, number, label
    )


def _is_seen(text: str, start: int, end: int) -> bool:
    """Tell whether the characters show by what they do; a label would tear that apart.

    A joiner holds an emoji together or shapes letters of scripts that need it (Latin, Greek,
    Cyrillic and Hebrew do not); tags make a black flag the flag of a region.
    """
    if text[start] in JOINERS:
        return all(char >= "\u0600" for char in (text[start - 1 : start], text[end : end + 1]))
    return bool(TAGS.match(text[start])) and TAG_FLAG in text[max(0, start - 7) : start]
