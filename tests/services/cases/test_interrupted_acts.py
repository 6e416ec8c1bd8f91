"""Acts of many cases whose service stops on the way: what was done is known, and the rest can be."""

from __future__ import annotations

from collections.abc import Callable
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


def test_what_was_left_of_an_act_is_done_when_its_form_is_sent_again(
    hold: Callable[..., int],
    ada: int,
    database: Database,
    decider: DecideCases,
    clock: Clock,
) -> None:
    hold(N)
    stopping = Stopping(database, after=1)
    with pytest.raises(StoreUnavailable):
        deciding(database, stopping, clock).many(SITE, ada, ALL, APPROVAL, form=FORM)
    assert len(waiting(database, clock)) == N - 2

    again, third = (decider.many(SITE, ada, ALL, APPROVAL, form=FORM) for _ in range(2))

    assert (sorted(again.decided), again.refused) == ([1, 2, 3, 4, 5], {})
    assert sorted(third.decided) == sorted(again.decided)
    assert waiting(database, clock) == []
    assert decider.undo(SITE, ada, again.act_id or 0).decided == [1, 2, 3, 4, 5]
    assert len(waiting(database, clock)) == N
    stopping.close()


def test_what_was_left_of_an_undoing_is_undone_when_it_is_asked_for_again(
    hold: Callable[..., int],
    ada: int,
    database: Database,
    decider: DecideCases,
    clock: Clock,
) -> None:
    hold(N)
    act = decider.many(SITE, ada, ALL, APPROVAL).act_id or 0
    stopping = Stopping(database, after=1)
    with pytest.raises(StoreUnavailable):
        deciding(database, stopping, clock).undo(SITE, ada, act)
    assert len(waiting(database, clock)) == 2

    done = decider.undo(SITE, ada, act)

    assert (done.decided, done.refused) == ([1, 2, 3, 4, 5], {})
    assert len(waiting(database, clock)) == N
    stopping.close()


def test_what_was_put_back_is_counted_once_though_it_is_tried_twice(
    hold: Callable[..., int],
    ada: int,
    database: Database,
    decider: DecideCases,
    clock: Clock,
) -> None:
    hold(N)
    act = decider.many(SITE, ada, ALL, APPROVAL).act_id or 0
    twice = Stopping(database, after=100)

    assert deciding(database, twice, clock).undo(SITE, ada, act).decided == [1, 2, 3, 4, 5]
    twice.close()
