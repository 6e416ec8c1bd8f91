"""Figures of a desk's work from what was counted: the queue's length, waits, scores, shares."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

HOUR = timedelta(hours=1)
# Scores are shown in so many bins of equal width.
BINS = 20


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time up to now, and the steps that it is shown in.

    depth, waits : how much time stands for one point of the queue's length, and of the waits
    """

    length: timedelta
    depth: timedelta
    waits: timedelta

    def since(self, now: datetime) -> datetime:
        """Give when it begins: with a whole step of each kind."""
        return floor(now - self.length, max(self.depth, self.waits))


SPANS = {
    "24h": Span(timedelta(hours=24), HOUR, HOUR),
    "7d": Span(timedelta(days=7), HOUR, 6 * HOUR),
    "30d": Span(timedelta(days=30), 6 * HOUR, 24 * HOUR),
}


def floor(at: datetime, step: timedelta) -> datetime:
    """Give the beginning of the step of time that a moment is in, counted from midnight in UTC."""
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + (at - midnight) // step * step


def steps(since: datetime, now: datetime, step: timedelta) -> list[datetime]:
    """Give where each step of time begins, from `since` on, and the last that has begun by now."""
    return [since + n * step for n in range((now - since) // step + 1)]


@dataclass(frozen=True, slots=True)
class Depth:
    """How many cases were open at the end of a step of time, and how many came and went in it."""

    until: datetime
    n_open: int
    opened: int
    closed: int


def depths(
    opened: Mapping[datetime, int],
    closed: Mapping[datetime, int],
    *,
    n_open: int,
    since: datetime,
    now: datetime,
    step: timedelta,
) -> list[Depth]:
    """Tell the queue's length from how long it is now, and what came and went by the hour.

    It is told backwards: what came since was not there yet, and what went still was.
    """
    found: list[Depth] = []
    left = n_open
    for start in reversed(steps(since, now, step)):
        hours = [start + n * HOUR for n in range(int(step / HOUR))]
        came, went = (sum(each.get(hour, 0) for hour in hours) for each in (opened, closed))
        found.append(Depth(min(start + step, now), left, came, went))
        left += went - came
    return found[::-1]


@dataclass(frozen=True, slots=True)
class Waits:
    """How long those waited that were closed in a step of time: None where none was.

    middle, most : what half of them waited at most, and nine of ten
    late : how many of the `n` were closed after they were due
    """

    until: datetime
    n: int
    middle: timedelta | None
    most: timedelta | None
    late: int


def by_hour_of_day(
    counts: Mapping[datetime, int], *, since: datetime, now: datetime
) -> list[float]:
    """Give how many a day there are in each of the 24 hours, in UTC."""
    hours = Counter[int]()
    days = Counter(hour.hour for hour in steps(floor(since, HOUR), now, HOUR))
    for hour, count in counts.items():
        hours[hour.hour] += count
    return [hours[hour] / max(1, days[hour]) for hour in range(24)]


@dataclass(slots=True)
class Tally:
    """What decisions were: how many by whom and what, for which codes, at which scores.

    by : how many decisions, by who took them and what they asked for
    stopped, given : how many of the policy's decisions each code stopped, and of the moderators'
        each was the reason of
    scores : of each label how many of the policy's decisions there are in each bin
    """

    n: int = 0
    by: Counter[tuple[str, str]] = field(default_factory=Counter)
    stopped: Counter[str] = field(default_factory=Counter)
    given: Counter[str] = field(default_factory=Counter)
    scores: defaultdict[str, list[int]] = field(
        default_factory=lambda: defaultdict(lambda: [0] * BINS)
    )

    def add(
        self,
        action: str,
        decided_by: str,
        codes: Sequence[str],
        scores: Mapping[str, float],
        *,
        is_policy: bool,
        times: int = 1,
    ) -> None:
        """Count a decision, as often as it stands for others."""
        self.n += times
        self.by[decided_by, action] += times
        counts = self.stopped if is_policy else self.given
        for code in set(codes):
            counts[code] += times
        if is_policy:
            for label, score in scores.items():
                self.scores[label][bin_of(score)] += times


def bin_of(score: float) -> int:
    """Give the bin that a score in [0, 1] is in; the last one has its upper end too."""
    return min(BINS - 1, int(score * BINS + 1e-9))
