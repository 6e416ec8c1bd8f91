"""NgramViews: texts as the weighted n-grams and marks that are served, for scikit-learn."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin

from modsvc.classifier.features import (
    N_BUCKETS,
    N_MARKS,
    Features,
    count_grams,
    named_alike,
    spam_marks,
    weigh,
    words_of,
)
from modsvc.core.lexicon import Lexicon
from modsvc.core.text import Reading, normalise

_BATCH = 256
N_COLUMNS = 2 * N_BUCKETS + N_MARKS
FULL, NEUTRAL, MARKS = (
    slice(0, N_BUCKETS),
    slice(N_BUCKETS, 2 * N_BUCKETS),
    slice(2 * N_BUCKETS, N_COLUMNS),
)


class NgramViews(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn is untyped.
    """Turn texts into weighted n-grams, seen twice, and marks.

    `lexicon` is what texts are read with, as `Lexicon.to_text` writes it; "" for none.

    Columns are, in this order: N_BUCKETS of all words, the identity terms being one and the same;
    N_BUCKETS of all but the identity terms; and N_MARKS marks of an advert.

    Attributes
    ----------
    idf_
        Shape (N_BUCKETS,), with the precision it is served in; 0 for n-grams in fewer than
        `min_texts` texts.
    """

    def __init__(
        self, identity_terms: Collection[str] = (), lexicon: str = "", min_texts: int = 2
    ) -> None:
        self.identity_terms = identity_terms
        self.lexicon = lexicon
        self.min_texts = min_texts

    def fit(self, X: Sequence[str], y: object = None) -> Self:  # noqa: N803, ARG002 - scikit-learn's names.
        """Learn how rare each n-gram is."""
        words = [words_of(reading) for reading in self._read(X)]
        self._learn_idf(_counts(self._named(words)), len(X))
        return self

    def fit_transform(self, X: Sequence[str], y: object = None) -> sp.csr_array:  # noqa: N803 - as above.
        """Do both at once."""
        return self.fit(X, y).transform(X)

    def transform(self, X: Sequence[str]) -> sp.csr_array:  # noqa: N803 - as above.
        """Return a matrix of shape (n_texts, N_COLUMNS)."""
        readings = self._read(X)
        hidden = frozenset(self.identity_terms)
        words = [words_of(reading) for reading in readings]
        marks = [spam_marks(*pair) for pair in zip(readings, words, strict=True)]
        full = _matrix(self._named(words), self.idf_)
        neutral = _matrix([words_of(reading, hidden) for reading in readings], self.idf_)
        return sp.csr_array(sp.hstack([full, neutral, sp.csr_array(np.array(marks))], format="csr"))

    def _named(self, words: Sequence[Sequence[str]]) -> list[list[str]]:
        groups = frozenset(self.identity_terms)
        return [named_alike(each, groups) for each in words]

    def _read(self, texts: Sequence[str]) -> list[Reading]:
        lexicon = Lexicon.from_text(self.lexicon) if self.lexicon else None
        return [normalise(text, lexicon) for text in texts]

    def _learn_idf(self, counts: NDArray[np.int64], n_texts: int) -> None:
        idf = np.log((1 + n_texts) / (1 + counts)) + 1
        self.idf_ = np.where(counts >= self.min_texts, idf, 0).astype(np.float16)


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
