"""Emoji: a few say how something is meant, a flood of them says nothing."""

from __future__ import annotations

import re

from modsvc.core.comment import Subject
from modsvc.core.policy import Policy
from modsvc.core.signals import Signal, spans_of

# What is shown as one picture counts as one: a flag of two letters, a family held together by
# joiners, a hand with its colour (https://www.unicode.org/reports/tr51/#EBNF_and_Regex).
# Of the older signs, which a list of points is ticked with, only those count that are shown as
# pictures by themselves (https://www.unicode.org/reports/tr51/#Emoji_Properties), or are made so.
_PICTURES = (
    "\u231a\u231b\u23e9-\u23ec\u23f0\u23f3\u25fd\u25fe\u2614\u2615\u2648-\u2653\u267f\u2693\u26a1"
    "\u26aa\u26ab\u26bd\u26be\u26c4\u26c5\u26ce\u26d4\u26ea\u26f2\u26f3\u26f5\u26fa\u26fd\u2705\u270a"
    "\u270b\u2728\u274c\u274e\u2753-\u2755\u2757\u2795-\u2797\u27b0\u27bf\u2b1b\u2b1c\u2b50\u2b55"
    "\U0001f000-\U0001f1e5\U0001f200-\U0001faff"
)
_ONE = f"(?:[{_PICTURES}]|[\u2190-\u2bff\u3030\u303d\u3297\u3299]\ufe0f)"
_DRESSED = f"{_ONE}[\ufe0f\u20e3\U0001f3fb-\U0001f3ff]*"
EMOJI = re.compile(
    f"[\U0001f1e6-\U0001f1ff]{{1,2}}|{_DRESSED}(?:\u200d{_DRESSED})*|[0-9#*]\ufe0f?\u20e3"
)


def emoji_flood(subject: Subject, policy: Policy) -> Signal | None:
    """Fire when the body holds more emoji than the policy bears."""
    raw, allowed = subject.text.raw, policy.limits.max_emoji
    if raw.isascii():
        return None
    count = len(EMOJI.findall(raw))
    if count <= allowed:
        return None
    detail = {"count": count, "allowed": allowed}
    return Signal("text.emoji", spans=spans_of(EMOJI.finditer(raw)), detail=detail)
