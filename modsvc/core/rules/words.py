"""Banned words: what an editor does not want printed, however it is spelled."""

from __future__ import annotations

from modsvc.core.comment import Subject
from modsvc.core.policy import Policy
from modsvc.core.signals import Signal, Span


def banned_words(subject: Subject, policy: Policy) -> Signal | None:
    """Fire when the reading holds a word or phrase of the policy's list."""
    found = list(policy.words.find(subject.text))
    if not found:
        return None
    spans = {Span(*subject.text.span(start, end)) for start, end in found}
    # Not the phrases themselves: decisions outlive an erased comment and must not repeat it.
    return Signal("words.banned", spans=tuple(sorted(spans)), detail={"count": len(spans)})
