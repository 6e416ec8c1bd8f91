"""What every benchmark shares: rounds, ratios, goals, and the stamp that says what was measured."""

from __future__ import annotations

import gc
import json
import os
import platform
import statistics
import subprocess
import time
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from modsvc.classifier.shipped import MANIFEST_SHA256, VERSION

HERE = Path(__file__).parent
ROUNDS = 3
PACKAGES = ("numpy", "scikit-learn", "flask", "sqlalchemy", "granian", "gunicorn")


@dataclass(frozen=True)
class Ratio:
    """How many times as fast the one was as the other, round by round."""

    name: str
    rounds: list[float]

    @property
    def median(self) -> float:
        """The figure that counts."""
        return statistics.median(self.rounds)

    def __str__(self) -> str:
        low, high = min(self.rounds), max(self.rounds)
        return f"{self.median:.2f}x ({low:.2f} to {high:.2f} in {len(self.rounds)} rounds)"


@dataclass
class Report:
    """What one benchmark found: a table, the ratios it comes to, and what else must be said."""

    name: str
    columns: list[str]
    rows: list[list[str]] = field(default_factory=list)
    ratios: list[Ratio] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, *cells: object) -> None:
        """Add a row; numbers are shown with three digits that count."""
        self.rows.append([shown(cell) for cell in cells])


def in_turn(
    contenders: Mapping[str, Callable[[], float]], rounds: int = ROUNDS
) -> dict[str, list[float]]:
    """Let the contenders take turns, and give each one's figure of every round.

    Every other round goes backwards, so that none always has the same neighbour before it.
    """
    figures: dict[str, list[float]] = {name: [] for name in contenders}
    for number in range(rounds):
        names = list(contenders)
        for name in reversed(names) if number % 2 else names:
            gc.collect()
            figures[name].append(contenders[name]())
    return figures


def ratio(name: str, over: list[float], under: list[float]) -> Ratio:
    """Divide round by round."""
    return Ratio(name, [a / b for a, b in zip(over, under, strict=True)])


def percentile(values: list[float], share: float) -> float:
    """Give the value that `share` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def timed(call: Callable[[], object]) -> float:
    """Give the seconds a call takes."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def shown(cell: object) -> str:
    """Write a figure as the table shows it."""
    if isinstance(cell, float):
        return f"{cell:,.0f}" if cell >= 1_000 else f"{cell:.3g}"
    return f"{cell:,}" if isinstance(cell, int) else str(cell)


def stamp(texts: str) -> dict[str, str]:
    """Say what was measured, with what, on what."""
    git = ["git", "-C", str(HERE), "describe", "--always", "--dirty", "--abbrev=12"]
    commit = subprocess.run(git, capture_output=True, text=True, check=False).stdout.strip()
    return {
        "commit": commit or "not a checkout",
        "model": f"{VERSION}, manifest {MANIFEST_SHA256[:16]}",
        "texts": texts,
        "python": platform.python_version(),
        "versions": ", ".join(f"{name} {_version(name)}" for name in PACKAGES),
        "cpu": f"{_cpu()}, {os.cpu_count()} of them",
    }


def pressure() -> str:
    """Give the kernel's word on how much others wanted the processor, to tell a noisy run by."""
    try:
        return Path("/proc/pressure/cpu").read_text(encoding="ascii").splitlines()[0]
    except OSError:
        return "unknown: this kernel does not say"


def judge(report: Report) -> tuple[list[str], bool]:
    """Hold ratios to their goals; say each in a line, and whether all reach their floors."""
    goals = tomllib.loads((HERE / "goals.toml").read_text(encoding="utf-8")).get(report.name, {})
    lines, good = [], True
    for each in report.ratios:
        line = f"{each.name}: {each}"
        if goal := goals.get(each.name):
            met = "met" if each.median >= goal["goal"] else "missed"
            line += f"; goal {goal['goal']}x {met}"
            if each.median < goal["floor"]:
                line += f", and below the floor of {goal['floor']}x"
                good = False
        lines.append(line)
    return lines, good


def print_text(report: Report, lines: list[str]) -> None:
    """Print a report for a person."""
    widths = [max(map(len, column)) for column in zip(report.columns, *report.rows, strict=True)]
    print(f"\n{report.name}")
    for row in (report.columns, *report.rows):
        first, *others = (
            cell.ljust(widths[0]) if at == 0 else cell.rjust(widths[at])
            for at, cell in enumerate(row)
        )
        print("  " + "  ".join((first, *others)).rstrip())
    for line in (*lines, *report.notes):
        print(f"  {line}")


def as_json(report: Report, **more: Any) -> str:
    """Write a report for a program."""
    facts = {
        "name": report.name,
        "rows": [dict(zip(report.columns, row, strict=True)) for row in report.rows],
        "ratios": {
            each.name: {"median": each.median, "rounds": each.rounds} for each in report.ratios
        },
        "notes": report.notes,
    }
    return json.dumps(facts | more)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown"
    return next(
        (line.partition(": ")[2] for line in lines if line.startswith("model name")), "unknown"
    )
