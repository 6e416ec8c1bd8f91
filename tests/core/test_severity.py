from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from modsvc.core.decision import Action, Reason
from modsvc.core.policy import Queue
from modsvc.core.severity import CODES, SEVERE, SLURS, SPARED, THREATS, covered, is_severe, spread
from modsvc.core.signals import Signal

QUEUE = Queue(promised_minutes=60, urgent=frozenset({"words.suspect"}))


def held(code: str) -> list[Reason]:
    return [Reason(Signal(code), Action.HOLD)]


def test_who_wants_nothing_covered_has_nothing_covered() -> None:
    assert covered((), QUEUE) == frozenset()
    assert covered(("unheard of",), QUEUE) == frozenset()


def test_each_category_covers_its_own_and_what_is_urgent_is_severe() -> None:
    assert covered({SLURS}, QUEUE) == CODES[SLURS]
    assert covered({THREATS}, QUEUE) == {"threat"}
    assert covered({SEVERE}, QUEUE) == {"severe_toxicity", "words.suspect"}
    assert covered({SLURS, THREATS}, QUEUE) == CODES[SLURS] | CODES[THREATS]


def test_a_case_is_severe_by_its_reasons_and_the_policy() -> None:
    assert is_severe(held("threat"), QUEUE)
    assert is_severe(held("words.suspect"), QUEUE)
    assert not is_severe(held("insult"), QUEUE)
    assert not is_severe([], QUEUE)


@given(st.lists(st.booleans(), max_size=30), st.integers(0, SPARED))
def test_severe_ones_are_spread_and_nothing_else_changes(kinds: list[bool], since: int) -> None:
    cases = list(enumerate(kinds))

    put = spread(cases, lambda case: case[1], since)

    assert sorted(put) == cases
    for kind in (True, False):
        assert [c for c in put if c[1] is kind] == [c for c in cases if c[1] is kind]
    before = [True, *[False] * since]
    for at, (_, kind) in enumerate(put):
        near = [*before, *(each for _, each in put[:at])][-SPARED:]
        if kind and any(near):
            assert all(each for _, each in put[at:]), "others were left to come first"


def test_no_other_waits_for_a_severe_one() -> None:
    assert spread("SSabScd", str.isupper) == list("SabScdS")
    assert spread("abc", str.isupper) == list("abc")
