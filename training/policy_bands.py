"""Write derived bands into a policy document, leaving every word of it but the numbers."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from modsvc.core.labels import LABELS
from training.risk import Bands

NOTE = "# Derived by `python -m training bands` from the risks in training/targets.toml"
# The tables of a policy: what both stages say is weighed by the one, what stage one says alone by
# the other.
BOTH, ALONE = "bands", "bands_alone"
_HEADER = re.compile(r"^\s*\[(\w+)\]")
_BAND = re.compile(rf"^({'|'.join(LABELS)})(\s*=\s*)\{{[^}}]*\}}(.*)$")


def write_bands(path: Path, both: Bands, alone: Bands) -> bool:
    """Rewrite the label bands of the policy at `path`; tell whether that changed it."""
    before = path.read_text(encoding="utf-8")
    after = with_bands(before, both, alone)
    path.write_text(after, encoding="utf-8")
    return after != before


def with_bands(policy: str, both: Bands, alone: Bands) -> str:
    """Return the policy with the label bands derived, and a note above them that says so.

    A label of which nothing could be shown keeps what the policy says of it. Where stage one alone
    needs other bands than both stages, its table, and a label's line in it, are added if missing.

    Raises
    ------
    ValueError
        The policy is not TOML.
    """
    written = []
    derived = {BOTH: both, ALONE: alone}
    needed = _missing(policy, both, alone)
    if needed and ALONE not in tomllib.loads(policy):
        policy += f"\n# For what stage one of the classifier judges alone.\n[{ALONE}]\n"
    for table, line in _lines(policy):
        bands = derived.get(table)
        written.append(_with_numbers(line, bands) if bands else line)
        if bands and _HEADER.match(line):
            written.append(f"{NOTE} ({bands.comments:,} comments, {bands.abusive:,} abusive).")
            if table == ALONE:
                written += [f"{label} = {_numbers(alone, label)}" for label in needed]
    return "\n".join(written) + "\n"


def _lines(policy: str) -> Iterator[tuple[str, str]]:
    """Give the policy's lines, each with its table, but for the notes that were written before."""
    table = ""
    for line in policy.splitlines():
        if header := _HEADER.match(line):
            table = header[1]
        if not line.startswith(NOTE):
            yield table, line


def _missing(policy: str, both: Bands, alone: Bands) -> list[str]:
    """Name the labels that stage one alone must weigh otherwise, and that no line is about."""
    there = tomllib.loads(policy).get(ALONE, {})
    return [
        label
        for label in LABELS
        if _is_shown(alone, label)
        and label not in there
        and alone.numbers(label) != both.numbers(label)
    ]


def _with_numbers(line: str, bands: Bands) -> str:
    found = _BAND.match(line)
    if not found or not _is_shown(bands, found[1]):
        return line
    label, equals, rest = found.groups()
    return f"{label}{equals}{_numbers(bands, label)}{rest}"


def _is_shown(bands: Bands, label: str) -> bool:
    # Shown unsafe at every threshold is "never reject"; shown unsafe to approve keeps the old band.
    return label in bands.hold and bands.hold[label].at is not None


def _numbers(bands: Bands, label: str) -> str:
    numbers = ", ".join(f"{side} = {at:g}" for side, at in bands.numbers(label).items())
    return f"{{ {numbers} }}"
