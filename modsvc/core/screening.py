"""screen(): from a comment to a decision, in four steps.

No failure approves: a part that cannot run leaves a signal that holds.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Protocol

from modsvc.core.comment import Comment, Subject
from modsvc.core.decision import Action, Decision, Reason
from modsvc.core.faults import place
from modsvc.core.labels import LABELS
from modsvc.core.lexicon import Lexicon
from modsvc.core.policy import Policy, decide
from modsvc.core.rules import RULES
from modsvc.core.second_look import First, Scoring, look_again
from modsvc.core.signals import Signal, Span
from modsvc.core.text import Reading, normalise

log = logging.getLogger(__name__)


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


def screen(comment: Comment, *, scorer: Scorer | None, policy: Policy) -> Decision:
    """Judge one comment. Without a scorer the rules still act and all else is held."""
    return screen_many([comment], scorer=scorer, policy=policy)[0]


def screen_many(
    comments: Sequence[Comment], *, scorer: Scorer | None, policy: Policy, explain: bool = True
) -> list[Decision]:
    """Judge comments, in their order; together they cost less than one by one.

    They are weighed with the policy's bands for the stages that judge them. Without `explain` no
    label's reason points at words, whose finding costs more than all the rest.
    """
    if scorer:
        policy = policy.for_stages(scorer.stages)
    readings = read(comments, scorer)
    scorings = classify(comments, readings, scorer, policy)
    version = scorer.version if scorer else None
    decisions = []
    for comment, reading, scoring in zip(comments, readings, scorings, strict=True):
        subject = Subject(comment, reading, scoring.scores)
        signals = [*scoring.signals, *rule_signals(subject, policy)]
        decision = decide(signals, policy)
        pointing = scorer if explain else None
        decisions.append(
            replace(
                decision,
                reasons=tuple(point_out(r, scoring.judged, pointing) for r in decision.reasons),
                scores=subject.scores,
                model_version=version if subject.scores else None,
            )
        )
    return decisions


def score_many(
    comments: Sequence[Comment], *, scorer: Scorer | None, policy: Policy
) -> list[Mapping[str, float]]:
    """Give the scores that `screen_many` gives, and ask nothing but the classifier.

    They are empty for a comment that has none.
    """
    if scorer:
        policy = policy.for_stages(scorer.stages)
    scorings = classify(comments, read(comments, scorer), scorer, policy)
    return [scoring.scores for scoring in scorings]


def read(comments: Sequence[Comment], scorer: Scorer | None) -> list[Reading]:
    """Read the comments' bodies as the scorer wants them read."""
    lexicon = scorer.lexicon if scorer else None
    return [normalise(comment.body, lexicon) for comment in comments]


def classify(
    comments: Sequence[Comment],
    readings: Sequence[Reading],
    scorer: Scorer | None,
    policy: Policy,
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
        i: First(comments[i], readings[i], scores)
        for i, scores in zip(asked, told, strict=True)
        if scores is not None
    }
    looked = look_again(
        list(firsts.values()),
        read=partial(normalise, lexicon=scorer.lexicon),
        score=partial(score, scorer=scorer),
        policy=policy,
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
            return [each if _are_probabilities(each) else None for each in scores]
        log.error("classifier.failed: %d texts, %d scores", len(readings), len(scores))
    except Exception as error:  # noqa: BLE001  Whatever broke, the comment is held.
        log.error("classifier.failed: %s", place(error))
    if len(readings) == 1:
        return [None]
    # One text that cannot be scored must not cost the others their scores.
    return [score([reading], scorer)[0] for reading in readings]


def rule_signals(subject: Subject, policy: Policy) -> Iterator[Signal]:
    """Ask every rule; one that fails leaves a signal that names it."""
    if subject.text.unreadable:
        yield Signal("text.unreadable")
    for code, rule in RULES.items():
        try:
            signal = rule(subject, policy)
        except Exception as error:  # noqa: BLE001  Whatever broke, the comment is held.
            log.error("rule.failed: %s: %s", code, place(error))
            signal = Signal("rule.failed", detail={"rule": code})
        if signal is not None:
            yield signal


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
