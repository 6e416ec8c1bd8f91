"""The gate: a candidate beside the shipped model, figure by figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from training.targets import Target, find, shown

_WORSE = "worse by"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one gate found; `refused` says why the candidate may not pass, None if it may.

    `worse` is whether it is refused for being worse than the shipped model: that alone can be
    excused, a limit cannot.
    """

    target: Target
    candidate: float | None
    shipped: float | None
    refused: str | None

    @property
    def worse(self) -> bool:
        """Whether the shipped model is better, and no limit is passed."""
        return bool(self.refused and self.refused.startswith(_WORSE))


def compare(
    targets: Sequence[Target], candidate: Mapping[str, Any], shipped: Mapping[str, Any]
) -> list[Finding]:
    """Hold a candidate's figures to their limits and to those of the shipped model.

    A figure that was measured of the shipped model and not of the candidate is a refusal: what is
    not shown is not passed. One that was measured of neither is no finding.
    """
    findings = []
    for target in chain.from_iterable(row.each(candidate, shipped) for row in targets):
        if target.may_lose is None:
            continue
        ours, theirs = find(candidate, target.key), find(shipped, target.key)
        if ours is not None or theirs is not None:
            findings.append(Finding(target, ours, theirs, _refusal(target, ours, theirs)))
    return findings


def passes(findings: Sequence[Finding]) -> bool:
    """Tell whether a candidate may be shipped; one of which nothing was measured may not."""
    return bool(findings) and all(finding.refused is None for finding in findings)


def findings_table(findings: Sequence[Finding]) -> tuple[list[str], list[list[str]]]:
    """Return head and rows of a table of the findings."""
    rows = [
        [
            f.target.name,
            shown(f.candidate),
            shown(f.shipped),
            f"{f.target.may_lose:g}",
            f.refused or "passes",
        ]
        for f in findings
    ]
    return ["gate", "candidate", "shipped", "may lose", "finding"], rows


def _refusal(target: Target, candidate: float | None, shipped: float | None) -> str | None:
    if candidate is None:
        return "not measured"
    if target.limit is not None and (past := target.worse_by(candidate, target.limit)) > 0:
        return f"past the limit of {target.limit:g} by {shown(past)}"
    if shipped is not None and target.may_lose is not None:
        worse = target.worse_by(candidate, shipped)
        if worse > target.may_lose:
            return f"{_WORSE} {shown(worse)}"
    return None
