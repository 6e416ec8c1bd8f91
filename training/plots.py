"""The card's two plots, as SVG: the same figures give the same bytes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from sklearn.metrics import roc_curve

from training.measures import Array, calibration_bins

# Text stays text, so that the files are small and can be searched; names of parts of the drawing
# come from a fixed salt instead of chance.
_STYLE: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "modsvc",
    "font.family": "sans-serif",
    "axes.spines.top": False,
    "axes.spines.right": False,
}
# Steps of a curve that lie closer than this cannot be seen apart.
_STEPS = 150
_FEWEST = 5  # Scores in a bin: fewer say nothing of how often they are right.


def calibration(labels: Sequence[str], targets: Array, scores: Array) -> bytes:
    """Draw, for each label, how often a score of so much is right; on the diagonal is honest.

    `targets` and `scores` have shape (n_rows, n_labels).
    """
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(8, 5), layout="constrained")
        axes = figure.subplots(2, 3, sharex=True, sharey=True).flat
        for axis, label, target, score in zip(axes, labels, targets.T, scores.T, strict=True):
            count, said, true = calibration_bins(target, score)
            enough = count >= _FEWEST
            axis.plot([0, 1], [0, 1], color="0.7", linewidth=1)
            axis.plot(
                said[enough] / count[enough], true[enough] / count[enough], "o-", markersize=4
            )
            axis.set_title(f"{label} ({int(target.sum())})", fontsize=9)
            axis.set(xlim=(0, 1), ylim=(0, 1))
        figure.supxlabel("mean score of a bin", fontsize=9)
        figure.supylabel("share with the label", fontsize=9)
        return _svg(figure)


def roc(labels: Sequence[str], targets: Array, scores: Array) -> bytes:
    """Draw, for each label, the share found against the share of false alarms, which is up to 0.2.

    What lies beyond is of no use to anybody who reads what is held.
    """
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(6, 5), layout="constrained")
        axis = figure.subplots()
        for label, target, score in zip(labels, targets.T, scores.T, strict=True):
            alarms, found, _ = roc_curve(target, score)
            grid = np.linspace(0, 0.2, _STEPS)
            axis.plot(grid, np.interp(grid, alarms, found), label=label, linewidth=1.5)
        axis.set(xlim=(0, 0.2), ylim=(0, 1), xlabel="false alarms", ylabel="found")
        axis.grid(color="0.9")
        axis.legend(loc="lower right", frameon=False, fontsize=9)
        return _svg(figure)


def _svg(figure: Figure) -> bytes:
    file = io.BytesIO()
    figure.savefig(file, format="svg", metadata={"Date": None})
    return file.getvalue()
