"""From logits to probabilities at the rates of ordinary comments.

Platt's scaling (1999, *Probabilistic Outputs for Support Vector Machines*): a logistic regression
of the label on the logit, fitted on rows that the logits' model has not seen. Two numbers a label
are all that rare labels can bear, and isotonic regression did no better.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

# With fewer positives than this in the random sample, those of other sets help out.
ENOUGH = 50


def natural_rates(target: NDArray[np.float64], natural: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return how often each label is true in a random sample, shape (n_labels,).

    `target` has shape (n_rows, n_labels), NaN for unknown; `natural` marks the sample. A label that
    nobody looked for in the sample, or never found, has its rate among all rows.
    """
    rates = []
    for column in target.T:
        known = ~np.isnan(column)
        sampled = known & natural
        rates.append(column[sampled if np.nansum(column[sampled]) else known].mean())
    return np.array(rates)


def calibrate(
    logits: NDArray[np.float64],
    target: NDArray[np.float64],
    natural: NDArray[np.bool_],
    rates: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return each label's slope and offset, shape (n_labels, 2).

    `logits` and `target` have shape (n_rows, n_labels), NaN for unknown. The negatives are those of
    the random sample. So are the positives where there are enough; otherwise all positives are
    taken, weighted to the label's natural rate: what is rare looks alike wherever it was gathered,
    only its share differs.
    """
    found = []
    for logit, column, rate in zip(logits.T, target.T, rates, strict=True):
        known = ~np.isnan(column)
        sampled = known & natural
        if not np.nansum(column[sampled]):
            sampled = known
        positive = sampled & (column == 1)
        if positive.sum() < ENOUGH:
            positive = known & (column == 1)
        negative = sampled & (column == 0)
        rows = positive | negative
        share = rate / (1 - rate) * negative.sum() / max(1, positive.sum())
        weights = np.where(positive, share, 1.0)[rows]
        # The penalty is all but none: there are two parameters and hundreds of rows.
        platt = LogisticRegression(C=1e6).fit(logit[rows, None], column[rows], weights)
        found.append((float(platt.coef_[0, 0]), float(platt.intercept_[0])))
    return np.array(found)
