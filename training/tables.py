"""Tables, for a terminal and for Markdown, and the one that holds figures to their targets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

from training.stages import BOTH, ONE
from training.targets import Target, find, met, shown

_SIGN = {"higher": "≥", "lower": "≤"}


def targets_table(
    targets: Sequence[Target], figures: Mapping[str, Mapping[str, Any]]
) -> tuple[list[str], list[list[str]]]:
    """Return head and rows: each figure of the stages measured, its targets, and whether it is met.

    `figures` maps the names of stages to what was measured of them.
    """
    stages = [stage for stage in (ONE, BOTH) if stage in figures]
    rows = []
    for target in chain.from_iterable(row.each(*figures.values()) for row in targets):
        wanted = {ONE: target.one, BOTH: target.both}
        values = {stage: find(figures[stage], target.key) for stage in stages}
        asked = [wanted[stage] for stage in stages]
        sign = _SIGN[target.better]
        rows.append(
            [
                target.name,
                *(shown(values[stage]) for stage in stages),
                *(
                    " / ".join(f"{sign} {pair[i]:g}" if pair else "report" for pair in asked)
                    for i in (0, 1)
                ),
                " / ".join(met(target, wanted[stage], values[stage]) or "–" for stage in stages),
            ]
        )
    return ["figure", *stages, "firm target", "stretch target", "met"], rows


def plain(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Lay a table out for a terminal: the first column to the left, the others to the right."""
    lines = [list(head), *map(list, rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if i else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Write a table in Markdown; a bar within a cell would end it, and is escaped."""
    lines = [list(head), ["---", *["---:"] * (len(head) - 1)], *map(list, rows)]
    return "\n".join(
        f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines
    )
