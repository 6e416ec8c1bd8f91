"""What a policy would have done to a site's history, counted and with examples."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from modsvc.core.decision import Action, Decision, Reason

MAX_EXAMPLES = 10


@dataclass(frozen=True, slots=True)
class Example:
    """A comment that would have met with another action, and the old decision's place.

    `before` and `after` are the codes that stopped it and would.
    """

    comment_id: str
    position: int
    before: tuple[str, ...]
    after: tuple[str, ...]
    moderator: Action | None


@dataclass(slots=True)
class Hour:
    """What came into the queue in an hour, by the policy then and by this one, and what left."""

    held_before: int = 0
    held_after: int = 0
    closed: int = 0


@dataclass(slots=True)
class Report:
    """What replaying found. Reports of parts are added up.

    changes : how many comments met with one action and would meet with another, or the same
    gained, lost : how many comments a code would stop that it did not, and the other way round
    moderators : the same changes, of those on which a moderator decided, by that decision
    hours : by the hour in which they came
    n_asked : how often the classifier was asked once more, since scores alone would not say
    n_unsure : how often it would have had to be, and was not to be had as it was
    """

    n_comments: int = 0
    changes: Counter[tuple[Action, Action]] = field(default_factory=Counter)
    gained: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    moderators: Counter[tuple[Action, Action, Action]] = field(default_factory=Counter)
    hours: defaultdict[datetime, Hour] = field(default_factory=lambda: defaultdict(Hour))
    examples: defaultdict[tuple[Action, Action], list[Example]] = field(
        default_factory=lambda: defaultdict(list)
    )
    n_asked: int = 0
    n_unsure: int = 0

    def add(
        self,
        comment_id: str,
        position: int,
        at: datetime,
        before: Decision,
        after: Decision,
        moderator: tuple[Action, datetime] | None,
    ) -> None:
        """Note what a policy did to a comment and what another would do.

        `moderator` is what a person decided about it in the end, and when.
        """
        self.n_comments += 1
        change = (before.action, after.action)
        self.changes[change] += 1
        old, new = _stopping(before.reasons), _stopping(after.reasons)
        self.gained.update(new - old)
        self.lost.update(old - new)
        hour = self.hours[_hour(at)]
        hour.held_before += before.action is Action.HOLD
        hour.held_after += after.action is Action.HOLD
        said = None
        if moderator is not None:
            said, when = moderator
            self.moderators[(said, *change)] += 1
            if before.action is Action.HOLD:
                self.hours[_hour(when)].closed += 1
        if before.action is not after.action and len(self.examples[change]) < MAX_EXAMPLES:
            example = Example(comment_id, position, tuple(sorted(old)), tuple(sorted(new)), said)
            self.examples[change].append(example)

    def merge(self, other: Report) -> None:
        """Add what another part found; parts are added from the newest comments to the oldest."""
        self.n_comments += other.n_comments
        self.n_asked += other.n_asked
        self.n_unsure += other.n_unsure
        self.changes.update(other.changes)
        self.gained.update(other.gained)
        self.lost.update(other.lost)
        self.moderators.update(other.moderators)
        for at, hour in other.hours.items():
            mine = self.hours[at]
            mine.held_before += hour.held_before
            mine.held_after += hour.held_after
            mine.closed += hour.closed
        for change, examples in other.examples.items():
            room = MAX_EXAMPLES - len(self.examples[change])
            self.examples[change] += examples[:room]

    @property
    def n_changed(self) -> int:
        """How many comments would have met with another action."""
        return sum(n for (before, after), n in self.changes.items() if before is not after)

    def contradicted(self) -> tuple[int, int, int]:
        """Count moderators' decisions, and those that each policy contradicts by itself.

        A policy contradicts a moderator where it approves what they rejected, or rejects what they
        approved; what it holds it leaves to them. The policy then comes first, and this one second.
        """
        told = sum(self.moderators.values())
        then = sum(n for (said, was, _), n in self.moderators.items() if _contradicts(was, said))
        now = sum(n for (said, _, is_), n in self.moderators.items() if _contradicts(is_, said))
        return told, then, now

    def queue(self) -> list[tuple[datetime, int, int]]:
        """Give the queue's length at the end of each hour, as it was and as it would be.

        As if moderators had closed as many cases an hour as they did; so a longer queue is as long
        as it could get, since they might have worked on it in hours when theirs was empty.
        """
        lengths, was, would_be = [], 0, 0
        for at in sorted(self.hours):
            hour = self.hours[at]
            was = max(0, was + hour.held_before - hour.closed)
            would_be = max(0, would_be + hour.held_after - hour.closed)
            lengths.append((at, was, would_be))
        return lengths

    def told(self) -> dict[str, Any]:
        """Give the report as values that JSON can hold."""
        n_moderated, contradicted_then, contradicted_now = self.contradicted()
        return {
            "comments": self.n_comments,
            "changed": self.n_changed,
            "changes": [
                {"from": before.word, "to": after.word, "comments": n}
                for (before, after), n in sorted(self.changes.items())
            ],
            "gained": dict(self.gained.most_common()),
            "lost": dict(self.lost.most_common()),
            "moderators": {
                "decisions": n_moderated,
                "contradicted_then": contradicted_then,
                "contradicted_now": contradicted_now,
            },
            "queue": [
                {"hour": at.isoformat(), "was": was, "would_be": would_be}
                for at, was, would_be in self.queue()
            ],
            "held_an_hour": self._held_an_hour(),
            "examples": [
                {
                    "from": before.word,
                    "to": after.word,
                    "id": example.comment_id,
                    "position": example.position,
                    "then": example.before,
                    "now": example.after,
                    "moderator": example.moderator.word if example.moderator is not None else None,
                }
                for (before, after), examples in sorted(self.examples.items())
                for example in examples
            ],
            "asked_again": self.n_asked,
            "unsure": self.n_unsure,
        }

    def _held_an_hour(self) -> list[dict[str, Any]]:
        """Give for each hour of the day, in UTC, how many comments a day are and would be held."""
        days = len({at.date() for at in self.hours}) or 1
        by_hour: dict[int, Hour] = {hour: Hour() for hour in range(24)}
        for at, hour in self.hours.items():
            by_hour[at.hour].held_before += hour.held_before
            by_hour[at.hour].held_after += hour.held_after
        return [
            {
                "hour": hour,
                "was": round(found.held_before / days, 2),
                "would_be": round(found.held_after / days, 2),
            }
            for hour, found in by_hour.items()
        ]


def _stopping(reasons: Iterable[Reason]) -> set[str]:
    return {reason.signal.code for reason in reasons if reason.action is not Action.APPROVE}


def _contradicts(action: Action, said: Action) -> bool:
    return Action.HOLD not in (action, said) and action is not said


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)
