import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.measures import auc, mean_auc_interval, recall_at, threshold_at

scores = st.lists(st.floats(0, 1), min_size=1, max_size=60).map(np.array)


@given(scores, st.floats(0, 0.99))
def test_no_more_false_alarms_than_allowed_and_one_lower_would_be_too_many(fair, share):
    at = threshold_at(fair, share)

    assert (fair >= at).mean() <= share
    assert (fair >= np.nextafter(at, -math.inf)).mean() > share


def test_what_is_found_is_counted_at_the_allowed_false_alarms():
    target = np.array([0.0] * 20 + [1.0] * 4)
    said = np.array([*np.linspace(0, 0.5, 20), 0.1, 0.49, 0.51, 0.9])

    assert recall_at(target, said, 0.05) == 0.75
    assert recall_at(target, said, 0.0) == 0.5


def test_an_area_under_the_curve_of_one_kind_alone_is_no_number():
    assert math.isnan(auc(np.ones(5), np.linspace(0, 1, 5)))
    assert auc(np.array([0.0, 1.0]), np.array([0.2, 0.3])) == 1


def test_the_interval_is_the_same_for_the_same_seed_and_holds_the_figure():
    rng = np.random.default_rng(0)
    targets = (rng.random((400, 2)) < 0.3).astype(float)
    said = targets + rng.normal(0, 1, (400, 2))

    low, high = mean_auc_interval(targets, said, 200, seed=1)

    assert low < np.mean([auc(*pair) for pair in zip(targets.T, said.T, strict=True)]) < high
    assert [low, high] == mean_auc_interval(targets, said, 200, seed=1)
    assert high - low == pytest.approx(0.09, abs=0.05)
