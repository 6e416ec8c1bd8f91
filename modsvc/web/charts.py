"""Pictures of numbers that a page only has to draw, each with the same numbers as a table.

A picture is WIDTH wide and HEIGHT high inside, and as large on a page as there is room; so all text
stands beside it and not in it. Time goes from left to right whatever the page's language.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

WIDTH, HEIGHT = 600, 160
# What is not nothing can be seen beside what is very much.
LEAST = 2.0
# A digit or two that an axis may end with.
_STEPS = (1, 1.5, 2, 3, 4, 5, 6, 8, 10)


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: where it stands from the left and the top, and how large it is."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Series:
    """One of a picture's lines, or one kind of its bars, with its name for the key.

    lines : the points of each stretch without a gap
    """

    name: str
    style: str
    lines: tuple[str, ...] = ()
    bars: tuple[Bar, ...] = ()


@dataclass(frozen=True, slots=True)
class Plot:
    """A picture: what it is of, what it tells in a sentence, and the numbers that it shows.

    top : what the upper edge stands for, as text
    ticks : what stands below it, evenly from one end to the other
    head, rows : the table
    """

    id: str
    title: str
    told: str
    series: tuple[Series, ...]
    top: str
    ticks: tuple[str, ...]
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def line(points: Sequence[tuple[float, float]], top: float) -> str:
    """Give a line's points: each with its place, in [0, 1] from the left, and its value."""
    return " ".join(f"{x * WIDTH:.1f},{HEIGHT - value / top * HEIGHT:.1f}" for x, value in points)


def lines(values: Sequence[float | None], top: float) -> tuple[str, ...]:
    """Give the lines through values that follow each other, broken where there is none.

    A value between two gaps is a line to itself, as long as one can see.
    """
    last = max(1, len(values) - 1)
    stretches: list[list[tuple[float, float]]] = [[]]
    for n, value in enumerate(values):
        if value is None:
            stretches.append([])
        else:
            stretches[-1].append((n / last, value))
    return tuple(line(some if len(some) > 1 else some * 2, top) for some in stretches if some)


def bars(
    values: Sequence[float],
    top: float,
    *,
    nth: int = 0,
    of: int = 1,
    gap: float = 2.0,
    width: float = WIDTH,
    height: float = HEIGHT,
) -> list[Bar]:
    """Give a bar for each value; of `of` kinds beside each other these are the `nth`."""
    room = width / max(len(values), 1)
    thick = (room - gap) / of
    drawn = []
    for n, value in enumerate(values):
        tall = max(height * value / top, LEAST) if value > 0 else 0.0
        x = n * room + gap / 2 + nth * thick
        drawn.append(Bar(round(x, 1), round(height - tall, 1), round(thick, 1), round(tall, 1)))
    return drawn


def nice(value: float) -> float:
    """Give a round number, not much above a value, that an axis can end at."""
    if value <= 0:
        return 1.0
    unit = 10.0 ** floor(log10(value))
    return float(next(step * unit for step in _STEPS if step * unit >= value * 0.999999))


def evenly(texts: Sequence[str], at_most: int = 5) -> tuple[str, ...]:
    """Choose texts to stand below a picture, evenly from the first to the last."""
    if len(texts) <= at_most:
        return tuple(texts)
    last = len(texts) - 1
    step = last / (at_most - 1)
    return tuple(texts[min(last, ceil(n * step - 0.5))] for n in range(at_most))
