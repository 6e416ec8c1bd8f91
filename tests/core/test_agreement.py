from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from modsvc.core.agreement import agreement

WORDS = ("approve", "reject")
ROUNDS = 500
tables = st.dictionaries(
    st.tuples(st.sampled_from(WORDS), st.sampled_from(WORDS)), st.integers(0, 200)
)


@given(tables)
def test_kappa_is_between_minus_one_and_one_and_inside_its_interval(table):
    found = agreement(table)

    if found.kappa is not None:
        assert -1.0 <= found.low <= found.kappa <= found.high <= 1.0


@given(tables)
def test_it_does_not_matter_who_is_first(table):
    turned = {(second, first): count for (first, second), count in table.items()}

    assert agreement(turned) == agreement(table)


@given(st.integers(1, 300), st.integers(1, 300))
def test_full_agreement_is_one(approved, rejected):
    found = agreement({("approve", "approve"): approved, ("reject", "reject"): rejected})

    assert found.kappa == found.high == 1.0
    assert found.low < 1.0  # Few cannot prove it.


@given(st.integers(1, 100), st.integers(1, 100), st.integers(1, 50))
def test_who_decides_without_reading_agrees_by_chance_alone(here, there, times):
    table = {
        (one, other): a * b * times
        for one, a in zip(WORDS, (here, there), strict=True)
        for other, b in zip(WORDS, (there, here), strict=True)
    }

    assert agreement(table).kappa == pytest.approx(0.0, abs=1e-12)


@given(tables)
def test_one_more_agreement_among_equals_raises_the_share(table):
    assume(sum(table.values()))
    more = Counter(table)
    more["approve", "approve"] += 1

    assert agreement(more).agreed == agreement(table).agreed + 1


@pytest.mark.parametrize("table", [{}, {("reject", "reject"): 40}, {("approve", "approve"): 0}])
def test_where_all_say_the_same_thing_there_is_nothing_to_tell(table):
    assert agreement(table).kappa is None


def test_the_example_of_the_textbooks():
    found = agreement(
        {
            ("approve", "approve"): 20,
            ("approve", "reject"): 5,
            ("reject", "approve"): 10,
            ("reject", "reject"): 15,
        }
    )

    assert (found.n, found.agreed, found.by_chance) == (50, 35, 0.5)
    assert found.kappa == pytest.approx(0.4)


@pytest.mark.parametrize("of", [30, 100])
@pytest.mark.parametrize(
    ("both", "first", "second", "neither"),
    [
        (0.4, 0.1, 0.1, 0.4),
        (0.85, 0.05, 0.05, 0.05),
        (0.5, 0.25, 0.05, 0.2),
        (0.25, 0.25, 0.25, 0.25),
    ],
)
def test_the_interval_holds_as_often_as_it_promises(both, first, second, neither, of):
    cells = [(a, b) for a in WORDS for b in WORDS]
    shares = (both, first, second, neither)
    agreed, (f, s) = both + neither, (both + first, both + second)
    by_chance = f * s + (1 - f) * (1 - s)
    true = (agreed - by_chance) / (1 - by_chance)
    chance = random.Random(f"{shares} {of}")
    drawn = [tuple(sorted(chance.choices(cells, shares, k=of))) for _ in range(ROUNDS)]
    known = {each: agreement(Counter(each)) for each in set(drawn)}
    told = [known[each] for each in drawn if known[each].kappa is not None]

    assert len(told) > 0.9 * ROUNDS
    assert sum(each.low <= true <= each.high for each in told) / len(told) >= 0.935
