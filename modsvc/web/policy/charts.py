"""What a replay found, as pictures: points and bars that a page only has to draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any

from modsvc.web import charts
from modsvc.web.charts import HEIGHT, WIDTH

# More points than this nobody sees.
MAX_POINTS = 200


@dataclass(frozen=True, slots=True)
class Point:
    """How long the queue was, and would have been, at a time."""

    at: datetime
    was: int
    would_be: int


@dataclass(frozen=True, slots=True)
class Queue:
    """The queue's length over time: two lines, their points, and the greatest of all.

    hours : how many hours each point stands for; it is their greatest length
    """

    was: str
    would_be: str
    points: tuple[Point, ...]
    top: int
    hours: int


@dataclass(frozen=True, slots=True)
class Bar:
    """Two bars beside each other: where they begin, and how high they are."""

    x: float
    was: float
    would_be: float


def queue(told: Sequence[Mapping[str, Any]]) -> Queue | None:
    """Draw the queue's length; None where there is less than two hours to draw."""
    if len(told) < 2:
        return None
    together = ceil(len(told) / MAX_POINTS)
    points = tuple(
        Point(
            datetime.fromisoformat(some[-1]["hour"]),
            max(each["was"] for each in some),
            max(each["would_be"] for each in some),
        )
        for some in (told[n : n + together] for n in range(0, len(told), together))
    )
    top = max(1, *(max(point.was, point.would_be) for point in points))
    return Queue(
        _line([(point.at, point.was) for point in points], top),
        _line([(point.at, point.would_be) for point in points], top),
        points,
        top,
        together,
    )


def _line(values: Sequence[tuple[datetime, int]], top: int) -> str:
    first, last = values[0][0], values[-1][0]
    span = (last - first).total_seconds() or 1.0
    return charts.line([((at - first).total_seconds() / span, value) for at, value in values], top)


def by_hour(told: Sequence[Mapping[str, Any]]) -> tuple[list[Bar], float]:
    """Draw how many comments are held in each hour of the day; and give the greatest number."""
    top = max((max(each["was"], each["would_be"]) for each in told), default=0.0)
    room = WIDTH / max(1, len(told))
    bars = [
        Bar(n * room, each["was"] / (top or 1) * HEIGHT, each["would_be"] / (top or 1) * HEIGHT)
        for n, each in enumerate(told)
    ]
    return bars, top
