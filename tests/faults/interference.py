"""Breaks a database at a statement of the test's choosing, and tells what is stored."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from modsvc.store.db import Database
from modsvc.store.tables import case_signals, cases, metadata

# Stands in the driver's message, as a value from a row might; it must not reach anyone.
CANARY = "canary-8f41"


class Interference:
    """Raises at the n-th statement it sees, and at all later ones too if it is `lasting`.

    Every BEGIN, statement, savepoint and COMMIT counts as one; a ROLLBACK always works.
    """

    def __init__(self, database: Database, nth: int, *, lasting: bool) -> None:
        self._engine, self._nth, self._lasting = database.engine, nth, lasting
        self._seen = 0
        self.happened = False

    def __enter__(self) -> Interference:
        sa.event.listen(self._engine, "before_cursor_execute", self._at_statement)
        sa.event.listen(self._engine, "commit", self._at_commit)
        return self

    def __exit__(self, *_: object) -> None:
        sa.event.remove(self._engine, "before_cursor_execute", self._at_statement)
        sa.event.remove(self._engine, "commit", self._at_commit)

    def _at_statement(
        self, _connection: object, _cursor: object, statement: str, values: Any, *_: object
    ) -> None:
        # SQLAlchemy goes back to a savepoint by a statement; that works, as ROLLBACK does.
        if not statement.startswith("ROLLBACK"):
            self._count(statement, values)

    def _at_commit(self, _connection: object) -> None:
        self._count("COMMIT", None)

    def _count(self, statement: str, values: Any) -> None:
        self._seen += 1
        if self._seen == self._nth or (self._lasting and self._seen > self._nth):
            self.happened = True
            raise sa.exc.OperationalError(statement, values, OSError(f"disk error near {CANARY}"))


@contextmanager
def at_every_connection(database: Database, statement: str) -> Iterator[None]:
    """Say something to every connection as it is made; those that were open are closed."""

    def say(connection: Any, _record: object) -> None:
        connection.execute(statement)

    database.engine.dispose()
    sa.event.listen(database.engine, "connect", say)
    try:
        yield
    finally:
        sa.event.remove(database.engine, "connect", say)
        database.engine.dispose()


def rows(database: Database) -> dict[str, list[Any]]:
    """Give everything that is stored."""
    with database.read() as db:
        return {
            table.name: sorted(map(tuple, db.execute(sa.select(table))), key=repr)
            for table in metadata.sorted_tables
        }


def shape(database: Database) -> dict[str, int]:
    """Count what is stored, table by table, and the open cases by themselves: all can be found."""
    with database.read() as db:
        open_cases = sa.select(sa.func.count()).where(cases.c.closed_at.is_(None))
        n_open = db.execute(open_cases).scalar_one()
        found = sa.select(sa.func.count(sa.distinct(case_signals.c.case)))
        assert db.execute(found).scalar_one() == n_open
        return {
            table.name: db.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for table in metadata.sorted_tables
            if table is not case_signals
        } | {"open cases": n_open}


def growth(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    """Say by how much each count grew, where it did."""
    return {name: after[name] - count for name, count in before.items() if after[name] != count}
