"""Hours that are past are summed up once, and anew when something that was done in one is undone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from modsvc.core.figures import HOUR, floor
from modsvc.core.review import APPROVAL
from modsvc.services import sum_hours
from modsvc.services.read_figures import ReadFigures
from modsvc.services.sum_hours import SumHours
from modsvc.store import figures, hours
from modsvc.store.db import Database
from modsvc.store.writer import Writer
from tests.histories import Desk


@pytest.fixture
def desk(database: Database, writer: Writer) -> Desk:
    """A desk where a comment was held and approved, three hours ago."""
    desk = Desk(database, writer, "desk", share=0.0)
    desk.send("dubious")
    desk.clock.advance(timedelta(minutes=10))
    desk.decide(APPROVAL, 0, 0)
    desk.clock.advance(3 * HOUR)
    return desk


def sum_all(desk: Desk, writer: Writer) -> int:
    sums, n = SumHours(db=desk.database, writer=writer, now=desk.clock), 0
    while sums.sum_one():
        n += 1
    return n


def kept(desk: Desk) -> list[str]:
    with desk.database.read() as db:
        return list(hours.kept(db, desk.site, desk.clock() - timedelta(days=2)).values())


def shown(desk: Desk) -> tuple[int, int, int]:
    told = ReadFigures(db=desk.database, now=desk.clock).dashboard(desk.site, "24h")
    return sum(each.closed for each in told.depths), told.all_waits.n, told.tally.n


def test_an_hour_is_summed_up_once_and_then_shown_as_it_was_kept(
    desk: Desk, writer: Writer
) -> None:
    assert sum_all(desk, writer) == len(kept(desk)) > 2
    assert sum_all(desk, writer) == 0
    assert shown(desk) == (1, 1, 2)

    with desk.database.write() as db:
        hour = floor(desk.clock() - 3 * HOUR, HOUR)
        hours.keep(db, desk.site, hour, '{"closed":7,"waited":8,"waits":[60]}', seen=0)

    assert shown(desk)[:2] == (7, 8)


def test_what_is_undone_is_not_shown_any_more_and_its_hour_is_summed_up_anew(
    desk: Desk, writer: Writer
) -> None:
    n = sum_all(desk, writer)

    desk.undo(0)

    assert len(kept(desk)) == n - 1
    assert shown(desk) == (0, 0, 3)
    assert sum_all(desk, writer) == 1
    assert shown(desk) == (0, 0, 3)


def test_sums_that_were_made_while_something_was_undone_are_not_kept(desk: Desk) -> None:
    hour = floor(desk.clock() - 2 * HOUR, HOUR)
    with desk.database.write() as db:
        hours.forget(db, desk.site, hour + timedelta(minutes=3))
        hours.keep(db, desk.site, hour, "{}", seen=0)
        assert hours.versions(db, desk.site, hour) == {hour: (1, False)}
        hours.keep(db, desk.site, hour, "{}", seen=1)
        assert hours.versions(db, desk.site, hour) == {hour: (1, True)}
        hours.forget(db, desk.site, hour)
        assert hours.versions(db, desk.site, hour) == {hour: (2, False)}


def test_an_hour_that_is_hardly_over_is_not_summed_up_yet(desk: Desk, writer: Writer) -> None:
    desk.clock.now = floor(desk.clock(), HOUR) + timedelta(minutes=20)
    sum_all(desk, writer)
    n = len(kept(desk))
    desk.clock.now = floor(desk.clock(), HOUR) + HOUR + timedelta(minutes=14)
    assert sum_all(desk, writer) == 0

    desk.clock.advance(timedelta(minutes=1))

    assert sum_all(desk, writer) == 1
    assert len(kept(desk)) == n + 1


def test_hours_older_than_all_that_is_shown_are_dropped_and_left(
    desk: Desk, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sum_hours, "SUMMED", timedelta(hours=5))
    monkeypatch.setattr(hours, "KEPT", timedelta(hours=7))
    sum_all(desk, writer)
    desk.clock.advance(timedelta(hours=20))
    sums = SumHours(db=desk.database, writer=writer, now=desk.clock)

    while sums():
        pass

    assert len(kept(desk)) == 5
    assert not sums.sum_one()


def test_the_first_decision_since_a_moment_is_found_at_any_length_of_the_log(
    database: Database, writer: Writer
) -> None:
    desk, times = Desk(database, writer, "log", share=0.0), []
    with database.read() as db:
        assert figures.first_since(db, "log", desk.clock()) == 1
    for _ in range(11):
        times.append(desk.clock())
        desk.send("goodly")
        desk.clock.advance(timedelta(minutes=7))
        with database.read() as db:
            found = [figures.first_since(db, "log", at) for at in times]
            assert found == list(range(1, len(times) + 1))
            assert figures.first_since(db, "log", desk.clock()) == len(times) + 1


def test_nobody_waited_less_than_no_time_where_a_clock_was_put_back(
    database: Database, writer: Writer
) -> None:
    desk = Desk(database, writer, "desk", share=0.0)
    desk.send("dubious")
    desk.clock.advance(-timedelta(seconds=5))
    desk.decide(APPROVAL, 0, 0)

    told = ReadFigures(db=desk.database, now=desk.clock).dashboard(desk.site, "24h")

    assert told.all_waits.middle == timedelta(0)
