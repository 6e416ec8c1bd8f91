"""Reports: readers who say that a comment should not stand."""

from __future__ import annotations

from modsvc.core.comment import Subject
from modsvc.core.policy import Policy
from modsvc.core.signals import Signal


def reported(subject: Subject, policy: Policy) -> Signal | None:
    """Fire when more readers have reported the comment than the policy bears."""
    count, allowed = subject.facts.reports, policy.limits.max_reports
    return Signal("reports.many", detail={"count": count}) if count > allowed else None
