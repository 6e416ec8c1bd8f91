"""The author: new here, or one whose comments were rejected."""

from __future__ import annotations

from modsvc.core.comment import Subject
from modsvc.core.policy import Policy
from modsvc.core.signals import Signal


def new_author(subject: Subject, policy: Policy) -> Signal | None:
    """Fire for an author whom the site has not known for long, or printed often, enough."""
    limits, facts = policy.limits, subject.facts
    if facts.at is None or not facts.complete:  # Nobody was asked, or nobody could answer.
        return None
    approved = facts.record.approved
    if facts.age_days >= limits.new_author_days and approved >= limits.new_author_comments:
        return None
    return Signal("author.new", detail={"days": facts.age_days, "approved": approved})


def rejected_author(subject: Subject, policy: Policy) -> Signal | None:
    """Say how much of what the author wrote was rejected, smoothed: a single one says little."""
    record = subject.facts.record
    if not record.rejected:
        return None
    strength = 1 - policy.trust.approval_rate(record)
    judged = record.approved + record.rejected
    return Signal("author.rejections", strength, detail={"count": record.rejected, "of": judged})
