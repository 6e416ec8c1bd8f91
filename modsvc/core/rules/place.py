"""The place: what an article's mode says, and what a site's language is."""

from __future__ import annotations

from modsvc.core.comment import Subject
from modsvc.core.facts import CLOSED, PREMODERATE
from modsvc.core.policy import Policy
from modsvc.core.signals import Signal
from modsvc.core.words import primary


def closed(subject: Subject, _policy: Policy) -> Signal | None:
    """Fire under an article that is closed to comments."""
    return Signal("article.closed") if subject.facts.mode == CLOSED else None


def premoderated(subject: Subject, _policy: Policy) -> Signal | None:
    """Fire under an article whose comments are all read before they are printed."""
    return Signal("article.premoderated") if subject.facts.mode == PREMODERATE else None


def language_not_accepted(subject: Subject, policy: Policy) -> Signal | None:
    """Fire when the comment is in a language that the site does not print."""
    language = subject.facts.language
    if not policy.languages or language is None:
        return None
    if primary(language) in map(primary, policy.languages):
        return None
    return Signal("language.not_accepted", detail={"language": language})
