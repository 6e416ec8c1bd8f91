"""Emoji: a few say how something is meant, a flood of them says nothing."""

from __future__ import annotations

import re

from modsvc.core.comment import Subject
from modsvc.core.policy import Policy
from modsvc.core.signals import Signal, spans_of

# What is shown as one picture counts as one: a flag of two letters, a family held together by
# joiners, a hand with its colour (https://www.unicode.org/reports/tr51/#EBNF_and_Regex).
_ONE = "[\u231a-\u23ff\u2600-\u27bf\u2b1b-\u2b55\U0001f000-\U0001f1e5\U0001f200-\U0001faff]"
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
