"""Figures of scores against the truth: arrays in, numbers out."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta
from sklearn.metrics import roc_auc_score

Array = NDArray[np.float64]
N_BINS = 10


def auc(target: Array, scores: Array) -> float:
    """Return the area under the ROC curve; NaN if all rows are of one kind."""
    if target.min() == target.max():
        return math.nan
    return float(roc_auc_score(target, scores))


def mean_auc(targets: Array, scores: Array) -> float:
    """Return the mean over columns of the area under the ROC curve."""
    return float(np.mean([auc(*pair) for pair in zip(targets.T, scores.T, strict=True)]))


def mean_auc_interval(targets: Array, scores: Array, n_samples: int, seed: int) -> list[float]:
    """Return a 95 % interval of the mean AUC by the percentile bootstrap over rows."""
    means = list(_resampled(targets, scores, n_samples, np.random.default_rng(seed)))
    return [float(bound) for bound in np.quantile(means, [0.025, 0.975])]


def _resampled(
    targets: Array, scores: Array, n_samples: int, rng: np.random.Generator
) -> Iterator[float]:
    while n_samples:
        drawn = rng.integers(0, len(scores), len(scores))
        if targets[drawn].any(axis=0).all():  # An AUC needs a positive of every label.
            n_samples -= 1
            yield mean_auc(targets[drawn], scores[drawn])


def calibration_bins(target: Array, scores: Array) -> tuple[Array, Array, Array]:
    """Return each bin's number of rows, and the sums of their scores and truths."""
    bins = np.minimum((scores * N_BINS).astype(int), N_BINS - 1)
    count = np.bincount(bins, minlength=N_BINS).astype(np.float64)
    said, true = (np.bincount(bins, w, N_BINS).astype(np.float64) for w in (scores, target))
    return count, said, true


def calibration_error(target: Array, scores: Array) -> float:
    """Return how far scores lie from frequencies, averaged over rows in N_BINS bins."""
    _, said, true = calibration_bins(target, scores)
    return float(np.abs(said - true).sum() / len(scores))


def threshold_at(fair: Array, false_alarms: float) -> float:
    """Return the least threshold at which at most this share of fair comments' scores reach it."""
    ordered = np.sort(fair)[::-1]
    allowed = int(false_alarms * len(ordered))
    return float(np.nextafter(ordered[allowed], math.inf)) if allowed < len(ordered) else -math.inf


def recall_at(target: Array, scores: Array, false_alarms: float) -> float:
    """Return the share of positives found at that share of false alarms."""
    threshold = threshold_at(scores[target == 0], false_alarms)
    return float((scores[target == 1] >= threshold).mean())


def lower_bound(found: int, of: int, confidence: float) -> float:
    """Return the one-sided lower bound on a share of which `found` of `of` were seen.

    Clopper and Pearson's, which is exact: Biometrika 26 (1934), https://doi.org/10.1093/biomet/26.4.404.
    """
    return float(beta.ppf(1 - confidence, found, of - found + 1)) if found else 0.0


def upper_bound(found: int, of: int, confidence: float) -> float:
    """Return the one-sided upper bound, likewise; 1 when nothing was looked at."""
    return float(beta.ppf(confidence, found + 1, of - found)) if found < of else 1.0
