from __future__ import annotations

from datetime import timedelta

import pytest

from modsvc.store import log_ins, people
from modsvc.store.db import Database
from tests.fakes import Clock

NOW = Clock().now
DAY = timedelta(days=1)


@pytest.fixture
def ada(database: Database) -> int:
    with database.write() as db:
        return people.add(db, "ada", NOW)


def test_a_link_works_once(database: Database, ada: int) -> None:
    with database.write() as db:
        token = log_ins.make_link(db, ada, NOW + DAY)
        assert log_ins.use_link(db, token, NOW) == ada
        assert log_ins.use_link(db, token, NOW) is None


def test_a_link_that_has_expired_does_not_work(database: Database, ada: int) -> None:
    with database.write() as db:
        token = log_ins.make_link(db, ada, NOW + DAY)
        assert log_ins.use_link(db, token, NOW + DAY) is None


def test_a_new_link_ends_the_one_before(database: Database, ada: int) -> None:
    with database.write() as db:
        old = log_ins.make_link(db, ada, NOW + DAY)
        log_ins.make_link(db, ada, NOW + DAY)
        assert log_ins.use_link(db, old, NOW) is None


@pytest.mark.parametrize(
    ("created", "seen", "good"),
    [(0, 0, True), (1, 0, True), (0, 9, False), (8 * 24, 0, False)],
)
def test_a_session_ends_when_idle_or_old(
    database: Database, ada: int, created: int, seen: int, good: bool
) -> None:
    with database.write() as db:
        token = log_ins.start_session(db, ada, NOW)
        now = NOW + timedelta(hours=created)
        log_ins.touch_session(db, token, ada, now)
        now += timedelta(hours=seen)
        found = log_ins.find_session(
            db, token, now, idle=timedelta(hours=8), longest=timedelta(days=7)
        )

    assert (found is not None) == good


def test_failures_are_counted_per_name_and_forgotten_on_success(database: Database) -> None:
    with database.write() as db:
        for minutes in (0, 5, 20):
            log_ins.note_failure(db, "ada", NOW + timedelta(minutes=minutes))
        log_ins.note_failure(db, "ben", NOW)
        assert log_ins.failures(db, "ada", NOW + timedelta(minutes=1))[0] == 2
        log_ins.forget_failures(db, "ada", before=NOW - DAY)
        assert log_ins.failures(db, "ada", NOW - DAY)[0] == 0
        assert log_ins.failures(db, "ben", NOW - DAY)[0] == 1


def test_tokens_are_not_kept(database: Database, ada: int) -> None:
    with database.write() as db:
        tokens = [log_ins.start_session(db, ada, NOW), log_ins.make_link(db, ada, NOW + DAY)]
    with database.read() as db:
        rows = [
            db.exec_driver_sql(f"SELECT * FROM {t}").all() for t in ("sessions", "log_in_links")
        ]

    assert not any(token in str(rows) for token in tokens)
