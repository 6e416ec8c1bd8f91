"""What editors asked to be replayed: taken up, given up and dropped."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.engine import Connection

from modsvc.errors import NotFound
from modsvc.store import drafts, people
from modsvc.store.db import Database
from tests.conftest import SITE
from tests.fakes import Clock

NOW = Clock().now
LEASE = timedelta(minutes=1)


@pytest.fixture
def ada(database: Database) -> int:
    with database.write() as db:
        return people.add(db, "ada", NOW)


def ask(db: Connection, moderator: int) -> int:
    return drafts.ask(db, SITE, moderator, "text", 10, NOW)


def test_who_asks_once_more_is_told_what_became_of_the_first(database: Database, ada: int) -> None:
    with database.write() as db:
        first, second = ask(db, ada), ask(db, ada)
        taken = drafts.claim(db, NOW, LEASE)

        assert drafts.get(db, SITE, first).problem == drafts.NOT_WANTED
        assert taken is not None
        assert taken.id == second


def test_what_ends_its_processes_is_not_begun_for_ever(database: Database, ada: int) -> None:
    with database.write() as db:
        asked = ask(db, ada)
        for minutes in (0, 2, 4):
            assert drafts.claim(db, NOW + timedelta(minutes=minutes), LEASE) is not None

        assert drafts.claim(db, NOW + drafts.GIVEN_UP_AFTER, LEASE) is None
        assert drafts.get(db, SITE, asked).problem == drafts.NEVER_ENDED


def test_old_reports_are_dropped_and_what_runs_is_not(
    database: Database, ada: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafts, "REPLAYS_KEPT", 2)
    with database.write() as db:
        running = ask(db, ada)
        drafts.claim(db, NOW, LEASE)
        done = [ask(db, ada) for _ in range(4)]

        assert drafts.get(db, SITE, running).state == drafts.RUNNING
        assert [each.id for each in drafts.newest(db, SITE, 9)] == [*done[:1:-1], done[1], running]
        with pytest.raises(NotFound):
            drafts.get(db, SITE, done[0])
