"""What came and went at a desk in an hour, summed up: small, and true for as long as it is past.

Hours add up to a span of any length. How long comments waited is kept as it is where it is little,
and else as some of it, in order, each standing for as many.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from modsvc.core.figures import BINS, HOUR, Tally, Waits, steps

# So many waits of an hour are kept: a fiftieth of an hour's is between two.
MOST_WAITS = 50
# Each wait with how many it stands for.
Weighed = tuple[float, float]


@dataclass(slots=True)
class Hour:
    """What happened in an hour.

    opened, closed : how many cases were, of any kind
    waited : how many held comments got a decision, and how many of them late
    waits : how long those waited, in seconds, in order; of very many some
    tally : of the decisions, or of `looked_at` of them, each counted for as many
    """

    opened: int = 0
    closed: int = 0
    waited: int = 0
    late: int = 0
    waits: list[float] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)
    looked_at: int = 0

    def add_waits(self, seconds: Iterable[float], late: int, *, each: int = 1) -> None:
        """Note how long held comments waited, each of which stands for as many as `each`."""
        all_ = sorted(seconds)
        self.waited, self.late, self.waits = each * len(all_), each * late, some(all_, MOST_WAITS)


def some(ordered: Sequence[float], most: int) -> list[float]:
    """Give up to `most` of many that are in order: the middle of each of as many equal parts."""
    n = len(ordered)
    if n <= most:
        return list(ordered)
    return [ordered[(2 * part + 1) * n // (2 * most)] for part in range(most)]


def write(hour: Hour) -> str:
    """Write an hour as JSON, without what is nothing."""
    tally = hour.tally
    told = {
        "opened": hour.opened,
        "closed": hour.closed,
        "waited": hour.waited,
        "late": hour.late,
        "waits": hour.waits,
        "looked_at": hour.looked_at,
        "n": tally.n,
        "by": [[who, action, n] for (who, action), n in sorted(tally.by.items())],
        "stopped": dict(sorted(tally.stopped.items())),
        "given": dict(sorted(tally.given.items())),
        "scores": {
            label: {str(n): number for n, number in enumerate(bins) if number}
            for label, bins in sorted(tally.scores.items())
        },
    }
    return json.dumps({name: value for name, value in told.items() if value}, separators=(",", ":"))


def read(told: Mapping[str, Any]) -> Hour:
    """Read what `write` wrote."""
    scores: defaultdict[str, list[int]] = defaultdict(lambda: [0] * BINS)
    for label, bins in told.get("scores", {}).items():
        for n, number in bins.items():
            scores[label][int(n)] = number
    tally = Tally(
        told.get("n", 0),
        Counter({(who, action): n for who, action, n in told.get("by", ())}),
        Counter(told.get("stopped", {})),
        Counter(told.get("given", {})),
        scores,
    )
    return Hour(
        opened=told.get("opened", 0),
        closed=told.get("closed", 0),
        waited=told.get("waited", 0),
        late=told.get("late", 0),
        waits=told.get("waits", []),
        tally=tally,
        looked_at=told.get("looked_at", 0),
    )


def total(hours: Iterable[Hour]) -> Tally:
    """Add up the decisions of some hours."""
    all_ = Tally()
    for hour in hours:
        tally = hour.tally
        all_.n += tally.n
        for mine, its in (
            (all_.by, tally.by),
            (all_.stopped, tally.stopped),
            (all_.given, tally.given),
        ):
            for key, number in its.items():
                mine[key] += number  # type: ignore[index]  # Each with its own.
        for label, bins in tally.scores.items():
            sums = all_.scores[label]
            for n, number in enumerate(bins):
                if number:
                    sums[n] += number
    return all_


def waits(until: datetime, hours: Iterable[Hour]) -> Waits:
    """Sum up how long those waited that got a decision in some hours."""
    told = list(hours)
    n = sum(hour.waited for hour in told)
    weighed = sorted(pair for hour in told for pair in _weighed(hour))
    if not weighed:
        return Waits(until, 0, None, None, 0)
    middle, most = _median(weighed), _at(weighed, 0.9)
    late = sum(hour.late for hour in told)
    return Waits(until, n, timedelta(seconds=middle), timedelta(seconds=most), late)


def waits_by_step(
    hours: Mapping[datetime, Hour], *, since: datetime, now: datetime, step: timedelta
) -> list[Waits]:
    """Sum up waits by the step of time in which they ended."""
    return [
        waits(
            min(start + step, now),
            (hours[at] for n in range(step // HOUR) if (at := start + n * HOUR) in hours),
        )
        for start in steps(since, now, step)
    ]


def _weighed(hour: Hour) -> Iterator[Weighed]:
    for seconds in hour.waits:
        yield seconds, hour.waited / len(hour.waits)


def _median(weighed: Sequence[Weighed]) -> float:
    """Give the value that half of all are below; the mean of two where it is between them."""
    half, so_far = sum(weight for _, weight in weighed) / 2, 0.0
    for n, (value, weight) in enumerate(weighed):
        so_far += weight
        if abs(so_far - half) < 1e-6 and n + 1 < len(weighed):
            return (value + weighed[n + 1][0]) / 2
        if so_far >= half:
            return value
    return weighed[-1][0]


def _at(weighed: Sequence[Weighed], share: float) -> float:
    """Give the least value that a share of all do not exceed."""
    wanted, so_far = share * sum(weight for _, weight in weighed), 0.0
    for value, weight in weighed:
        so_far += weight
        if so_far >= wanted - 1e-6:
            return value
    return weighed[-1][0]
