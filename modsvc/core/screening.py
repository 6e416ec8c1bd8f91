"""screen(): from a comment to a decision, in four steps.

No failure approves: a part that cannot run leaves a signal that holds.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from modsvc.core.asking import Timer, rule_signals
from modsvc.core.comment import Comment, Subject
from modsvc.core.decision import DIGITS, Action, Decision, Reason
from modsvc.core.facts import NO_FACTS, Facts
from modsvc.core.faults import place
from modsvc.core.labels import LABELS
from modsvc.core.lexicon import Lexicon
from modsvc.core.policy import Band, Policy, decide
from modsvc.core.second_look import First, Scoring, look_again
from modsvc.core.signals import Signal, Span
from modsvc.core.text import Reading, normalise

log = logging.getLogger(__name__)

# What is scored is in the language that the classifier was trained for.
SCORED_LANGUAGE = "en"


class Scorer(Protocol):
    """The classifier, as screening sees it."""

    @property
    def version(self) -> str:
        """The versions of the stages that judge, which every decision records.

        Such as `linear-6`, or `linear-6+encoder-4`.
        """

    @property
    def stages(self) -> tuple[str, ...]:
        """The stages that judge: `linear`, or `linear` and `encoder`."""

    @property
    def lexicon(self) -> Lexicon | None:
        """The words that texts are to be read with; None where there are none."""

    def unscored_language(self, reading: Reading, declared: str | None) -> str | None:
        """Name the language of a text that cannot be scored; `declared` is the site's word."""

    def score(self, readings: Sequence[Reading]) -> list[dict[str, float]]:
        """Give each reading its labels' calibrated probabilities, in [0, 1]."""

    def explain(self, reading: Reading, label: str) -> tuple[Span, ...]:
        """Give the words of the body that made the label likely."""


def screen(
    comment: Comment, *, scorer: Scorer | None, policy: Policy, facts: Facts = NO_FACTS
) -> Decision:
    """Judge one comment. Without a scorer the rules still act and all else is held."""
    return screen_many([comment], scorer=scorer, policy=policy, facts=[facts])[0]


def screen_many(
    comments: Sequence[Comment],
    *,
    scorer: Scorer | None,
    policy: Policy,
    facts: Sequence[Facts] | None = None,
    explain: bool = True,
    timer: Timer | None = None,
) -> list[Decision]:
    """Judge comments, in their order; together they cost less than one by one.

    Each is weighed by the policy for its article, with the bands for the stages that judge.

    Parameters
    ----------
    facts
        What else is known of each; nothing, where it is left out.
    explain
        Without it no label's reason points at words, whose finding costs more than all the rest.
    timer
        Tells how much time rules take; without it they have as much as they like.
    """
    known = facts if facts is not None else [NO_FACTS] * len(comments)
    policies = _policies(comments, known, scorer, policy)
    readings = read(comments, scorer)
    scorings = classify(comments, readings, scorer, policies)
    version = scorer.version if scorer else None
    decisions = []
    for comment, told, here, reading, scoring in zip(
        comments, known, policies, readings, scorings, strict=True
    ):
        section = told.section or comment.article.section
        fact = replace(told, language=_language(comment, scoring), section=section)
        subject = Subject(comment, reading, scoring.scores, fact)
        signals = [*scoring.signals, *rule_signals(subject, here, timer)]
        decision = decide(lenient(signals, subject, here), here)
        pointing = scorer if explain else None
        decisions.append(
            replace(
                decision,
                reasons=tuple(point_out(r, scoring.judged, pointing) for r in decision.reasons),
                scores=subject.scores,
                model_version=version if subject.scores else None,
                facts=fact,
            )
        )
    return decisions


@dataclass(frozen=True, slots=True)
class Seen:
    """A decision and all that was noticed, whatever it called for, and by which bands."""

    decision: Decision
    noticed: tuple[Reason, ...]
    bands: Mapping[str, Band]
    reading: Reading


def look_at(
    comment: Comment, *, scorer: Scorer | None, policy: Policy, facts: Facts = NO_FACTS
) -> Seen:
    """Judge one comment, and give what was noticed too where it called for nothing."""
    decision = screen(comment, scorer=scorer, policy=policy, facts=facts)
    (here,) = _policies([comment], [facts], scorer, policy)
    (reading,) = read([comment], scorer)
    (scoring,) = classify([comment], [reading], scorer, [here])
    subject = Subject(comment, reading, scoring.scores, decision.facts)
    signals = lenient([*scoring.signals, *rule_signals(subject, here)], subject, here)
    weighed = {s.code: Reason(s, here.bands[s.code].action(s.strength)) for s in signals}
    weighed |= {reason.signal.code: reason for reason in decision.reasons}
    noticed = sorted(weighed.values(), key=lambda r: (-r.action, -r.signal.strength))
    return Seen(decision, tuple(noticed), here.bands, reading)


def score_many(
    comments: Sequence[Comment], *, scorer: Scorer | None, policy: Policy
) -> list[Mapping[str, float]]:
    """Give the scores that `screen_many` gives, and ask nothing but the classifier.

    They are empty for a comment that has none.
    """
    policies = _policies(comments, [NO_FACTS] * len(comments), scorer, policy)
    scorings = classify(comments, read(comments, scorer), scorer, policies)
    return [scoring.scores for scoring in scorings]


def _policies(
    comments: Sequence[Comment], facts: Sequence[Facts], scorer: Scorer | None, policy: Policy
) -> list[Policy]:
    """Give the policy that weighs each comment."""
    stages = scorer.stages if scorer else None
    found = []
    for comment, fact in zip(comments, facts, strict=True):
        article = comment.article
        here = policy.at(article.id, fact.section or article.section, fact.mode)
        found.append(here.for_stages(stages) if stages else here)
    return found


def _language(comment: Comment, scoring: Scoring) -> str | None:
    """Say which language a comment is in: as the classifier found it, or else as the site did."""
    for signal in scoring.signals:
        if signal.code == "language.unscored":
            return str(signal.detail["language"])
    return SCORED_LANGUAGE if scoring.scores else comment.language


def read(comments: Sequence[Comment], scorer: Scorer | None) -> list[Reading]:
    """Read the comments' bodies as the scorer wants them read."""
    lexicon = scorer.lexicon if scorer else None
    return [normalise(comment.body, lexicon) for comment in comments]


def classify(
    comments: Sequence[Comment],
    readings: Sequence[Reading],
    scorer: Scorer | None,
    policies: Sequence[Policy],
) -> list[Scoring]:
    """Ask the classifier about what it can read, and again about what it would stop."""
    scorings = [
        _unread(comment, reading, scorer)
        for comment, reading in zip(comments, readings, strict=True)
    ]
    asked = [i for i, scoring in enumerate(scorings) if scoring is None]
    if scorer is None or not asked:
        return [scoring for scoring in scorings if scoring is not None]
    told = score([readings[i] for i in asked], scorer)
    firsts = {
        i: First(comments[i], readings[i], scores, policies[i])
        for i, scores in zip(asked, told, strict=True)
        if scores is not None
    }
    looked = look_again(
        list(firsts.values()),
        read=partial(normalise, lexicon=scorer.lexicon),
        score=partial(score, scorer=scorer),
    )
    done = dict(zip(firsts, looked, strict=True))
    return [
        scoring or done.get(i) or _unavailable(readings[i]) for i, scoring in enumerate(scorings)
    ]


def _unavailable(reading: Reading) -> Scoring:
    return Scoring(reading, (Signal("classifier.unavailable"),))


def _unread(comment: Comment, reading: Reading, scorer: Scorer | None) -> Scoring | None:
    """Say why the classifier does not score a comment; None if it does."""
    if scorer is None:
        return _unavailable(reading)
    try:
        language = scorer.unscored_language(reading, comment.language)
    except Exception as error:  # noqa: BLE001  Whatever broke, the comment is held.
        log.error("language.failed: %s", place(error))
        return _unavailable(reading)
    if language is None:
        return None
    return Scoring(reading, (Signal("language.unscored", detail={"language": language}),))


def score(readings: Sequence[Reading], scorer: Scorer) -> Sequence[Mapping[str, float] | None]:
    """Score the readings; None for each that could not be scored."""
    if not readings:
        return []
    try:
        scores = scorer.score(readings)
        if len(scores) == len(readings):
            return [_counting(each) if _are_probabilities(each) else None for each in scores]
        log.error("classifier.failed: %d texts, %d scores", len(readings), len(scores))
    except Exception as error:  # noqa: BLE001  Whatever broke, the comment is held.
        log.error("classifier.failed: %s", place(error))
    if len(readings) == 1:
        return [None]
    # One text that cannot be scored must not cost the others their scores.
    return [score([reading], scorer)[0] for reading in readings]


def lenient(signals: Iterable[Signal], subject: Subject, policy: Policy) -> Iterable[Signal]:
    """Cap what is said against an author whom the site trusts."""
    caps = policy.trust.caps(subject.comment.author.id, subject.facts.record)
    if not caps:
        return signals
    return [
        replace(signal, strength=min(signal.strength, caps.get(signal.code, 1.0)))
        for signal in signals
    ]


def _counting(scores: Mapping[str, float]) -> dict[str, float]:
    """Keep of scores the digits that count."""
    return {label: round(score, DIGITS) for label, score in scores.items()}


def _are_probabilities(scores: Mapping[str, float]) -> bool:
    """Tell whether scores can be compared with bands: NaN reaches none, and would pass."""
    return bool(scores) and all(0.0 <= score <= 1.0 for score in scores.values())


def point_out(reason: Reason, reading: Reading, scorer: Scorer | None) -> Reason:
    """Add to a label's reason the words that made it likely; they are worth nothing if missing."""
    if scorer is None or reason.signal.code not in LABELS or reason.action is Action.APPROVE:
        return reason
    try:
        spans = scorer.explain(reading, reason.signal.code)
    except Exception as error:  # noqa: BLE001  The decision stands without its spans.
        log.error("classifier.explain_failed: %s", place(error))
        return reason
    return replace(reason, signal=replace(reason.signal, spans=spans))
