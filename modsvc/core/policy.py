"""The policy, and the one place where signals become a decision."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from modsvc.core.decision import Action, Decision, Reason
from modsvc.core.patterns import Patterns
from modsvc.core.signals import Signal
from modsvc.core.words import WordList


@dataclass(frozen=True, slots=True)
class Band:
    """Where a signal's strength starts to mean hold, and reject; None means never."""

    hold: float | None = None
    reject: float | None = None

    @property
    def stops_from(self) -> float | None:
        """From which strength on it holds or rejects; None means never."""
        return self.hold if self.hold is not None else self.reject

    def action(self, strength: float) -> Action:
        """Give the strictest action this strength, in [0, 1], reaches."""
        if self.reject is not None and strength >= self.reject:
            return Action.REJECT
        if self.hold is not None and strength >= self.hold:
            return Action.HOLD
        return Action.APPROVE


@dataclass(frozen=True, slots=True)
class Limits:
    """The numbers rules compare with. `policies/default.toml` says why each is what it is."""

    max_links: int
    min_letters: int
    max_chars: int
    shouting_share: float
    shouting_min_letters: int
    max_invisible: int
    max_direction_marks: int
    max_stacked_marks: int
    max_emoji: int


@dataclass(frozen=True, slots=True)
class Links:
    """Domains, in lower case and in letters; each stands for its parts too.

    `allowed` are the only ones that links may lead to; empty, they may lead anywhere but to those
    `banned`. `protected` are those that no other may look like.
    """

    allowed: frozenset[str] = frozenset()
    banned: frozenset[str] = frozenset()
    shorteners: frozenset[str] = frozenset()
    protected: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Queue:
    """How soon held comments are to be looked at.

    `urgent` names the codes that are due at once; other cases are due within `promised_minutes`,
    the sooner the stronger the classifier's reason.
    """

    promised_minutes: int
    urgent: frozenset[str]


@dataclass(frozen=True, slots=True)
class Policy:
    """A site's bands, limits, lists and queue, with the version every decision records.

    `reply_odds`, 1 or more, is how much likelier an insult is one where it answers someone.
    `bands_alone` are the labels' bands where one stage judged alone; what is missing there is as
    in `bands`.
    """

    version: str
    bands: Mapping[str, Band]
    limits: Limits
    links: Links
    words: WordList
    patterns: Patterns
    queue: Queue
    reply_odds: float
    bands_alone: Mapping[str, Band] = field(default_factory=dict)

    def for_stages(self, stages: Sequence[str]) -> Policy:
        """Give the policy by which to weigh what these stages said: its `bands` are theirs.

        A decision names its stages (`model_version`) and its policy, so it can be weighed again.
        """
        if len(stages) > 1 or not self.bands_alone:
            return self
        return replace(self, bands={**self.bands, **self.bands_alone})


def decide(signals: Iterable[Signal], policy: Policy) -> Decision:
    """Take the strictest action that any signal calls for.

    Every signal is weighed, even after one calls for rejection: the reasons are what a moderator
    reads and what the next model learns from. They come strictest first, then strongest.

    Raises
    ------
    KeyError
        A signal has no band. Policies are checked when they are read, so this is a bug.
    """
    weighed = [Reason(s, policy.bands[s.code].action(s.strength)) for s in signals]
    reasons = [reason for reason in weighed if reason.action > Action.APPROVE]
    reasons.sort(key=lambda reason: (-reason.action, -reason.signal.strength, reason.signal.code))
    action = reasons[0].action if reasons else Action.APPROVE
    return Decision(action, tuple(reasons), policy_version=policy.version)
