"""LabelHeads: a pruned, calibrated linear head for each label, over the columns of NgramViews."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression

from modsvc.classifier.features import N_BUCKETS, N_MARKS
from training.calibration import calibrate, natural_rates
from training.ngrams import FULL, MARKS, NEUTRAL


class LabelHeads(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn is untyped.
    """One pruned, calibrated linear head for each label, over the columns of NgramViews.

    A label's logit is that of its own logistic regression plus, by `mixing`, a part of other heads'
    that know another kind of abuse: a small sum serves better abroad than one pool of all labels,
    whose definitions differ. All are linear over the same view, so the sum is one head when served.

    All heads share the buckets that keep a weight: those that moved some head's logit most in a
    first fit. Every set but the natural ones has an intercept of its own, which is dropped when
    served: how often a set says yes follows from how it was gathered.

    Attributes
    ----------
    rows_, weights_, mark_weights_, calibration_
        As in `modsvc.classifier.artifact.Artifact`, with the precision they are served in.
    rates_
        How often each label is true in a random sample, shape (n_labels,); what the calibrated
        probabilities are probabilities at.
    unseen_
        Calibrated logits of the calibrating rows by heads that were not fitted on them, shape
        (n_calibrating, n_labels).
    """

    def __init__(
        self,
        labels: Sequence[str],
        heads: Sequence[str],
        full_view: Collection[str] = (),
        marked: Collection[str] = (),
        mixing: Mapping[str, Mapping[str, float]] = MappingProxyType({}),
        C: float = 1.0,  # noqa: N803 - scikit-learn's name.
        C_refit: float = 1.0,  # noqa: N803 - as above.
        n_kept: int = 30_000,
        source_scale: float = 3.0,
        seed: int = 0,
    ) -> None:
        self.labels = labels
        self.heads = heads
        self.full_view = full_view
        self.marked = marked
        self.mixing = mixing
        self.C = C
        self.C_refit = C_refit
        self.n_kept = n_kept
        self.source_scale = source_scale
        self.seed = seed

    @property
    def n_steps(self) -> int:
        """How often `fit` reports progress."""
        return 3 * len(self._tasks())

    def fit(
        self,
        X: sp.csr_array,  # noqa: N803 - scikit-learn's name.
        y: NDArray[np.float64],
        sources: Sequence[str] | None = None,
        natural: NDArray[np.bool_] | None = None,
        calibrating: NDArray[np.bool_] | None = None,
        row_weights: NDArray[np.float64] | None = None,
        progress: Callable[[str], object] = lambda _: None,
    ) -> Self:
        """Fit every head on the rows whose target is known.

        The heads that choose the buckets and the calibration are fitted without the calibrating
        rows; those that are served are fitted with them, and keep that calibration.

        Parameters
        ----------
        X
            Shape (n_texts, N_COLUMNS).
        y
            Targets of shape (n_texts, n_heads): 0, 1 or NaN for unknown.
        sources
            The set that each row comes from, "" for none; None for one and the same.
        natural
            Rows of a random sample, shape (n_texts,); None for all.
        calibrating
            Rows to calibrate on, shape (n_texts,); None for all, which flatters.
        row_weights
            How much each row counts, shape (n_texts,); None for equally.
        progress
            Told what was done, `n_steps` times.
        """
        n_texts = X.shape[0]
        every = np.ones(n_texts, bool)
        natural = every if natural is None else natural
        calibrating = every if calibrating is None else calibrating
        fitting = ~calibrating if not calibrating.all() else every
        weights = np.ones(n_texts) if row_weights is None else row_weights
        offsets = _offsets(sources, natural, n_texts) * self.source_scale
        views = {False: X[:, NEUTRAL], True: X[:, FULL]}
        marks = sp.csr_array(X[:, MARKS])

        strength = np.zeros(N_BUCKETS)
        for head, wide in self._tasks():
            chosen = np.flatnonzero(fitting & ~np.isnan(y[:, self.heads.index(head)]))
            inputs = _beside(views[wide][chosen], offsets[chosen])
            found = self._regress(
                inputs, y[chosen, self.heads.index(head)], weights[chosen], self.C
            )
            typical = _typical_values(views[wide])
            strength = np.maximum(strength, np.abs(found[:N_BUCKETS]) * typical)
            progress(f"{head}: first fit")
        kept = np.sort(np.argsort(-strength, kind="stable")[: self.n_kept])
        kept = kept[strength[kept] > 0]
        self.rows_ = np.zeros(N_BUCKETS, np.uint16)
        self.rows_[kept] = np.arange(1, len(kept) + 1)
        pruned = {wide: sp.csr_array(view[:, kept]) for wide, view in views.items()}

        self.calibration_ = np.tile([1.0, 0.0], (len(self.labels), 1))
        self._refit(pruned, marks, y, offsets, fitting, weights, "refit to calibrate", progress)
        unseen = self.decision_function(X[calibrating])
        known = y[:, [self.heads.index(label) for label in self.labels]]
        self.rates_ = natural_rates(known, natural)
        self.calibration_ = calibrate(unseen, known[calibrating], natural[calibrating], self.rates_)
        slope, offset = self.calibration_.T
        self.unseen_ = slope * unseen + offset
        if not fitting.all():
            self._refit(pruned, marks, y, offsets, every, weights, "refit on all", progress)
        # The served weights carry no intercept of their own: it is folded into the offset.
        self.calibration_[:, 1] += slope * self.intercepts_
        self.intercepts_[:] = 0
        self.classes_ = np.arange(len(self.labels))
        return self

    def decision_function(self, X: sp.csr_array) -> NDArray[np.float64]:  # noqa: N803 - as above.
        """Return calibrated logits of shape (n_texts, n_labels)."""
        weights = self.weights_.astype(np.float64)
        wide = np.array([label in self.full_view for label in self.labels])
        full, neutral = (_by_row(X[:, view], self.rows_, len(weights)) for view in (FULL, NEUTRAL))
        logits = np.where(wide, full @ weights, neutral @ weights)
        logits += X[:, MARKS] @ self.mark_weights_ + self.intercepts_
        slope, offset = self.calibration_.T
        calibrated: NDArray[np.float64] = slope * logits + offset
        return calibrated

    def predict_proba(self, X: sp.csr_array) -> NDArray[np.float64]:  # noqa: N803 - as above.
        """Return probabilities of shape (n_texts, n_labels)."""
        return 1 / (1 + np.exp(-self.decision_function(X)))

    def _tasks(self) -> list[tuple[str, bool]]:
        """List the heads to fit, each with whether it sees all words."""
        tasks = [
            (head, label in self.full_view)
            for label in self.labels
            for head in (label, *self.mixing.get(label, ()))
        ]
        return list(dict.fromkeys(tasks))

    def _refit(
        self,
        pruned: Mapping[bool, sp.csr_array],
        marks: sp.csr_array,
        y: NDArray[np.float64],
        offsets: NDArray[np.float64],
        fitting: NDArray[np.bool_],
        row_weights: NDArray[np.float64],
        done: str,
        progress: Callable[[str], object],
    ) -> None:
        """Fit every head over the kept buckets and mix them into the labels' weights."""
        n_kept = pruned[False].shape[1]
        self.weights_ = np.zeros((n_kept + 1, len(self.labels)), np.float16)
        self.mark_weights_ = np.zeros((N_MARKS, len(self.labels)))
        self.intercepts_: NDArray[np.float64] = np.zeros(len(self.labels))
        mixed = np.zeros((n_kept, len(self.labels)))
        for head, wide in self._tasks():
            target = y[:, self.heads.index(head)]
            chosen = np.flatnonzero(fitting & ~np.isnan(target))
            marked = marks if head in self.marked else marks[:, :0]
            inputs = _beside(pruned[wide][chosen], marked[chosen], offsets[chosen])
            found = self._regress(inputs, target[chosen], row_weights[chosen], self.C_refit)
            for j, label in enumerate(self.labels):
                if (label in self.full_view) is wide:
                    share = 1.0 if head == label else self.mixing.get(label, {}).get(head, 0.0)
                    mixed[:, j] += share * found[:n_kept]
                    self.intercepts_[j] += share * found[-1]
                    if head in self.marked:
                        self.mark_weights_[:, j] += share * found[n_kept : n_kept + N_MARKS]
            progress(f"{head}: {done}")
        self.weights_[1:] = mixed

    def _regress(
        self, x: sp.csr_array, y: NDArray[np.float64], row_weights: NDArray[np.float64], c: float
    ) -> NDArray[np.float64]:
        """Return a logistic regression's weights and, last, its intercept."""
        # liblinear converges in seconds here, where the other solvers need minutes.
        fitted = LogisticRegression(C=c, solver="liblinear", random_state=self.seed)
        fitted.fit(x, y, row_weights)
        return np.append(fitted.coef_[0], fitted.intercept_)


def _offsets(
    sources: Sequence[str] | None, natural: NDArray[np.bool_], n_texts: int
) -> NDArray[np.float64]:
    """Return a column for each set that is no random sample, 1 in its rows; "" has none."""
    if sources is None:
        return np.zeros((n_texts, 0))
    named = np.array(sources)
    gathered = sorted(set(named[~natural]) - {""})
    return np.array([named == source for source in gathered], float).reshape(-1, n_texts).T


def _beside(*columns: sp.csr_array | NDArray[np.float64]) -> sp.csr_array:
    """Lay matrices side by side."""
    return sp.csr_array(sp.hstack([sp.csr_array(each) for each in columns], format="csr"))


def _by_row(view: sp.csr_array, rows: NDArray[np.uint16], n_rows: int) -> sp.csr_array:
    """Turn columns from buckets into rows of the weights: these stay small, 22 MB the other way."""
    columns = rows[view.indices].astype(np.int32)
    return sp.csr_array((view.data, columns, view.indptr), shape=(view.shape[0], n_rows))


def _typical_values(view: sp.csr_array) -> NDArray[np.float64]:
    """Return the mean of each column's values where it has one, shape (n_columns,)."""
    counts = np.bincount(view.indices, minlength=view.shape[1])
    sums = np.bincount(view.indices, view.data, minlength=view.shape[1])
    typical: NDArray[np.float64] = sums / np.maximum(counts, 1)
    return typical
