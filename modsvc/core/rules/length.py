"""Length: a comment that says nothing, or that nobody will read."""

from __future__ import annotations

from modsvc.core.comment import Subject
from modsvc.core.policy import Policy
from modsvc.core.signals import Signal


def too_long(subject: Subject, policy: Policy) -> Signal | None:
    """Fire when the body has more code points than the policy allows."""
    count, allowed = len(subject.text.raw), policy.limits.max_chars
    if count <= allowed:
        return None
    return Signal("length.too_long", detail={"count": count, "allowed": allowed})


def too_short(subject: Subject, policy: Policy) -> Signal | None:
    """Fire when the body has fewer letters and digits than the policy asks for."""
    asked = policy.limits.min_letters
    count = 0
    for char in subject.text.raw:
        count += char.isalnum()
        if count >= asked:
            return None
    return Signal("length.too_short", detail={"count": count, "asked": asked})
