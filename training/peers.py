"""What a site might use instead, asked the same questions about the same rows.

The packages are in the dependency group `peers`. One that is not installed is named as absent.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline

from modsvc.core.labels import LABELS
from training.data import Rows
from training.measures import Array

PLAIN = "TF-IDF + logistic regression"
# Texts to scores of shape (n_texts,): how likely a moderator would act.
PeerScore = Callable[[Sequence[str]], Array]


@dataclass
class Peers:
    """The peers that could be opened, and those that could not, each with the reason."""

    plain: Pipeline
    opened: dict[str, PeerScore] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)


def open_peers(fitted: Rows) -> Peers:
    """Open every peer that is installed, and fit the plain model on the rows ours was fitted on."""
    plain = fit_plain(fitted)
    peers = Peers(plain)
    for name, module, opener in (
        ("alt-profanity-check", "profanity_check", _alt_profanity_check),
        ("better-profanity", "better_profanity", _better_profanity),
    ):
        if find_spec(module) is None:
            peers.absent[name] = "not installed: pip install --group peers"
        else:
            peers.opened[name] = opener()
    peers.opened[PLAIN] = lambda texts: np.asarray(plain.predict_proba(list(texts))[:, 1])
    return peers


def fit_plain(fitted: Rows) -> Pipeline:
    """Fit what a tutorial would: stock TF-IDF of words and characters, logistic regression."""
    toxicity = fitted.targets[:, list(LABELS).index("toxicity")]
    known = np.flatnonzero(~np.isnan(toxicity))
    texts = [fitted.texts[i] for i in known]
    grams = FeatureUnion(
        [
            ("words", TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)),
            (
                "characters",
                TfidfVectorizer(
                    analyzer="char_wb", ngram_range=(2, 5), min_df=2, sublinear_tf=True
                ),
            ),
        ]
    )
    plain: Pipeline = make_pipeline(grams, LogisticRegression(solver="liblinear", C=4.0))
    return plain.fit(texts, toxicity[known])


def _alt_profanity_check() -> PeerScore:
    from profanity_check import predict_prob

    return lambda texts: np.asarray(predict_prob(list(texts)), np.float64)


def _better_profanity() -> PeerScore:
    from better_profanity import profanity

    profanity.load_censor_words()
    # It compares every word with its whole list, for 0.1 s a comment. Its answers are the same from
    # an index of that list; what it costs is measured without.
    profanity.CENSOR_WORDSET = _Indexed(profanity.CENSOR_WORDSET)
    return lambda texts: np.array([float(profanity.contains_profanity(text)) for text in texts])


class _Indexed(list[Any]):
    """A list of better-profanity's patterns that remembers which words it holds."""

    def __init__(self, patterns: Sequence[Any]) -> None:
        super().__init__(patterns)
        self._known: dict[str, bool] = {}

    def __contains__(self, word: object) -> bool:
        text = str(word)
        if text not in self._known:
            self._known[text] = super().__contains__(text)
        return self._known[text]
