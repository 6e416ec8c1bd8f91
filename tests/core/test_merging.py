from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from modsvc.core.merging import merge

BASE = "a = 1\nb = 2\nc = 3\nd = 4\ne = 5\n"
texts = st.lists(st.sampled_from(["a\n", "b\n", "c\n", "d"]), max_size=8).map("".join)


def test_changes_that_do_not_touch_are_put_together():
    mine = BASE.replace("a = 1", "a = 9")
    theirs = BASE.replace("d = 4\n", "") + "f = 6\n"

    assert merge(BASE, mine, theirs) == "a = 9\nb = 2\nc = 3\ne = 5\nf = 6\n"


def test_changes_of_the_same_line_or_of_neighbours_are_left_to_people():
    mine = BASE.replace("b = 2", "b = 9")

    assert merge(BASE, mine, BASE.replace("b = 2", "b = 8")) is None
    assert merge(BASE, mine, BASE.replace("c = 3", "c = 8")) is None
    assert merge(BASE, mine, BASE.replace("d = 4", "d = 8")) is not None


def test_the_same_change_of_both_is_one_change():
    changed = BASE.replace("b = 2", "b = 9")

    assert merge(BASE, changed, changed) == changed


@given(texts, texts)
def test_who_changes_nothing_loses_nothing_of_the_other(base: str, changed: str):
    assert merge(base, base, changed) == changed
    assert merge(base, changed, base) == changed


@given(texts, texts, texts)
def test_the_order_makes_no_difference(base: str, mine: str, theirs: str):
    assert merge(base, mine, theirs) == merge(base, theirs, mine)
