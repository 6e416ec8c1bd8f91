"""Put two people's changes of one text together, line by line, where they do not touch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from modsvc.core.lines import LineMatcher


@dataclass(frozen=True, slots=True)
class Change:
    """Lines that take the place of those from `start` to `end`."""

    start: int
    end: int
    lines: tuple[str, ...]


def merge(base: str, mine: str, theirs: str) -> str | None:
    """Give `base` with both changes; None where both touch the same lines, or neighbouring ones."""
    lines = base.splitlines(keepends=True)
    ours, others = _changes(lines, mine), _changes(lines, theirs)
    if any(_touch(one, other) for one in ours for other in others if one != other):
        return None
    for change in sorted({*ours, *others}, key=lambda c: (c.start, c.end), reverse=True):
        lines[change.start : change.end] = change.lines
    return "".join(lines)


def _changes(base: Sequence[str], text: str) -> list[Change]:
    lines = text.splitlines(keepends=True)
    matcher = LineMatcher(base, lines)
    return [
        Change(i, j, tuple(lines[k:end]))
        for tag, i, j, k, end in matcher.get_opcodes()
        if tag != "equal"
    ]


def _touch(one: Change, other: Change) -> bool:
    """Tell whether no line is left between two changes."""
    return one.start <= other.end and other.start <= one.end
