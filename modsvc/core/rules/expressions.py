"""Expressions: which of an editor's are true, to be held or to be rejected."""

from __future__ import annotations

from modsvc.core.comment import Subject
from modsvc.core.decision import Action
from modsvc.core.expressions import ExpressionFailed
from modsvc.core.faults import Unfinished
from modsvc.core.policy import Policy
from modsvc.core.signals import Signal

MAX_NAMES = 5


def holding(subject: Subject, policy: Policy) -> Signal | None:
    """Fire when an expression is true that the policy holds for."""
    return _found("expressions.held", subject, policy, Action.HOLD)


def rejecting(subject: Subject, policy: Policy) -> Signal | None:
    """Fire when an expression is true that the policy rejects for."""
    return _found("expressions.rejected", subject, policy, Action.REJECT)


def _found(code: str, subject: Subject, policy: Policy, action: Action) -> Signal | None:
    if not len(policy.expressions):
        return None
    from modsvc.core.values import value_of  # Which itself needs some rules.

    found: list[str] = []
    try:
        found.extend(policy.expressions.find(value_of(subject, policy), action))
    except ExpressionFailed as error:
        raise Unfinished(_signal(code, found), error.name) from error
    return _signal(code, found)


def _signal(code: str, found: list[str]) -> Signal | None:
    if not found:
        return None
    return Signal(code, detail={"names": ", ".join(found[:MAX_NAMES]), "count": len(found)})
