"""Characters that cannot be seen, and characters that change the direction of writing.

Both hide words from readers, filters and moderators. Both have honest uses, which are left alone:
a joiner inside an emoji or between letters of scripts that need it, and the plain left-to-right
and right-to-left marks that phones put around numbers in Hebrew and Arabic text.
The characters and their dangers: Unicode Technical Report 36, https://www.unicode.org/reports/tr36/
"""

from __future__ import annotations

import re
from itertools import islice

from modsvc.core.comment import Subject
from modsvc.core.policy import Policy
from modsvc.core.signals import Signal, spans_of

# Zero-width space, word joiner and invisible operators, BOM, soft hyphen, Hangul and Mongolian
# fillers, tags, and the two joiners, which are looked at once more below.
INVISIBLE = re.compile(
    "[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200d\u2060-\u2065"
    "\u3164\ufeff\uffa0\U000e0000-\U000e007f]"
)
# Embeddings, overrides and isolates.
DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
# How many are looked at; a text with more has been found out long before.
MOST = 2_000
JOINERS = "\u200c\u200d"
TAG_FLAG = "\U0001f3f4"  # The black flag that tags turn into the flag of a region.


def invisible(subject: Subject, policy: Policy) -> Signal | None:
    """Fire when the body hides more invisible characters than the policy bears."""
    raw = subject.text.raw
    if raw.isascii():
        return None
    some = islice(INVISIBLE.finditer(raw), MOST)
    found = [m for m in some if not _has_honest_use(raw, m.start())]
    return _over(found, policy.limits.max_invisible, "text.invisible")


def direction(subject: Subject, policy: Policy) -> Signal | None:
    """Fire when the body changes the direction of writing more often than the policy bears."""
    if subject.text.raw.isascii():
        return None
    found = list(DIRECTION.finditer(subject.text.raw))
    return _over(found, policy.limits.max_direction_marks, "text.direction")


def _has_honest_use(raw: str, at: int) -> bool:
    """Tell whether the invisible character at `at` does what Unicode made it for."""
    before = raw[at - 1] if at else " "
    after = raw[at + 1] if at + 1 < len(raw) else " "
    if raw[at] in JOINERS:
        # Latin, Greek, Cyrillic and Hebrew letters never need a joiner; Persian and Hindi do, and
        # emoji families are held together by them.
        return all(ord(char) >= 0x0600 for char in (before, after))
    if "\U000e0000" <= raw[at] <= "\U000e007f":
        return TAG_FLAG in raw[max(0, at - 7) : at]
    return raw[at] == "\u00ad" and before.isalpha() and after.isalpha()


def _over(found: list[re.Match[str]], allowed: int, code: str) -> Signal | None:
    if len(found) <= allowed:
        return None
    detail = {"count": len(found), "allowed": allowed}
    return Signal(code, spans=spans_of(found), detail=detail)
