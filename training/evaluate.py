"""How good a contender is, in figures that need nothing but labelled rows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

import modsvc
from modsvc.core.labels import LABELS
from modsvc.core.policy import Policy
from modsvc.core.policy_document import read_policy
from training.data import Rows
from training.judged import HOME, TOPICAL, JudgedSet
from training.measures import (
    Array,
    auc,
    calibration_error,
    mean_auc,
    mean_auc_interval,
    recall_at,
    threshold_at,
)
from training.policy_bands import with_bands
from training.risk import Bands, delivered
from training.scoring import Score
from training.targets import read_risks

Figures = dict[str, Any]
SIX = tuple(label for label in LABELS if label != "spam")
# The share of ordinary comments that may be falsely alarmed where a figure needs a threshold.
FALSE_ALARMS = 0.05
DEFAULT_POLICY = Path(modsvc.__file__).parent / "policies" / "default.toml"


def evaluate(
    score: Score,
    test: Rows,
    sets: Sequence[JudgedSet],
    *,
    bands: Bands | None,
    bootstrap: int,
    seed: int,
) -> Figures:
    """Return the figures that need nothing but labelled rows.

    Parameters
    ----------
    score
        Texts to scores of shape (n_texts, n_labels).
    test
        The test side of the sets that are fitted on.
    sets
        What `judged_sets` found.
    bands
        What was derived for these scores on the calibrating side, which the policy is judged with;
        None leaves `risk` out and the policy as it is.
    """
    policy = default_policy(bands)
    scores = score(test.texts)
    targets = test.targets[:, : len(LABELS)]
    home = np.array([source == HOME for source in test.sources])
    by_set = {each.name: score(each.texts) for each in sets}
    figures: Figures = {
        "held_out": held_out(targets[home], scores[home], bootstrap, seed),
        "spam": _spam(targets[:, -1], scores[:, -1], test.natural, policy),
        "tests": {each.name: _set_figures(each, by_set[each.name], policy) for each in sets},
    }
    if bands:
        figures["risk"] = delivered(
            bands, scores, targets, test.verdicts, test.natural, read_risks()
        )
    for each in sets:
        if each.name == TOPICAL:
            fair = each.one_score(scores[home & (test.verdicts == 0)])
            alarm = threshold_at(fair, FALSE_ALARMS)
            figures["topic"] = {
                "comments": len(each.texts),
                "alarmed": float((each.one_score(by_set[TOPICAL]) >= alarm).mean()),
                "rejected": _reached(by_set[TOPICAL], policy, "reject"),
            }
    return figures


def default_policy(bands: Bands | None = None) -> Policy:
    """Return the policy that modsvc comes with, with a contender's bands if any are given."""
    document = DEFAULT_POLICY.read_text(encoding="utf-8")
    return read_policy(with_bands(document, bands, bands) if bands else document)


def held_out(targets: Array, scores: Array, bootstrap: int, seed: int) -> Figures:
    """Return the figures of held-out comments, both arrays of shape (n_rows, n_labels)."""
    six = [list(LABELS).index(label) for label in SIX]
    labels = {
        label: {
            "positives": int(targets[:, j].sum()),
            "rate": float(targets[:, j].mean()),
            "auc": auc(targets[:, j], scores[:, j]),
            "calibration_error": calibration_error(targets[:, j], scores[:, j]),
        }
        for label, j in zip(SIX, six, strict=True)
    }
    errors = [each["calibration_error"] for each in labels.values()]
    return {
        "rows": len(targets),
        "labels": labels,
        "mean_auc": mean_auc(targets[:, six], scores[:, six]),
        "mean_auc_interval": mean_auc_interval(targets[:, six], scores[:, six], bootstrap, seed),
        "worst_calibration_error": max(errors),
        "mean_calibration_error": float(np.mean(errors)),
    }


def _spam(target: Array, scores: Array, natural: NDArray[np.bool_], policy: Policy) -> Figures:
    """Judge adverts, which all come from one set, against every comment that is none."""
    known = ~np.isnan(target)
    hold = policy.bands["spam"].hold or 1.0
    return {
        "positives": int(np.nansum(target)),
        "rate": float(np.nanmean(target)),
        "auc": auc(target[known], scores[known]),
        "calibration_error": calibration_error(target[known], scores[known]),
        "found": float((scores[target == 1] >= hold).mean()),
        "ordinary_held": float((scores[natural & (target != 1)] >= hold).mean()),
    }


def _set_figures(judged: JudgedSet, scores: Array, policy: Policy) -> Figures:
    figures: Figures = {"rows": len(judged.texts), "fitted_on": judged.fitted_on}
    ordinary = judged.verdicts != 1
    if not np.isnan(judged.verdicts).any():
        asked = judged.one_score(scores)
        figures["positives"] = int(judged.verdicts.sum())
        figures["auc"] = auc(judged.verdicts, asked)
        figures["found"] = recall_at(judged.verdicts, asked, FALSE_ALARMS)
        for system, theirs in judged.rivals.items():
            figures[f"auc_of_{system.lower()}"] = auc(judged.verdicts, theirs)
            figures[f"ahead_of_{system.lower()}"] = figures["auc"] - auc(judged.verdicts, theirs)
    figures["ordinary_held"] = _reached(scores[ordinary], policy, "hold")
    figures["ordinary_rejected"] = _reached(scores[ordinary], policy, "reject")
    return figures


def _reached(scores: Array, policy: Policy, side: Literal["hold", "reject"]) -> float:
    """Return the share of comments for which some label reaches its band in the policy."""
    reached = np.zeros(len(scores), bool)
    for j, label in enumerate(LABELS):
        at = getattr(policy.bands[label], side)
        if at is not None:
            reached |= scores[:, j] >= at
    return float(reached.mean()) if len(reached) else 0.0
