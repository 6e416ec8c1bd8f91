"""Hits by day as bars, in a picture WIDTH wide and HEIGHT high."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

WIDTH, HEIGHT, GAP = 720, 96, 2
# A day with a hit is seen beside one with hundreds.
LEAST = 2


@dataclass(frozen=True, slots=True)
class Bar:
    """One day's bar: where it stands from the left and the top, and how large it is."""

    day: date
    hits: int
    x: float
    y: float
    width: float
    height: float


def bars(days: Sequence[tuple[date, int]]) -> list[Bar]:
    """Draw a bar for each day, the highest as high as the picture."""
    most = max((hits for _, hits in days), default=0)
    step = WIDTH / max(len(days), 1)
    drawn = []
    for n, (day, hits) in enumerate(days):
        height = max(round(HEIGHT * hits / most, 1), LEAST) if hits else 0
        drawn.append(
            Bar(day, hits, round(n * step, 1), HEIGHT - height, round(step - GAP, 1), height)
        )
    return drawn
