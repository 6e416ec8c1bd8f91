"""Hits by day as bars, in a picture WIDTH wide and HEIGHT high."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from modsvc.web import charts

WIDTH, HEIGHT = 720, 96


@dataclass(frozen=True, slots=True)
class Bar(charts.Bar):
    """One day's bar."""

    day: date
    hits: int


def bars(days: Sequence[tuple[date, int]]) -> list[Bar]:
    """Draw a bar for each day, the highest as high as the picture."""
    most = max((hits for _, hits in days), default=0)
    drawn = charts.bars([hits for _, hits in days], most or 1, width=WIDTH, height=HEIGHT)
    return [
        Bar(bar.x, bar.y, bar.width, bar.height, day, hits)
        for bar, (day, hits) in zip(drawn, days, strict=True)
    ]
