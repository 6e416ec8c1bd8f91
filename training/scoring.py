"""Contenders as functions from texts to scores."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from modsvc.core.labels import LABELS
from modsvc.core.screening import Scorer
from modsvc.core.text import normalise
from training.measures import Array

# Texts to scores of shape (n_texts, n_labels), in the order of LABELS.
Score = Callable[[Sequence[str]], Array]
_CHUNK = 1_000


def scoring(scorer: Scorer) -> Score:
    """Return the function that scores raw texts, and remembers what it was asked.

    The tables ask about the same comments again and again, and an encoder takes its time.
    """
    known: dict[str, Array] = {}

    def score(texts: Sequence[str]) -> Array:
        new = [text for text in dict.fromkeys(texts) if text not in known]
        known.update(zip(new, score_texts(scorer, new), strict=True))
        return np.array([known[text] for text in texts]).reshape(-1, len(LABELS))

    return score


def score_texts(scorer: Scorer, texts: Sequence[str]) -> Array:
    """Return scores of shape (n_texts, n_labels), in the order of LABELS."""
    rows = [
        [scores[label] for label in LABELS]
        for first in range(0, len(texts), _CHUNK)
        for scores in scorer.score(
            [normalise(text, scorer.lexicon) for text in texts[first : first + _CHUNK]]
        )
    ]
    return np.array(rows).reshape(-1, len(LABELS))


def by_toxicity(score: Score) -> Callable[[Sequence[str]], Array]:
    """Return the function from raw texts to their toxicity alone, shape (n_texts,)."""
    column = list(LABELS).index("toxicity")
    return lambda texts: score(texts)[:, column]
