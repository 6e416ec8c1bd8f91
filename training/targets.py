"""What is asked of a model: targets.toml, read, and figures held to it."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

TARGETS = Path(__file__).with_name("targets.toml")


@dataclass(frozen=True, slots=True)
class Target:
    """One figure: where it is found, what it is called, and what is asked of it.

    Attributes
    ----------
    key
        The figure's place, with dots; with a star in it, every figure that stands there.
    one, both
        The firm and the stretch target of stage one and of both stages; None for a figure that is
        only reported.
    may_lose, limit
        By how much a candidate may be worse than the shipped model, and past what it may never be;
        a figure without `may_lose` is no gate.
    """

    key: str
    name: str
    better: Literal["higher", "lower"]
    one: tuple[float, float] | None = None
    both: tuple[float, float] | None = None
    may_lose: float | None = None
    limit: float | None = None

    def each(self, *measured: Mapping[str, Any]) -> list[Target]:
        """Return this target, or one for every figure its star stands for in what was measured."""
        if "*" not in self.key:
            return [self]
        before, after = self.key.split(".*")
        names = {name: None for figures in measured for name in _at(figures, before) or ()}
        return [
            replace(self, key=f"{before}.{name}{after}", name=self.name.replace("*", name))
            for name in names
            if any(find(figures, f"{before}.{name}{after}") is not None for figures in measured)
        ]

    def worse_by(self, figure: float, reference: float) -> float:
        """Return by how much a figure is worse than another; negative if it is better."""
        return reference - figure if self.better == "higher" else figure - reference


def read_risks() -> dict[str, Any]:
    """Return the table `[risks]`."""
    risks: dict[str, Any] = _read()["risks"]
    return risks


def read_figures() -> list[Target]:
    """Return the figures, in the order of the table."""
    rows: list[dict[str, Any]] = _read()["figures"]
    for row in rows:
        row |= {key: tuple(value) for key, value in row.items() if isinstance(value, list)}
    return [Target(**row) for row in rows]


def find(figures: Mapping[str, Any], key: str) -> float | None:
    """Return the figure at a dotted key; None where it was not measured."""
    found = _at(figures, key)
    if not isinstance(found, int | float) or math.isnan(found):
        return None
    return float(found)


def _at(figures: Mapping[str, Any], key: str) -> Any:
    found: Any = figures
    for part in key.split("."):
        if not isinstance(found, Mapping) or part not in found:
            return None
        found = found[part]
    return found


def met(target: Target, wanted: tuple[float, float] | None, figure: float | None) -> str:
    """Say whether a figure reaches its target: "stretch", "firm" or by how much it misses it."""
    if figure is None or wanted is None:
        return ""
    firm, stretch = wanted
    if target.worse_by(figure, stretch) <= 0:
        return "stretch"
    missed = target.worse_by(figure, firm)
    return "firm" if missed <= 0 else f"missed by {shown(missed)}"


def shown(figure: float | None) -> str:
    """Write a figure as a table shows it: three or four digits that count."""
    if figure is None:
        return "–"
    if abs(figure) >= 100:
        return f"{figure:,.0f}"
    if abs(figure) >= 10:
        return f"{figure:.1f}"
    return f"{figure:.2f}" if abs(figure) >= 1 else f"{figure:.4f}"


def _read() -> dict[str, Any]:
    return tomllib.loads(TARGETS.read_text(encoding="utf-8"))
