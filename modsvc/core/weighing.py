"""Weigh a comment again by what was found when it was judged: its scores, its doubts, its facts.

The classifier is not asked. It would have to be where a policy stops a comment for a label that did
not stop it then, since only what would be stopped is looked at twice: there the outcome says so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from modsvc.core.asking import rule_signals
from modsvc.core.comment import Comment, Subject
from modsvc.core.decision import Action, Decision, Reason
from modsvc.core.facts import NO_FACTS, Facts
from modsvc.core.labels import LABELS
from modsvc.core.policy import Policy, decide
from modsvc.core.screening import lenient
from modsvc.core.second_look import PERSONAL, below_reject
from modsvc.core.signals import Signal
from modsvc.core.text import Reading

# What the classifier said beside its scores, and what it could not say.
ABOUT_SCORES = ("bias.unstable", "second_look.failed", "classifier.unavailable")


@dataclass(frozen=True, slots=True)
class Found:
    """What was found about a comment when it was judged."""

    reasons: tuple[Reason, ...]
    scores: Mapping[str, float]
    model_version: str | None
    facts: Facts | None

    @property
    def stages(self) -> list[str]:
        """The stages that judged."""
        return self.model_version.split("+") if self.model_version else []


@dataclass(frozen=True, slots=True)
class Weighed:
    """A decision, and whether the classifier would have to be asked to be sure of it."""

    decision: Decision
    is_sure: bool


def weigh(
    comment: Comment, reading: Reading, found: Found, policy: Policy, *, odds_changed: bool = False
) -> Weighed:
    """Decide by a policy what was judged before.

    Parameters
    ----------
    reading
        Of the body, as it was read then: with the lexicon of the same model.
    odds_changed
        Whether the policy has other `reply_odds` than the one that judged.
    """
    facts = found.facts or NO_FACTS
    comment = as_it_stood(comment, found.facts)
    here = policy.at(comment.article.id, comment.article.section, facts.mode)
    if found.stages:
        here = here.for_stages(found.stages)
    subject = Subject(comment, reading, found.scores, facts)
    about_scores = list(_of_classifier(found, facts, here))
    signals = [*about_scores, *rule_signals(subject, here)]
    signals += [signal for signal in _failed(found) if signal not in signals]
    decision = decide(lenient(signals, subject, here), here)
    decision = replace(
        decision,
        scores=found.scores,
        model_version=found.model_version if found.scores else None,
        facts=facts,
    )
    is_sure = not (odds_changed and _may_be_struck(comment, found)) and not _is_stricter(
        found, decision
    )
    return Weighed(decision, is_sure)


def as_it_stood(comment: Comment, facts: Facts | None) -> Comment:
    """Give a comment with its article in the section where it stood then, if that is known."""
    if facts is None:
        return comment
    return replace(comment, article=replace(comment.article, section=facts.section))


def _of_classifier(found: Found, facts: Facts, policy: Policy) -> Iterator[Signal]:
    """Give the signals that the classifier gave, and those that were too weak to become reasons."""
    before = {reason.signal.code: reason.signal for reason in found.reasons}
    if not found.scores and "classifier.unavailable" not in before:
        yield Signal("language.unscored", detail={"language": facts.language or "?"})
    unsure = _unsure(before)
    for label in LABELS:
        if label in found.scores:
            strength = found.scores[label]
            if label in unsure:
                strength = below_reject(strength, policy.bands[label].reject)
            yield replace(before.get(label, Signal(label)), strength=strength)
    for code in ABOUT_SCORES:
        if code in before:
            yield before[code]


def _unsure(before: Mapping[str, Signal]) -> Collection[str]:
    """Name the labels that must not reject, since a second look did not bear them out."""
    if "second_look.failed" in before:
        return LABELS
    unstable = before.get("bias.unstable")
    return str(unstable.detail["label"]).split(", ") if unstable else ()


def _failed(found: Found) -> Iterator[Signal]:
    """Give what could not run then, but for expressions, which a policy may have mended."""
    for reason in found.reasons:
        rule = str(reason.signal.detail.get("rule", ""))
        if reason.signal.code == "rule.failed" and not rule.startswith("expressions."):
            yield reason.signal


def _is_stricter(found: Found, decision: Decision) -> bool:
    """Tell whether a label now calls for more than it did."""
    before = {reason.signal.code: reason.action for reason in found.reasons}
    return any(
        reason.action > before.get(reason.signal.code, Action.APPROVE)
        for reason in decision.reasons
        if reason.signal.code in LABELS
    )


def _may_be_struck(comment: Comment, found: Found) -> bool:
    return comment.parent is not None and not PERSONAL.isdisjoint(found.scores)
