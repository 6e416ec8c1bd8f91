"""A second look at what the classifier would hold or reject, before the policy weighs it.

Comments that no label would stop are never looked at again, so most cost nothing. The others are
asked about in at most two rounds, all comments of a batch together:

1. without what they quote and do not take over; and the article's words in them, each alone;
2. without the article's words, where those are no insults; and with other groups and names, if a
   label would still reject.

The context can clear a comment, or make an attack on the person answered weigh more. A rejection
that depends on who is named becomes a hold.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field

from modsvc.core.comment import Comment
from modsvc.core.context import (
    Context,
    raised,
    strikes_the_answered,
    topic_words,
    without,
    without_quotes,
)
from modsvc.core.decision import DIGITS, SMALLEST, Action
from modsvc.core.faults import place
from modsvc.core.identity import TERMS, swaps
from modsvc.core.labels import LABELS
from modsvc.core.policy import Policy
from modsvc.core.signals import Signal
from modsvc.core.text import Reading

log = logging.getLogger(__name__)

Scores = Mapping[str, float]
Read = Callable[[str], Reading]
Places = Mapping[str, Sequence[tuple[int, int]]]
Score = Callable[[Sequence[Reading]], Sequence[Scores | None]]

# A threat, or an attack on a group, may be made of the very words the article reports it with, and
# who quotes one may mean it: nothing around the comment excuses these, a person looks.
NEVER_EXCUSED = frozenset(("threat", "identity_attack"))
# What is done to the person whose comment is answered.
PERSONAL = frozenset(("toxicity", "severe_toxicity", "insult"))
# In how many ways groups and names are swapped; in a long text once, since each way is a scoring.
SWAPS, LONG_CHARS = 4, 1_000
# A word that is one of these by itself is nobody's topic.
_ABUSE = ("insult", "obscene")


@dataclass(frozen=True, slots=True)
class Scoring:
    """What the classifier said of one comment; `scores` is empty if nothing could be scored.

    `judged` is the reading that the scores are about: quotations may be blank in it.
    """

    judged: Reading
    signals: tuple[Signal, ...]
    scores: Scores = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class First:
    """A comment, its scores at first sight, and the policy that weighs them."""

    comment: Comment
    reading: Reading
    scores: Scores
    policy: Policy


# Yields readings, is sent their scores, and so on in rounds; returns the outcome.
Rounds = Generator[Sequence[Reading], Sequence[Scores], Scoring]


def look_again(firsts: Sequence[First], *, read: Read, score: Score) -> list[Scoring]:
    """Look again at each comment that its scores would stop; give the outcome for every one.

    Parameters
    ----------
    read
        Reads a text as the comments were read.
    score
        Gives the scores of readings, None for each that could not be scored.
    """
    looks = [_Look(first, read).rounds() for first in firsts]
    done: list[Scoring | None] = [None] * len(firsts)
    answers: dict[int, Sequence[Scores] | None] = dict.fromkeys(range(len(firsts)))
    while answers:
        asked: dict[int, Sequence[Reading]] = {}
        for i, answer in answers.items():
            try:
                asked[i] = next(looks[i]) if answer is None else looks[i].send(answer)
            except StopIteration as end:
                done[i] = end.value
            except Exception as error:  # noqa: BLE001  Whatever broke, the comment is held.
                log.error("second_look.failed: %s", place(error))
        answers = _answers(asked, score)
    return [scoring or _unsure(first) for first, scoring in zip(firsts, done, strict=True)]


def _answers(
    asked: Mapping[int, Sequence[Reading]], score: Score
) -> dict[int, Sequence[Scores] | None]:
    """Score what all looks ask for in one go; those that miss an answer are not gone on with."""
    if not asked:
        return {}
    scores = iter(score([reading for readings in asked.values() for reading in readings]))
    told = {i: [next(scores) for _ in readings] for i, readings in asked.items()}
    return {
        i: found for i, each in told.items() if len(found := [s for s in each if s]) == len(each)
    }


def _unsure(first: First) -> Scoring:
    """Give the outcome where the second look failed: a hold, since a rejection is not made sure."""
    strengths = {
        label: below_reject(score, first.policy.bands[label].reject)
        for label, score in first.scores.items()
    }
    signals = [Signal(label, strengths[label]) for label in LABELS if label in strengths]
    return Scoring(first.reading, (*signals, Signal("second_look.failed")), first.scores)


class _Look:
    """One comment's second look: what is known so far, and what is asked next."""

    def __init__(self, first: First, read: Read) -> None:
        self.first, self.read, self.policy = first, read, first.policy
        self.judged = first.reading
        self.scores: dict[str, float] = {}
        self.notes: dict[str, dict[str, object]] = {label: {} for label in first.scores}
        self.unstable: set[str] = set()

    def rounds(self) -> Rounds:
        self.scores = self.informed(self.first.scores)
        if self.reaching(Action.HOLD):
            words = yield from self.leave_out_quotes_and_weigh_words()
            yield from self.leave_out_words_and_ask_about_others(words)
        return self.outcome()

    def leave_out_quotes_and_weigh_words(
        self,
    ) -> Generator[Sequence[Reading], Sequence[Scores], Places]:
        """Judge what is the author's own; return the article's words in it that may be left out."""
        context = Context.of(self.first.comment)
        own = without_quotes(self.judged.raw, context)
        n_quotes = own.n_left_out
        if n_quotes:
            self.judged = self.read(own.text)
        # Whoever agrees with a quotation has made its words more than a topic.
        words = {} if own.takes_over else topic_words(own.text, context, TERMS)
        asked = [*([self.judged] if n_quotes else []), *map(self.read, words)]
        if not asked:
            return {}
        answers = list((yield asked))
        if n_quotes:
            self.lower(answers.pop(0), quoted=n_quotes)
        return {
            word: places
            for (word, places), alone in zip(words.items(), answers, strict=True)
            if self.reaching(Action.HOLD, alone).isdisjoint(_ABUSE)
        }

    def leave_out_words_and_ask_about_others(
        self, words: Places
    ) -> Generator[Sequence[Reading], Sequence[Scores], None]:
        """Judge the comment without the article's words, and as if it were about others."""
        own = self.judged.raw
        topical = bool(words and self.reaching(Action.HOLD) - NEVER_EXCUSED)
        limit = SWAPS if len(own) <= LONG_CHARS else 1
        others = swaps(own, limit) if self.reaching(Action.REJECT) else []
        asked = [*([without(own, words.values())] if topical else []), *others]
        if not asked:
            return
        answers = list((yield [self.read(text) for text in asked]))
        if topical:
            self.lower(answers.pop(0), topic=len(words))
        rejecting = self.reaching(Action.REJECT)
        for scores in answers:
            self.unstable |= rejecting - self.reaching(Action.REJECT, self.informed(scores))

    def informed(self, scores: Scores) -> dict[str, float]:
        """Let an attack on the person answered weigh more; that alone never rejects."""
        told = dict(scores)
        for label in PERSONAL & told.keys() if self.is_struck() else ():
            more = round(raised(told[label], self.policy.reply_odds), DIGITS)
            told[label] = max(told[label], below_reject(more, self.policy.bands[label].reject))
        return told

    def is_struck(self) -> bool:
        """Tell whether the comment speaks to the person it answers, and that counts."""
        counts = self.policy.reply_odds > 1
        return counts and strikes_the_answered(self.first.comment, self.judged.raw)

    def lower(self, scores: Scores, **note: int) -> None:
        """Take other scores where they are lower and may be, and note what was left out."""
        for label, score in self.informed(scores).items():
            if label not in NEVER_EXCUSED and score < self.scores[label]:
                self.scores[label] = score
                self.notes[label] |= note

    def reaching(self, action: Action, scores: Scores | None = None) -> set[str]:
        """Name the labels that call for the action or a stricter one."""
        told, bands = self.scores if scores is None else scores, self.policy.bands
        return {name for name, score in told.items() if bands[name].action(score) >= action}

    def outcome(self) -> Scoring:
        signals = []
        struck = self.is_struck()
        for label in LABELS:
            if label in self.scores:
                strength = self.scores[label]
                if label in self.unstable:
                    strength = below_reject(strength, self.policy.bands[label].reject)
                if label in PERSONAL and struck:
                    self.notes[label]["reply"] = self.policy.reply_odds
                signals.append(Signal(label, strength, detail=self.notes[label]))
        if self.unstable:
            labels = [label for label in LABELS if label in self.unstable]
            signals.append(Signal("bias.unstable", detail={"label": ", ".join(labels)}))
        return Scoring(self.judged, tuple(signals), self.scores)


def below_reject(strength: float, reject: float | None) -> float:
    """Cap a strength at the last one that counts and does not reject."""
    if reject is None or strength < reject:
        return strength
    return max(0.0, round(reject - SMALLEST, DIGITS))
