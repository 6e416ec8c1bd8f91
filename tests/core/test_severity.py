from __future__ import annotations

from modsvc.core.decision import Action, Reason
from modsvc.core.policy import Queue
from modsvc.core.severity import CODES, SEVERE, SLURS, THREATS, covered, is_severe
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
