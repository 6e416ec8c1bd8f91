"""No figure is read by going through a table: each statement finds its rows by an index."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa

from modsvc.services.read_figures import ReadFigures
from modsvc.services.release_range import ReleaseRange
from modsvc.services.sum_hours import SumHours
from modsvc.store.db import Database
from modsvc.store.ranges import Range
from modsvc.store.writer import Writer
from tests.histories import Desk, history

# Of a walk through a whole table, as the databases say it; on PostgreSQL all such walks are
# made so dear that they are told only where there is no other way.
WALKS = {
    "sqlite": re.compile(r"SCAN (?!places|anon|\(|.*\bCONSTANT)(\w+)(?! USING)\b(?!.*USING)"),
    "postgresql": re.compile(r"Seq Scan on (\w+)"),
}
SMALL = {"sites", "moderators"}


def walked(database: Database, told: list[tuple[str, Any]]) -> set[str]:
    kind = "sqlite" if database.is_sqlite else "postgresql"
    found: set[str] = set()
    with database.read() as db:
        if not database.is_sqlite:
            db.exec_driver_sql("SET LOCAL enable_seqscan = off")
        for statement, values in told:
            explain = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"
            plan = db.exec_driver_sql(f"{explain} {statement}", values).all()
            for line in plan:
                found.update(WALKS[kind].findall(str(line[-1])))
    return found - SMALL


def test_a_walk_would_be_seen(database: Database) -> None:
    assert walked(database, [("SELECT count(*) FROM cases WHERE worst > 0.5", ())]) == {"cases"}


@pytest.mark.parametrize(
    "ask",
    [
        lambda figures, *_: figures.dashboard("desk", "30d"),
        lambda figures, *_: figures.quality("desk", "365d"),
        lambda *parts: parts[-1].sum_one(),
        lambda _, release, __: release.begin("desk", 1, Range("toxicity", 0.2, 0.4), 30),
        lambda _, release, __: release.begin(
            "desk", 1, Range("toxicity", 0.2, 0.4, "insult", "Town"), 30
        ),
        lambda _, release, __: release.sections("desk"),
    ],
)
def test_figures_and_ranges_are_read_by_indexes(
    database: Database, writer: Writer, ask: Callable[..., Any]
) -> None:
    desk = Desk(database, writer, "desk", share=0.9)
    desk.live(history(Random(3), 80))
    told: list[tuple[str, Any]] = []

    def note(_db: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        told.append((statement, values))

    sa.event.listen(database.engine, "before_cursor_execute", note)
    release = ReleaseRange(db=database, writer=writer, decide=desk.decider, now=desk.clock)
    sums = SumHours(db=database, writer=writer, now=desk.clock)
    ask(ReadFigures(db=database, now=desk.clock), release, sums)
    sa.event.remove(database.engine, "before_cursor_execute", note)

    asked = [
        (text, values) for text, values in told if text.lstrip().startswith(("SELECT", "WITH"))
    ]
    assert asked
    assert walked(database, asked) == set()
