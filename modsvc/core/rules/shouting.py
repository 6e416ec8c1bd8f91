"""Shouting: a comment written mostly in capitals."""

from __future__ import annotations

from modsvc.core.comment import Subject
from modsvc.core.policy import Policy
from modsvc.core.signals import Signal


def shouting(subject: Subject, policy: Policy) -> Signal | None:
    """Fire when capitals make up more of the cased letters than the policy bears.

    Letters without case (Hebrew, Arabic, Chinese …) count on neither side, and short texts are
    left alone: "BBC" and "NATO" are not shouts.
    """
    limits, raw = policy.limits, subject.text.raw
    capitals = sum(map(str.isupper, raw))
    if capitals < limits.shouting_min_letters * limits.shouting_share:
        return None
    cased = capitals + sum(map(str.islower, raw))
    if cased < limits.shouting_min_letters or capitals <= limits.shouting_share * cased:
        return None
    share = capitals / cased
    return Signal("shouting", strength=share, detail={"share": round(share, 2)})
