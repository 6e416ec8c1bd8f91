"""Write derived bands into a policy document, leaving every word of it but the numbers."""

from __future__ import annotations

import re
from pathlib import Path

from modsvc.core.labels import LABELS
from training.risk import Bands

NOTE = "# Derived by `python -m training bands` from the risks in training/targets.toml"
_BAND = re.compile(rf"^({'|'.join(LABELS)})(\s*=\s*)\{{[^}}]*\}}(.*)$")


def write_bands(path: Path, bands: Bands) -> bool:
    """Rewrite the label bands of the policy at `path`; tell whether that changed it."""
    before = path.read_text(encoding="utf-8")
    after = with_bands(before, bands)
    path.write_text(after, encoding="utf-8")
    return after != before


def with_bands(policy: str, bands: Bands) -> str:
    """Return the policy with the label bands derived, and a note above them that says so.

    A label of which nothing could be shown keeps what the policy says of it.
    """
    lines = [line for line in policy.splitlines() if not line.startswith(NOTE)]
    written = []
    for line in lines:
        written.append(_with_numbers(line, bands))
        if line.strip() == "[bands]":
            written.append(f"{NOTE} ({bands.comments:,} comments, {bands.abusive:,} abusive).")
    return "\n".join(written) + "\n"


def _with_numbers(line: str, bands: Bands) -> str:
    found = _BAND.match(line)
    if not found:
        return line
    label, equals, rest = found.groups()
    # Shown unsafe at every threshold is "never reject"; shown unsafe to approve keeps the old band.
    if label not in bands.hold or bands.hold[label].at is None:
        return line
    numbers = ", ".join(f"{side} = {at:g}" for side, at in bands.numbers(label).items())
    return f"{label}{equals}{{ {numbers} }}{rest}"
