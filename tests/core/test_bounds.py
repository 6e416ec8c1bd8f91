from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modsvc.core.rates import Rate, at_most, lower_bound, upper_bound

samples = st.integers(1, 400).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of)))
ROUNDS = 2_000


def summed(count: int, of: int, rate: float) -> float:
    """The binomial tail, term by term."""
    return math.fsum(math.comb(of, k) * rate**k * (1 - rate) ** (of - k) for k in range(count + 1))


@given(st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.floats(0, 1))  # fmt: skip
def test_the_tail_is_the_sum_of_its_terms(sample, rate):
    assert at_most(*sample, rate) == pytest.approx(summed(*sample, rate), abs=1e-12)


@given(samples)
def test_the_interval_holds_what_was_found(sample):
    rate = Rate(*sample)

    assert 0.0 <= rate.low <= rate.share <= rate.high <= 1.0


@given(samples)
def test_at_the_bound_so_few_are_found_once_in_twenty_samples(sample):
    count, of = sample
    if count < of:
        assert at_most(count, of, upper_bound(count, of)) == pytest.approx(0.05, abs=1e-9)


@given(samples)
def test_what_is_not_so_has_the_bounds_turned_round(sample):
    count, of = sample

    assert lower_bound(count, of) == pytest.approx(1 - upper_bound(of - count, of))


@given(samples)
def test_more_that_are_so_raise_the_bound_and_more_looked_at_lower_it(sample):
    count, of = sample

    assert upper_bound(count, of) <= upper_bound(count + 1, of + 1) + 1e-12
    assert upper_bound(count, of + 1) <= upper_bound(count, of) + 1e-12


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [  # As statisticians' tables have them, at 95 % and two sides.
        (0, 10, 0.0, 0.3085),
        (1, 10, 0.0025, 0.4450),
        (5, 10, 0.1871, 0.8129),
        (2, 50, 0.0049, 0.1371),
        (10, 10, 0.6915, 1.0),
        (500, 20_000, 0.02288, 0.02726),
    ],
)
def test_the_bounds_are_those_of_clopper_and_pearson(count, of, low, high):
    rate = Rate(count, of)

    assert (rate.low, rate.high) == pytest.approx((low, high), abs=6e-5)


def test_none_bad_of_sixty_leaves_five_of_a_hundred():
    assert upper_bound(0, 60) == pytest.approx(1 - 0.05 ** (1 / 60))


def test_of_nothing_nothing_is_known():
    assert (Rate(0, 0).share, Rate(0, 0).low, Rate(0, 0).high) == (None, 0.0, 1.0)


@pytest.mark.parametrize("sample", [(-1, 10), (11, 10)])
def test_what_is_no_share_is_refused(sample):
    with pytest.raises(ValueError, match="no share"):
        upper_bound(*sample)


@pytest.mark.parametrize("rate", [0.01, 0.1, 0.5])
@pytest.mark.parametrize("of", [30, 100])
def test_the_bounds_hold_as_often_as_they_promise(rate, of):
    chance = random.Random(f"{rate} {of}")
    found = [sum(chance.random() < rate for _ in range(of)) for _ in range(ROUNDS)]
    bounds = {count: (upper_bound(count, of), Rate(count, of)) for count in set(found)}

    above = sum(rate <= bounds[count][0] for count in found) / ROUNDS
    within = sum(bounds[count][1].low <= rate <= bounds[count][1].high for count in found) / ROUNDS

    # Two standard errors of so many rounds are a hundredth.
    assert above >= 0.94
    assert within >= 0.94
