"""What is learned of a site, beside what scikit-learn makes of the same numbers."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from modsvc.classifier.site_model import (
    N_DENSE,
    N_WEIGHTS,
    PENALTY_DENSE,
    Example,
    _auc,
    _fit,
    _Rows,
    features,
    learn,
)
from modsvc.core.labels import LABELS
from modsvc.core.text import normalise

ORDINARY = ["the", "bridge", "opens", "again", "on", "monday", "council", "voted", "for", "last"]


def comments(n: int = 400, *, about: str = "parking") -> tuple[list[Example], list[bool]]:
    """Give comments of a site that rejects what scores high as an insult, and one subject."""
    chance = random.Random(7)
    examples, rejected = [], []
    for _ in range(n):
        words = chance.sample(ORDINARY, 6) + [about] * (chance.random() < 0.3)
        insult = chance.random() ** 4
        examples.append(features(normalise(" ".join(words)), {"insult": insult}))
        rejected.append(about in words or insult > 0.5)
    return examples, rejected


def example(words: str, insult: float = 0.0) -> tuple[object, dict[str, float]]:
    return normalise(words), {"insult": insult}


def test_it_learns_what_the_classifier_knows_and_what_only_the_site_knows() -> None:
    model = learn(*comments())

    assert model(*example("the bridge opens again")) < 0.1
    assert model(*example("the bridge opens again", insult=0.99)) > 0.7
    assert model(*example("parking again")) > 0.8
    assert model.auc > 0.97
    assert model.n_approved + model.n_rejected == 400


def test_its_probabilities_are_right_on_comments_it_has_not_seen() -> None:
    chance = random.Random(3)
    texts = [" ".join(chance.sample(ORDINARY, 6)) for _ in range(1_200)]
    insults = [chance.random() for _ in texts]
    examples = [features(normalise(t), {"insult": i}) for t, i in zip(texts, insults, strict=True)]
    rejected = [chance.random() < insult**2 for insult in insults]

    model = learn(examples[:800], rejected[:800])

    found = [model(normalise(t), {"insult": i}) for t, i in zip(texts, insults, strict=True)][800:]
    assert np.mean(found) == pytest.approx(np.mean(rejected[800:]), abs=0.05)


def test_who_is_named_teaches_nothing() -> None:
    model = learn(*comments(about="muslims"))

    assert model(*example("muslims again")) == model(*example("christians again"))


def test_what_is_written_as_a_name_teaches_nothing() -> None:
    asked, other = (f"What did {name} say?" for name in ("Trudeau", "Maple"))

    assert features(normalise(asked), {}).at.tolist() == features(normalise(other), {}).at.tolist()


def test_to_learn_twice_gives_the_same_bytes() -> None:
    first, second = learn(*comments()), learn(*comments())

    assert first.weights.tobytes() == second.weights.tobytes()


def test_the_weights_are_those_of_a_library() -> None:
    examples, rejected = comments(200)
    dense = np.zeros((len(examples), N_WEIGHTS))
    for row, each in zip(dense, examples, strict=True):
        row[each.at] = each.values
    # The library penalises all weights alike: a value twice as large is as good as half the weight.
    dense[:, :N_DENSE] /= math.sqrt(PENALTY_DENSE)
    theirs = LogisticRegression(C=1.0, fit_intercept=False, tol=1e-8, max_iter=2_000)
    theirs.fit(dense, rejected)

    ours = _fit(_Rows(examples), np.array(rejected, float))

    margins = _Rows(examples) @ ours
    assert margins == pytest.approx(dense @ theirs.coef_[0], abs=0.05)


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=30))
def test_the_area_under_the_curve_is_that_of_a_library(pairs: list[tuple[int, bool]]) -> None:
    margins, targets = np.array(pairs, float).T
    if 0 < targets.sum() < len(targets):
        assert _auc(margins, targets) == pytest.approx(roc_auc_score(targets, margins))


@given(st.text(max_size=50), st.dictionaries(st.sampled_from(list(LABELS)), st.floats(0, 1)))
def test_any_text_and_scores_have_a_probability(text: str, scores: dict[str, float]) -> None:
    assert 0.0 <= MODEL(normalise(text), scores) <= 1.0


MODEL = learn(*comments(100))
