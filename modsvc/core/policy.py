"""The policy, and the one place where signals become a decision."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from modsvc.core.decision import DIGITS, Action, Decision, Reason
from modsvc.core.expressions import Expressions
from modsvc.core.facts import STRICT
from modsvc.core.patterns import Patterns
from modsvc.core.signals import Signal
from modsvc.core.trust import Trust
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

    def stricter(self, other: Band) -> Band:
        """Give the band that is the stricter of the two at every strength."""
        return Band(_least(self.hold, other.hold), _least(self.reject, other.reject))


def _least(one: float | None, other: float | None) -> float | None:
    return min((each for each in (one, other) if each is not None), default=None)


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
    new_author_days: int
    new_author_comments: int
    max_author_minute: int
    max_author_hour: int
    max_article_minute: int
    max_address_minute: int
    max_address_hour: int
    repeat_similarity: float
    repeat_hours: int
    repeat_min_words: int
    max_author_repeats: int
    max_others_repeats: int
    max_reports: int
    rule_budget_ms: int


# Of all other limits, less is stricter.
MORE_IS_STRICTER = frozenset(
    ("min_letters", "new_author_days", "new_author_comments", "repeat_hours")
)


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
    """How soon held comments are to be looked at, and how many others are looked at too.

    `urgent` names the codes that are due at once; other cases are due within `promised_minutes`,
    the sooner the stronger the classifier's reason. What nobody can tell by the scores is due
    sooner by up to the share `doubt`; and what many wait for by up to the share `reach`, which it
    gets under an article with `busy_article` comments a minute or where it had been printed.
    `second_looks` is the share of moderators' decisions that another looks at, and `samples` that
    of the policy's. `hidden` is what moderators are not shown until they have decided, or
    asked: who wrote a comment ("author").
    """

    promised_minutes: int
    urgent: frozenset[str]
    doubt: float = 0.0
    reach: float = 0.0
    busy_article: int = 1
    second_looks: float = 0.0
    samples: float = 0.0
    hidden: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Override:
    """Bands and limits that take the place of the policy's own, and where they do."""

    bands: Mapping[str, Band] = field(default_factory=dict)
    limits: Mapping[str, Any] = field(default_factory=dict)
    sections: frozenset[str] = frozenset()
    articles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Policy:
    """A site's bands, limits, lists and queue, with the version every decision records.

    `reply_odds`, 1 or more, is how much likelier an insult is one where it answers someone.
    `bands_alone` are the labels' bands where one stage judged alone; what is missing there is as
    in `bands`. `languages` are those accepted; none means all. `strict` makes articles in that
    mode stricter; `overrides` hold in some sections and under some articles, the last first of all.
    `document` is what it was read from. `faults` are codes of what is amiss with it, and hold.
    """

    version: str
    bands: Mapping[str, Band]
    limits: Limits
    links: Links
    words: WordList
    patterns: Patterns
    queue: Queue
    reply_odds: float
    trust: Trust
    bands_alone: Mapping[str, Band] = field(default_factory=dict)
    languages: frozenset[str] = frozenset()
    expressions: Expressions = field(default_factory=Expressions)
    strict: Override = Override()
    overrides: tuple[Override, ...] = ()
    document: str = field(default="", repr=False)
    faults: tuple[str, ...] = ()
    _made: dict[object, Policy] = field(default_factory=dict, init=False, repr=False, compare=False)

    def failing(self, fault: str) -> Policy:
        """Give the policy to judge by in place of one that cannot be used: what passes is held."""
        return replace(self, faults=(*self.faults, fault))

    def with_words(self, words: WordList, version: str) -> Policy:
        """Give the policy with other words, and so by another version."""
        return replace(self, words=words, version=version)

    def at(self, article: str, section: str, mode: str) -> Policy:
        """Give the policy for an article: its `bands` and `limits` are those that hold there."""
        theirs = [
            each for each in self.overrides if article in each.articles or section in each.sections
        ]
        if not theirs and mode != STRICT:
            return self
        key = (*map(id, theirs), mode)
        made = self._made.get(key)
        if made is None:
            made = self
            for each in theirs:
                made = _overridden(made, each)
            if mode == STRICT:
                made = _stricter(made)
            self._made[key] = made
        return made

    def for_stages(self, stages: Sequence[str]) -> Policy:
        """Give the policy by which to weigh what these stages said: its `bands` are theirs.

        A decision names its stages (`model_version`) and its policy, so it can be weighed again.
        """
        if len(stages) > 1 or not self.bands_alone:
            return self
        made = self._made.get("alone")
        if made is None:
            bands = {**self.bands, **self.bands_alone}
            made = self._made["alone"] = replace(self, bands=bands)
        return made


def _overridden(policy: Policy, by: Override) -> Policy:
    return replace(
        policy,
        bands={**policy.bands, **by.bands},
        bands_alone={
            label: band for label, band in policy.bands_alone.items() if label not in by.bands
        },
        limits=replace(policy.limits, **by.limits),
    )


def _stricter(policy: Policy) -> Policy:
    """Give the policy of the mode strict: what would be milder there stays as it is."""
    bands, alone = policy.strict.bands, policy.bands_alone
    limits = {
        name: (max if name in MORE_IS_STRICTER else min)(getattr(policy.limits, name), value)
        for name, value in policy.strict.limits.items()
    }
    return replace(
        policy,
        bands={
            code: band.stricter(bands[code]) if code in bands else band
            for code, band in policy.bands.items()
        },
        bands_alone={
            label: band.stricter(bands[label]) if label in bands else band
            for label, band in alone.items()
        },
        limits=replace(policy.limits, **limits),
    )


def decide(signals: Iterable[Signal], policy: Policy) -> Decision:
    """Take the strictest action that any signal calls for.

    Every signal is weighed, even after one calls for rejection: the reasons are what a moderator
    reads and what the next model learns from. They come strictest first, then strongest.

    Raises
    ------
    KeyError
        A signal has no band. Policies are checked when they are read, so this is a bug.
    """
    weighed = [Reason(s, policy.bands[s.code].action(round(s.strength, DIGITS))) for s in signals]
    reasons = [reason for reason in weighed if reason.action > Action.APPROVE]
    reasons.sort(key=lambda reason: (-reason.action, -reason.signal.strength, reason.signal.code))
    action = reasons[0].action if reasons else Action.APPROVE
    return Decision(action, tuple(reasons), policy_version=policy.version)
