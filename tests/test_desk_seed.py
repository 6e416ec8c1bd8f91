"""The desk that a benchmark fills is one that screening could have left behind, copies included."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from benchmarks import desk_seed
from modsvc.core.filters import NOTHING, Asked
from modsvc.core.searching import read_query
from modsvc.store import queue, queue_keys, search
from modsvc.store.db import Database
from modsvc.store.tables import case_signals, cases, comments, likenesses

N, MADE = 25, 10
NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture
def empty(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture
def filled(empty: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    monkeypatch.setattr(desk_seed, "MADE", MADE)
    monkeypatch.setattr(desk_seed, "N_AUTHORS", 50)
    desk_seed.seed(empty.url.render_as_string(hide_password=False), N, now=NOW)
    return empty


def test_every_case_is_there_and_found_like_any_other(filled: Database) -> None:
    with filled.read() as db:
        asked = Asked(NOTHING, "oldest", 1, False)
        found = queue_keys.find(db, desk_seed.SITE, asked, limit=100, now=NOW)
        ids = [key.id for key in found.keys]
        lines = queue.lines(db, desk_seed.SITE, ids, NOW)
        query = read_query(f"no{MADE}")
        same = search.newest(db, desk_seed.SITE, query, limit=100)

    # Oldest first is by number, copies after what they were made of.
    assert ids == list(range(1, N + 1))
    assert [line.comment_id for line in lines] == [f"c-{n}" for n in ids]
    assert NOW - timedelta(days=10) <= lines[0].opened_at < lines[-1].opened_at <= NOW
    assert lines[MADE].body == lines[0].body
    assert sorted(same) == [MADE, 2 * MADE]


def test_copies_are_alike_to_none_but_copies_of_the_same(filled: Database) -> None:
    with filled.read() as db:
        bands = list(db.execute(sa.select(likenesses.c.band_0)).scalars())
        signals = sa.select(sa.func.count()).where(case_signals.c.case == 1)
        of_first = db.execute(signals).scalar_one()
        of_copy = db.execute(
            sa.select(sa.func.count()).where(case_signals.c.case == MADE + 1)
        ).scalar_one()

    assert len(set(bands)) == len(bands)
    assert of_copy == of_first > 0


def test_indexes_and_counters_are_as_before(filled: Database) -> None:
    with filled.read() as db:
        names = {index["name"] for index in sa.inspect(db).get_indexes("cases")}

    assert {index.name for index in cases.indexes} <= names
    # What comes next has a number of its own.
    with filled.write() as db:
        row = {"site": desk_seed.SITE, "id": "new", "article": "a-1", "author": "u-1"}
        row |= {"revision": 1, "position": N + 1, "received_at": NOW}
        key = db.execute(sa.insert(comments).values(**row)).inserted_primary_key[0]
    assert key == N + 1
