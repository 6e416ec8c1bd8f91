"""What is asked about a page of cases or comments looks at these, however many a site has."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from modsvc.store import acts, context, handed, judged, queue, search, sites
from modsvc.store.db import Database
from tests.conftest import SITE

# Of more than a few SQLite may think that to read all of a site is less work.
MANY = list(range(1, 101))
NOW = datetime(2026, 1, 1, tzinfo=UTC)
ASKED: dict[str, Callable[[Connection], object]] = {
    "lines": lambda db: queue.lines(db, SITE, MANY, NOW),
    "states": lambda db: queue.states(db, SITE, MANY, NOW, 1),
    "changed": lambda db: queue.changed(db, MANY, 1),
    "closings": lambda db: queue.closings(db, SITE, MANY),
    "done": lambda db: handed.of_ids(db, MANY),
    "single": lambda db: acts.single_cases(db, MANY),
    "indexed": lambda db: search.keep(db, SITE, MANY),
    "alike": lambda db: context.of_keys(db, MANY, reader=1),
    "part of a history": lambda db: list(judged.between(db, SITE, 1, 100)),
    "today": lambda db: queue.today(db, SITE, NOW, most=100),
    "kept from": lambda db: queue.count_open(db, SITE, 1),
}


@pytest.fixture
def plans(sqlite_url: str) -> Iterator[Callable[[Callable[[Connection], object]], list[str]]]:
    """Tell by which ways a SQLite database would find what is asked."""
    database = Database(sqlite_url)
    with database.write() as db:
        sites.add_site(db, SITE, "The Gazette", NOW)
    steps: list[str] = []

    @sa.event.listens_for(database.engine, "before_cursor_execute")
    def explain(connection: Any, cursor: Any, statement: str, parameters: Any, *_: object) -> None:
        if statement.startswith("SELECT"):
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            steps.extend(row[3] for row in cursor.fetchall())

    def told(ask: Callable[[Connection], object]) -> list[str]:
        with database.read() as db:
            ask(db)
        return steps

    yield told
    database.close()


def reads_a_whole_site(step: str) -> bool:
    """Tell whether a step goes through all that a site has, or all that is open there."""
    table = step.split()[1]
    by_site_alone = step.endswith(("(site=?)", "(site=? AND closed_at=?)"))
    return table in {"cases", "comments", "acts", "act_cases"} and (
        by_site_alone or step.startswith("SCAN")
    )


@pytest.mark.parametrize("what", ASKED)
def test_no_more_than_what_is_asked_about_is_read(
    plans: Callable[[Callable[[Connection], object]], list[str]], what: str
) -> None:
    steps = plans(ASKED[what])

    assert steps
    assert [step for step in steps if reads_a_whole_site(step)] == []


def test_a_whole_site_would_be_seen(
    plans: Callable[[Callable[[Connection], object]], list[str]],
) -> None:
    every = sa.text(f"SELECT worst FROM cases WHERE site = '{SITE}'")

    assert any(map(reads_a_whole_site, plans(lambda db: db.execute(every).all())))
