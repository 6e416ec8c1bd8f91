"""What a site might use instead, asked the same questions about the same rows.

The packages are in the dependency group `peers`. One that is not installed is named as absent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
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
    profanity.CENSOR_WORDSET = _Indexed(profanity.CENSOR_WORDSET, profanity.CHARS_MAPPING)
    return lambda texts: np.array([float(profanity.contains_profanity(text)) for text in texts])


class _Indexed(list[Any]):
    """A list of better-profanity's patterns that looks a word up by first character and length.

    `alternatives` says what each character of a pattern may be written as.
    """

    def __init__(self, patterns: Sequence[Any], alternatives: Mapping[str, Sequence[str]]) -> None:
        super().__init__(patterns)
        self._known: dict[str, bool] = {}
        self._likely: defaultdict[tuple[str, int], list[Any]] = defaultdict(list)
        for pattern in patterns:
            written = [alternatives.get(sign, (sign,)) for sign in str(pattern)]
            shortest = sum(min(map(len, each)) for each in written)
            longest = sum(max(map(len, each)) for each in written)
            for first in {sign[:1] for sign in written[0]}:
                for length in range(shortest, longest + 1):
                    self._likely[first, length].append(pattern)

    def __contains__(self, word: object) -> bool:
        text = str(word)
        if text not in self._known:
            # A pattern whose first character may be left out is among those of "".
            places = (text[:1], len(text)), ("", len(text))
            self._known[text] = any(
                pattern == text for place in places for pattern in self._likely.get(place, ())
            )
        return self._known[text]
