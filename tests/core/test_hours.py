"""Hours, summed up: the same after they were written and read, and waits as exact as promised."""

from __future__ import annotations

import json
import statistics
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modsvc.core.hours import MOST_WAITS, Hour, read, some, total, waits, write

NOW = datetime(2026, 1, 1, tzinfo=UTC)
seconds = st.lists(st.integers(0, 10_000).map(float), min_size=1, max_size=400)


def hour_of(times: list[float], each: int = 1) -> Hour:
    hour = Hour()
    hour.add_waits(times, 0, each=each)
    return hour


def test_an_hour_is_read_as_it_was_written():
    hour = Hour(opened=3, closed=2)
    hour.add_waits([5.25, 1.5], 1)
    hour.tally.add("hold", "policy", ["insult"], {"toxicity": 0.99, "insult": 1.0}, is_policy=True)
    hour.tally.add("approve", "moderator", ["moderator.approved"], {}, is_policy=False, times=3)
    hour.looked_at = 2

    assert read(json.loads(write(hour))) == hour
    assert read(json.loads(write(Hour()))) == Hour()


@given(st.lists(seconds.filter(lambda times: len(times) <= MOST_WAITS), min_size=1, max_size=5))
def test_few_waits_are_summed_up_exactly(hours: list[list[float]]):
    all_ = sorted(each for hour in hours for each in hour)

    told = waits(NOW, map(hour_of, hours))

    assert told.n == len(all_)
    assert told.middle == timedelta(seconds=statistics.median(all_))
    assert told.most is not None
    most = told.most.total_seconds()
    assert sum(each <= most for each in all_) >= 0.9 * len(all_) > sum(each < most for each in all_)


@given(st.lists(seconds, min_size=1, max_size=5))
def test_many_waits_are_off_by_a_part_of_those_kept_at_most(hours: list[list[float]]):
    all_ = sorted(each for hour in hours for each in hour)

    told = waits(NOW, map(hour_of, hours))

    assert told.middle is not None
    assert told.most is not None
    for value, share in ((told.middle, 0.5), (told.most, 0.9)):
        below = sum(each < value.total_seconds() for each in all_)
        up_to = sum(each <= value.total_seconds() for each in all_)
        slack = len(all_) / MOST_WAITS + 2 * len(hours)
        assert below - slack <= share * len(all_) <= up_to + slack


def test_what_stands_for_others_counts_as_many():
    told = waits(NOW, [hour_of([1.0, 2.0, 3.0], each=100), hour_of([50.0])])

    assert (told.n, told.middle) == (301, timedelta(seconds=2))


@pytest.mark.parametrize(("n", "kept"), [(0, 0), (50, 50), (51, 50), (5_000, 50)])
def test_so_many_are_kept_in_their_order(n: int, kept: int):
    found = some([float(each) for each in range(n)], 50)

    assert len(found) == kept
    assert found == sorted(found)


def test_hours_add_up():
    hours = [Hour(), Hour()]
    for hour in hours:
        hour.tally.add("hold", "policy", ["insult"], {"insult": 0.5}, is_policy=True)
        hour.tally.add("reject", "moderator", ["moderator.spam"], {}, is_policy=False)

    all_ = total(hours)

    assert all_.n == 4
    assert all_.by == {("policy", "hold"): 2, ("moderator", "reject"): 2}
    assert (all_.stopped, all_.given) == ({"insult": 2}, {"moderator.spam": 2})
    assert sum(all_.scores["insult"]) == 2
