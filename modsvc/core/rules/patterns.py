"""Patterns: what an editor's regular expressions find, to be held or to be rejected."""

from __future__ import annotations

from itertools import islice

from modsvc.core.comment import Subject
from modsvc.core.decision import Action
from modsvc.core.faults import Unfinished
from modsvc.core.patterns import TooManyPlaces
from modsvc.core.policy import Policy
from modsvc.core.signals import MAX_SPANS, Signal, Span

MAX_NAMES = 5


def holding(subject: Subject, policy: Policy) -> Signal | None:
    """Fire when a pattern is found that the policy holds for."""
    return _found("patterns.held", subject, policy, Action.HOLD)


def rejecting(subject: Subject, policy: Policy) -> Signal | None:
    """Fire when a pattern is found that the policy rejects for."""
    return _found("patterns.rejected", subject, policy, Action.REJECT)


def _found(code: str, subject: Subject, policy: Policy, action: Action) -> Signal | None:
    found: list[tuple[str, int, int]] = []
    try:
        found.extend(islice(policy.patterns.find(subject.text, action), MAX_SPANS))
    except TooManyPlaces as error:
        raise Unfinished(_signal(code, found)) from error
    return _signal(code, found)


def _signal(code: str, found: list[tuple[str, int, int]]) -> Signal | None:
    if not found:
        return None
    spans = sorted({Span(start, end) for _, start, end in found})
    # The names are the editor's; what the comment says is not repeated.
    names = list(dict.fromkeys(name for name, _, _ in found))[:MAX_NAMES]
    return Signal(code, spans=tuple(spans), detail={"count": len(spans), "names": ", ".join(names)})
