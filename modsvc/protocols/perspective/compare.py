"""How our scores stand beside those that Perspective gave the same texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Threshold:
    """A threshold of theirs, and the one of ours that flags as many texts.

    `ours` is None where theirs flags nothing. The shares are of all texts: what both say, and what
    either flags alone.
    """

    theirs: float
    ours: float | None
    flagged: float
    agreed: float
    theirs_alone: float
    ours_alone: float


def threshold(theirs: Array, ours: Array, at: float) -> Threshold:
    """Find the threshold of ours that flags as many texts as theirs does from `at` on.

    Both have shape (n_texts,), n_texts > 0. Of texts that score alike all are flagged or none, so
    that ours may flag a few more.
    """
    by_theirs = theirs >= at
    n = int(by_theirs.sum())
    edge = float(np.sort(ours)[-n]) if n else None
    by_ours = ours >= edge if edge is not None else np.zeros(len(ours), bool)
    return Threshold(
        theirs=at,
        ours=edge,
        flagged=float(by_theirs.mean()),
        agreed=float((by_theirs == by_ours).mean()),
        theirs_alone=float((by_theirs & ~by_ours).mean()),
        ours_alone=float((by_ours & ~by_theirs).mean()),
    )


def rank_agreement(a: Array, b: Array) -> float | None:
    """Return Spearman's rank correlation, in [-1, 1]; None where one of them is all alike."""
    ranks = np.stack([_ranks(a), _ranks(b)])
    if (np.ptp(ranks, axis=1) == 0).any():
        return None
    ranks -= ranks.mean(axis=1, keepdims=True)
    return float(ranks[0] @ ranks[1] / np.sqrt((ranks * ranks).sum(axis=1).prod()))


def _ranks(values: Sequence[float] | Array) -> Array:
    """Return each value's rank; those that are alike share the mean of theirs."""
    _, of_each, counts = np.unique(np.asarray(values), return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    ranks: Array = (last - (counts - 1) / 2)[of_each]
    return ranks
