"""Repeats: the same or nearly the same said again, by one author or by many."""

from __future__ import annotations

from collections.abc import Sequence

from modsvc.core.comment import Subject
from modsvc.core.facts import Facts, Like
from modsvc.core.policy import Limits, Policy
from modsvc.core.signals import Signal


def own_repeats(subject: Subject, policy: Policy) -> Signal | None:
    """Fire when the author has said nearly the same more often lately than the policy bears."""
    likes = likes_by_author(subject.facts, policy.limits)
    return _over("repeats.author", likes, policy.limits.max_author_repeats)


def others_repeats(subject: Subject, policy: Policy) -> Signal | None:
    """Fire when others have said nearly the same more often lately than the policy bears."""
    likes = likes_by_others(subject.facts, policy.limits)
    return _over("repeats.others", likes, policy.limits.max_others_repeats)


def rejected_repeats(subject: Subject, policy: Policy) -> Signal | None:
    """Fire when nearly the same was rejected lately, whoever wrote it."""
    facts, limits = subject.facts, policy.limits
    likes = [*likes_by_author(facts, limits), *likes_by_others(facts, limits)]
    return _over("repeats.rejected", [like for like in likes if like.rejected], 0)


def likes_by_author(facts: Facts, limits: Limits) -> list[Like]:
    """Give the author's own comments that count as repeated here."""
    return [like for like in _alike(facts, limits) if like.own]


def likes_by_others(facts: Facts, limits: Limits) -> list[Like]:
    """Give others' comments that count as repeated here.

    A few words are said by many who do not know of each other.
    """
    if facts.n_words < limits.repeat_min_words:
        return []
    return [like for like in _alike(facts, limits) if not like.own]


def _alike(facts: Facts, limits: Limits) -> list[Like]:
    within = 60 * limits.repeat_hours
    return [
        like
        for like in facts.likes
        if like.similarity >= limits.repeat_similarity and like.minutes < within
    ]


def _over(code: str, likes: Sequence[Like], allowed: int) -> Signal | None:
    if len(likes) <= allowed:
        return None
    return Signal(code, detail={"count": len(likes)})
