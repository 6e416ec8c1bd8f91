from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modsvc.core.releasing import LEAST, Finding, in_chance_order

ids = st.lists(st.integers(1, 10_000), unique=True, max_size=60)
ROUNDS = 400


def finding(n: int, seen: int, bad: int) -> Finding:
    return Finding(n, n, seen, bad, to_release=n - bad, unseen=n - seen)


@given(ids, st.text(min_size=1, max_size=8))
def test_the_order_is_the_same_for_a_seed_whatever_order_they_come_in(cases, seed):
    assert in_chance_order(cases, seed) == in_chance_order(reversed(cases), seed)
    assert sorted(in_chance_order(cases, seed)) == sorted(cases)


@given(ids, st.integers(0, 59))
def test_when_one_has_gone_the_others_keep_their_order(cases, which):
    order = in_chance_order(cases, "seed")
    left = [each for n, each in enumerate(order) if n != which]

    assert in_chance_order(left, "seed") == left


def test_each_is_drawn_as_often_as_any_other():
    first = Counter(in_chance_order(range(1, 11), f"seed {n}")[0] for n in range(2_000))

    # 200 each, give or take four standard errors.
    assert len(first) == 10
    assert all(146 <= count <= 254 for count in first.values())


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.just(n), st.integers(1, n))))
def test_no_more_bad_ones_are_left_than_nobody_looked_at(sizes):
    n, seen = sizes
    found = finding(n, seen, seen // 3)

    assert 0 <= found.bad_left <= found.unseen
    assert found.bad / n <= found.share <= 1.0


def test_what_was_looked_at_to_the_last_is_known():
    found = finding(40, 40, 3)

    assert (found.share, found.bad_left, found.to_release) == (3 / 40, 0, 37)


@pytest.mark.parametrize(
    ("n", "seen", "enough"), [(100, LEAST - 1, False), (100, LEAST, True), (5, 4, False), (5, 5, True)]
)  # fmt: skip
def test_enough_is_a_number_or_all(n, seen, enough):
    assert finding(n, seen, 0).is_enough == enough


@pytest.mark.parametrize("n_bad", [0, 5, 40])
def test_the_bound_on_what_is_left_holds_in_nineteen_ranges_of_twenty(n_bad):
    cases = range(400)
    bad = set(random.Random(n_bad).sample(cases, n_bad))
    held = 0
    for n in range(ROUNDS):
        sample = in_chance_order(cases, f"{n_bad} {n}")[:60]
        found = finding(400, 60, len(bad.intersection(sample)))
        held += len(bad.difference(sample)) <= found.bad_left

    assert held >= 0.93 * ROUNDS


@pytest.mark.parametrize("gone_before", [0, 30, 60])
def test_it_holds_though_others_take_the_good_ones_out_meanwhile(gone_before):
    cases, bad = set(range(400)), set(random.Random(1).sample(range(400), 40))
    held = 0
    for n in range(ROUNDS):
        order = in_chance_order(cases, f"gone {n}")
        good = [case for case in order if case not in bad]
        # Some were looked at, then 200 good ones went, then the others were looked at.
        before = order[:gone_before]
        left = cases - set(good[-200:])
        seen = [*before, *(c for c in order if c in left and c not in before)][:60]
        n_bad = len(bad.intersection(seen))
        unseen = len(left.difference(seen))
        found = Finding(len(left | set(seen)), 400, 60, n_bad, unseen + 60 - n_bad, unseen)
        held += len(bad.difference(seen)) <= found.bad_left

    assert held >= 0.93 * ROUNDS
