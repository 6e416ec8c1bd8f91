"""What each word of a text adds to the logits of the linear model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from modsvc.classifier.features import Features, find_grams, named_alike, weigh

if TYPE_CHECKING:
    from modsvc.classifier.artifact import Artifact


def pushes(model: Artifact, words: Sequence[str]) -> NDArray[np.float64]:
    """Return what each word of one text adds to each label's logit, shape (n_words, n_labels).

    An n-gram that occurs twice shares its weight between its places; one that lies in two words
    gives each a half. Names of groups are seen as `full_view` sees them.
    """
    grams = find_grams([named_alike(words, model.identity_terms)])
    buckets, which, counts = np.unique(grams.buckets, return_inverse=True, return_counts=True)
    texts = np.zeros(len(buckets), np.int64)
    features = weigh(Features(texts, buckets, counts.astype(np.float64)), model.idf, 1)
    added = np.zeros((len(buckets), model.weights.shape[1]))
    known = np.searchsorted(buckets, features.buckets)
    added[known] = model.weights[model.rows[features.buckets]] * features.values[:, None]
    shares = (added / counts[:, None])[which] / 2
    total = np.zeros(len(words) * added.shape[1])
    for lies_in in (grams.first_words, grams.last_words):
        places = lies_in[:, None] * added.shape[1] + np.arange(added.shape[1])
        total += np.bincount(places.ravel(), shares.ravel(), minlength=len(total))
    return total.reshape(len(words), added.shape[1])
