"""From two stages' logits to one: half of each, the linear bounded; calibrated before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from modsvc.classifier.both import bounded
from training.calibration import calibrate


def fit_join(
    linear: NDArray[np.float64],
    encoder: NDArray[np.float64],
    target: NDArray[np.float64],
    natural: NDArray[np.bool_],
    rates: NDArray[np.float64],
    *,
    labels: Sequence[str],
    heads: Sequence[str],
    mixing: Mapping[str, Mapping[str, float]],
    surest: float,
) -> NDArray[np.float64]:
    """Return the weights of `modsvc.classifier.both.join`, shape (1 + n_heads + 2, n_labels).

    All rows are calibrating ones, which neither stage was fitted on. Half of each is a choice and
    not fitted: the rows are Wikipedia's, where the linear model does best, and a fitted share would
    give away what the encoder is for elsewhere.

    Parameters
    ----------
    linear
        Calibrated logits of the linear model, shape (n_rows, n_labels).
    encoder
        Logits of the encoder's heads, shape (n_rows, n_heads).
    target
        Shape (n_rows, n_labels), NaN for unknown.
    natural, rates
        As in `training.calibration.calibrate`.
    mixing
        How much of other heads' logits is added to a label's.
    surest
        What the linear logits are bounded by, above 0.
    """
    mixer = np.zeros((len(heads), len(labels)))
    for j, label in enumerate(labels):
        for head, share in {label: 1.0, **mixing.get(label, {})}.items():
            mixer[heads.index(head), j] = share
    slope, offset = calibrate(encoder @ mixer, target, natural, rates).T
    average = (bounded(linear, surest) + slope * (encoder @ mixer) + offset) / 2
    last_slope, last_offset = calibrate(average, target, natural, rates).T
    share = last_slope / 2
    last_offset += offset * share
    return np.vstack([share, mixer * slope * share, last_offset, np.full(len(labels), surest)])
