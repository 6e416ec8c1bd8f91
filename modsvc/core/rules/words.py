"""Words: what an editor wants to reject or to look at, however it is spelled."""

from __future__ import annotations

from modsvc.core.comment import Subject
from modsvc.core.decision import Action
from modsvc.core.policy import Policy
from modsvc.core.signals import Signal, Span

MAX_ENTRIES = 20


def banned_words(subject: Subject, policy: Policy) -> Signal | None:
    """Fire when a word or phrase is found that the policy rejects for."""
    return _found("words.banned", subject, policy, Action.REJECT)


def suspect_words(subject: Subject, policy: Policy) -> Signal | None:
    """Fire when a word or phrase is found that the policy holds for."""
    return _found("words.suspect", subject, policy, Action.HOLD)


def _found(code: str, subject: Subject, policy: Policy, action: Action) -> Signal | None:
    facts = subject.facts
    found = list(policy.words.find(subject.text, action, at=facts.at, language=facts.language))
    if not found:
        return None
    spans = sorted({Span(*subject.text.span(each.start, each.end)) for each in found})
    # Not the phrases themselves: decisions outlive an erased comment and must not repeat it.
    entries = sorted({each.entry.id for each in found if each.entry.id > 0})[:MAX_ENTRIES]
    return Signal(code, spans=tuple(spans), detail={"count": len(spans), "entries": entries})
