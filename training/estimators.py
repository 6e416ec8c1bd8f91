"""scikit-learn's view of the model: the features that are served, and the heads over them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, TransformerMixin
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from modsvc.classifier.features import (
    N_BUCKETS,
    N_MARKS,
    Features,
    count_grams,
    spam_marks,
    weigh,
    words_of,
)
from modsvc.core.text import normalise

_BATCH = 256
N_COLUMNS = 2 * N_BUCKETS + N_MARKS
FULL, NEUTRAL, MARKS = (
    slice(0, N_BUCKETS),
    slice(N_BUCKETS, 2 * N_BUCKETS),
    slice(2 * N_BUCKETS, N_COLUMNS),
)


class NgramViews(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn is untyped.
    """Turn texts into weighted n-grams, seen twice, and marks.

    Columns are, in this order: N_BUCKETS of all words, N_BUCKETS of all but the identity terms, and
    N_MARKS marks of an advert.

    Attributes
    ----------
    idf_
        Shape (N_BUCKETS,), with the precision it is served in; 0 for n-grams in fewer than
        `min_texts` texts.
    """

    def __init__(self, identity_terms: Collection[str] = (), min_texts: int = 2) -> None:
        self.identity_terms = identity_terms
        self.min_texts = min_texts

    def fit(self, X: Sequence[str], y: object = None) -> Self:  # noqa: N803, ARG002 - scikit-learn's names.
        """Learn how rare each n-gram is."""
        self._learn_idf(_counts([words_of(normalise(text)) for text in X]), len(X))
        return self

    def fit_transform(self, X: Sequence[str], y: object = None) -> sp.csr_array:  # noqa: N803 - as above.
        """Do both at once."""
        return self.fit(X, y).transform(X)

    def transform(self, X: Sequence[str]) -> sp.csr_array:  # noqa: N803 - as above.
        """Return a matrix of shape (n_texts, N_COLUMNS)."""
        readings = [normalise(text) for text in X]
        hidden = frozenset(self.identity_terms)
        words = [words_of(reading) for reading in readings]
        marks = [spam_marks(*pair) for pair in zip(readings, words, strict=True)]
        full = _matrix(words, self.idf_)
        neutral = _matrix([words_of(reading, hidden) for reading in readings], self.idf_)
        return sp.csr_array(sp.hstack([full, neutral, sp.csr_array(np.array(marks))], format="csr"))

    def _learn_idf(self, counts: NDArray[np.int64], n_texts: int) -> None:
        idf = np.log((1 + n_texts) / (1 + counts)) + 1
        self.idf_ = np.where(counts >= self.min_texts, idf, 0).astype(np.float16)


class LabelHeads(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn is untyped.
    """One pruned, calibrated logistic regression for each label, over the columns of NgramViews.

    All heads share the buckets that keep a weight: those that moved some head's logit most in a
    first fit. Calibration is Platt's, on logits of rows that the head was not fitted on.

    Attributes
    ----------
    rows_, weights_, mark_weights_, calibration_
        As in `modsvc.classifier.artifact.Artifact`, with the precision they are served in.
    """

    def __init__(
        self,
        labels: Sequence[str],
        full_view: Collection[str] = (),
        marked: Collection[str] = (),
        C: float = 1.0,  # noqa: N803 - scikit-learn's name.
        C_refit: float = 1.0,  # noqa: N803 - as above.
        n_kept: int = 30_000,
        folds: int = 3,
        seed: int = 0,
    ) -> None:
        self.labels = labels
        self.full_view = full_view
        self.marked = marked
        self.C = C
        self.C_refit = C_refit
        self.n_kept = n_kept
        self.folds = folds
        self.seed = seed

    def fit(
        self,
        X: sp.csr_array,  # noqa: N803 - scikit-learn's name.
        y: NDArray[np.float64],
        natural: NDArray[np.bool_] | None = None,
        progress: Callable[[str], object] = lambda _: None,
    ) -> Self:
        """Fit every head on the rows whose target is known.

        Parameters
        ----------
        X
            Shape (n_texts, N_COLUMNS).
        y
            Targets of shape (n_texts, n_labels): 0, 1 or NaN for unknown.
        natural
            Rows to calibrate on, shape (n_texts,). A label with no positive among them is
            calibrated on all its rows.
        progress
            Told what was done, `2 * n_labels` times.
        """
        views = {False: X[:, NEUTRAL], True: X[:, FULL]}
        marks = X[:, MARKS].toarray()
        strength = np.zeros(N_BUCKETS)
        for j, label in enumerate(self.labels):
            view = views[label in self.full_view]
            known = np.flatnonzero(~np.isnan(y[:, j]))
            weights = self._regress(view[known], y[known, j], self.C).coef_[0]
            strength = np.maximum(strength, np.abs(weights) * _typical_values(view))
            progress(f"{label}: first fit")
        kept = np.sort(np.argsort(-strength, kind="stable")[: self.n_kept])
        kept = kept[strength[kept] > 0]
        self.rows_ = np.zeros(N_BUCKETS, np.uint16)
        self.rows_[kept] = np.arange(1, len(kept) + 1)
        self.weights_ = np.zeros((len(kept) + 1, len(self.labels)), np.float16)
        self.mark_weights_ = np.zeros((N_MARKS, len(self.labels)))
        self.calibration_ = np.zeros((len(self.labels), 2))
        for j, label in enumerate(self.labels):
            head_input = views[label in self.full_view][:, kept]
            if label in self.marked:
                head_input = sp.csr_array(
                    sp.hstack([head_input, sp.csr_array(marks)], format="csr")
                )
            known = np.flatnonzero(~np.isnan(y[:, j]))
            sampled = known if natural is None else known[natural[known]]
            if not y[sampled, j].any():
                sampled = known
            self._fit_head(j, head_input, y[:, j], known, np.isin(known, sampled))
            progress(f"{label}: pruned and calibrated")
        self.classes_ = np.arange(len(self.labels))
        return self

    def decision_function(self, X: sp.csr_array) -> NDArray[np.float64]:  # noqa: N803 - as above.
        """Return calibrated logits of shape (n_texts, n_labels)."""
        weights = self.weights_.astype(np.float64)
        wide = np.array([label in self.full_view for label in self.labels])
        full, neutral = (_by_row(X[:, view], self.rows_, len(weights)) for view in (FULL, NEUTRAL))
        logits = np.where(wide, full @ weights, neutral @ weights)
        logits += X[:, MARKS] @ self.mark_weights_
        slope, offset = self.calibration_.T
        calibrated: NDArray[np.float64] = slope * logits + offset
        return calibrated

    def predict_proba(self, X: sp.csr_array) -> NDArray[np.float64]:  # noqa: N803 - as above.
        """Return probabilities of shape (n_texts, n_labels)."""
        return 1 / (1 + np.exp(-self.decision_function(X)))

    def _fit_head(
        self,
        j: int,
        head_input: sp.csr_array,
        target: NDArray[np.float64],
        known: NDArray[np.int64],
        sampled: NDArray[np.bool_],
    ) -> None:
        x, y = head_input[known], target[known]
        fitted = self._regress(x, y, self.C_refit)
        n_weights = len(self.weights_) - 1
        self.weights_[1:, j] = fitted.coef_[0, :n_weights]
        if head_input.shape[1] > n_weights:
            self.mark_weights_[:, j] = fitted.coef_[0, n_weights:]
        unseen = np.empty(len(known))
        folds = StratifiedKFold(self.folds, shuffle=True, random_state=self.seed)
        for seen, out in folds.split(x, y):
            unseen[out] = self._regress(x[seen], y[seen], self.C_refit).decision_function(x[out])
        platt = LogisticRegression(C=1e6).fit(unseen[sampled, None], y[sampled])
        slope = float(platt.coef_[0, 0])
        # The served weights carry no intercept of their own: it is folded into the offset.
        self.calibration_[j] = (
            slope,
            slope * float(fitted.intercept_[0]) + float(platt.intercept_[0]),
        )

    def _regress(self, x: sp.csr_array, y: NDArray[np.float64], c: float) -> Any:
        # liblinear converges in seconds here, where the other solvers need minutes.
        return LogisticRegression(C=c, solver="liblinear", random_state=self.seed).fit(x, y)


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


def _batches(words: Sequence[list[str]]) -> list[tuple[int, Features]]:
    starts = range(0, len(words), _BATCH)
    return [(len(words[i : i + _BATCH]), count_grams(words[i : i + _BATCH])) for i in starts]


def _counts(words: Sequence[list[str]]) -> NDArray[np.int64]:
    """Return in how many texts each bucket occurs, shape (N_BUCKETS,)."""
    counts = np.zeros(N_BUCKETS, np.int64)
    for _, features in _batches(words):
        counts += np.bincount(features.buckets, minlength=N_BUCKETS)
    return counts


def _matrix(words: Sequence[list[str]], idf: NDArray[np.float16]) -> sp.csr_array:
    """Return the weighted n-grams of texts given as words, shape (n_texts, N_BUCKETS)."""
    parts = []
    for n_texts, counted in _batches(words):
        features = weigh(counted, idf, n_texts)
        # liblinear takes 32-bit indices only.
        at = features.texts.astype(np.int32), features.buckets.astype(np.int32)
        parts.append(sp.csr_array((features.values, at), shape=(n_texts, N_BUCKETS)))
    return sp.csr_array(sp.vstack(parts, format="csr"))
