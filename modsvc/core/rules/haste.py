"""Haste: more comments than a person writes, or an article usually gets, in a minute or an hour."""

from __future__ import annotations

from modsvc.core.comment import Subject
from modsvc.core.facts import Sent
from modsvc.core.policy import Policy
from modsvc.core.signals import Signal


def hasty_author(subject: Subject, policy: Policy) -> Signal | None:
    """Fire when the author sends more comments than the policy bears."""
    limits = policy.limits
    sent = subject.facts.by_author
    return _over("author.too_fast", sent, limits.max_author_minute, limits.max_author_hour)


def crowded_article(subject: Subject, policy: Policy) -> Signal | None:
    """Fire when an article gets more comments in a minute than the policy bears."""
    sent = Sent(minute=subject.facts.on_article)
    return _over("article.too_fast", sent, policy.limits.max_article_minute)


def hasty_address(subject: Subject, policy: Policy) -> Signal | None:
    """Fire when more comments come from one network address than the policy bears."""
    limits = policy.limits
    sent = subject.facts.from_address
    return _over("address.too_fast", sent, limits.max_address_minute, limits.max_address_hour)


def _over(code: str, sent: Sent, a_minute: int, an_hour: int | None = None) -> Signal | None:
    """Fire when this comment is one more than is allowed."""
    if sent.minute >= a_minute:
        return Signal(
            code, detail={"count": sent.minute + 1, "allowed": a_minute, "within": "minute"}
        )
    if an_hour is not None and sent.hour >= an_hour:
        return Signal(code, detail={"count": sent.hour + 1, "allowed": an_hour, "within": "hour"})
    return None
