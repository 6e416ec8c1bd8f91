"""Acts of many cases whose service stops on the way: what was done is known, and the rest can be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

import pytest
from sqlalchemy.engine import Connection

from modsvc.core.review import APPROVAL
from modsvc.errors import StoreUnavailable
from modsvc.services import decide_cases
from modsvc.services.decide_cases import DecideCases, Seen
from modsvc.store.db import Database
from modsvc.store.writer import Writer
from tests.conftest import SITE, deciding, waiting
from tests.fakes import Clock

T = TypeVar("T")
StopAfter = Callable[[int], DecideCases]
N = 5
ALL = [Seen(n, 1) for n in range(1, N + 1)]
FORM = "form-of-a-page"


class Stopping(Writer):
    """Stops before a write, once; and tries each twice, once in vain, as beside one that fails."""

    def __init__(self, database: Database, after: int) -> None:
        super().__init__(database)
        self.database, self.left = database, after

    def write(self, run: Callable[[Connection], T], *, order: str = "") -> T:
        self.left -= 1
        if self.left == -1:
            raise StoreUnavailable("the service stopped")
        with pytest.raises(ZeroDivisionError), self.database.write() as db:
            run(db)
            raise ZeroDivisionError
        return super().write(run, order=order)


@pytest.fixture(autouse=True)
def in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decide_cases, "DECIDED_TOGETHER", 2)


@pytest.fixture
def stop_after(database: Database, clock: Clock) -> Iterator[StopAfter]:
    """Decide for a service that stops before a write, after so many."""
    writers: list[Stopping] = []

    def make(n: int) -> DecideCases:
        writers.append(Stopping(database, n))
        return deciding(database, writers[-1], clock)

    yield make
    for each in writers:
        each.close()


@pytest.fixture
def n_waiting(hold: Callable[..., int], database: Database, clock: Clock) -> Callable[[], int]:
    """Have N comments held, and count those that wait from then on."""
    hold(N)
    return lambda: len(waiting(database, clock))


def test_what_was_left_of_an_act_is_done_when_its_form_is_sent_again(
    n_waiting: Callable[[], int], stop_after: StopAfter, decider: DecideCases, ada: int
) -> None:
    with pytest.raises(StoreUnavailable):
        stop_after(1).many(SITE, ada, ALL, APPROVAL, form=FORM)
    assert n_waiting() == N - 2

    again, third = (decider.many(SITE, ada, ALL, APPROVAL, form=FORM) for _ in range(2))

    assert (sorted(again.decided), again.refused) == ([1, 2, 3, 4, 5], {})
    assert sorted(third.decided) == sorted(again.decided)
    assert n_waiting() == 0
    assert decider.undo(SITE, ada, again.act_id or 0).decided == [1, 2, 3, 4, 5]
    assert n_waiting() == N


def test_what_was_left_of_an_undoing_is_undone_when_it_is_asked_for_again(
    n_waiting: Callable[[], int], stop_after: StopAfter, decider: DecideCases, ada: int
) -> None:
    act = decider.many(SITE, ada, ALL, APPROVAL).act_id or 0
    with pytest.raises(StoreUnavailable):
        stop_after(1).undo(SITE, ada, act)
    assert n_waiting() == 2

    done = decider.undo(SITE, ada, act)

    assert (done.decided, done.refused) == ([1, 2, 3, 4, 5], {})
    assert n_waiting() == N


def test_what_was_put_back_is_counted_once_though_it_is_tried_twice(
    n_waiting: Callable[[], int], stop_after: StopAfter, decider: DecideCases, ada: int
) -> None:
    act = decider.many(SITE, ada, ALL, APPROVAL).act_id or 0

    assert stop_after(100).undo(SITE, ada, act).decided == [1, 2, 3, 4, 5]
    assert n_waiting() == N
