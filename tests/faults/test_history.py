"""The checker itself: it stays silent about a good store and names each planted fault."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from modsvc.errors import StoreError
from modsvc.store.db import Database
from modsvc.store.tables import case_signals, cases, comments, decisions, revisions, sites
from modsvc.store.writer import Write, Writer
from tests.calm import calm_policy
from tests.conftest import SITE, screening
from tests.factories import make_comment
from tests.fakes import Clock
from tests.faults.history import Fate, History, problems

MARKERS = ("goodly", "dubious", "dreadful")


class Hasty(Writer):
    """The planted bug: answers before the commit, and shrugs when that fails."""

    def _do(self, batch: list[Write]) -> None:
        with suppress(StoreError), self._db.write() as db:
            for write in batch:
                write.result.set_result(write.run(db))


class Repeating(Writer):
    """Another: a write that fails once is done again on top of what it did."""

    def _do(self, batch: list[Write]) -> None:
        for write in batch:
            with self._db.write() as db:
                write.run(db)
                db.execute(sa.update(comments).values(id=comments.c.id + "-again"))
                write.result.set_result(write.run(db))


@contextmanager
def every_third_commit_fails(database: Database) -> Iterator[None]:
    count = 0

    def fail(_connection: Connection) -> None:
        nonlocal count
        if threading.current_thread().name != "writer":  # What is only read has nothing to lose.
            return
        count += 1
        if count % 3 == 2:
            raise sa.exc.OperationalError("COMMIT", None, Exception("disk full"))

    sa.event.listen(database.engine, "commit", fail)
    try:
        yield
    finally:
        sa.event.remove(database.engine, "commit", fail)


def submit(database: Database, writer: Writer, ids: Iterator[str]) -> History:
    history = History()
    service = screening(database, writer, Clock(), policy=calm_policy())
    for at, comment_id in enumerate(ids):
        comment = make_comment(f"A {MARKERS[at % 3]} remark, number {at}.", id=comment_id)
        history.sent(comment.id, comment.body)
        try:
            outcome = service(SITE, comment)
        except StoreError:
            history.answered(comment.id, Fate.REFUSED)
        else:
            history.answered(comment.id, Fate.ACKNOWLEDGED, outcome.decision.action.word)
    writer.close()
    return history


def ids(count: int = 12) -> Iterator[str]:
    return (f"c-{n}" for n in range(count))


def test_the_writer_loses_nothing_when_commits_fail(database: Database) -> None:
    with every_third_commit_fails(database):
        history = submit(database, Writer(database), ids())

    with database.read() as db:
        assert problems(history, db, SITE) == {}
    assert history.counts[Fate.ACKNOWLEDGED] == 12  # Each that failed was tried once more.


def test_an_answer_before_the_commit_is_found_out(database: Database) -> None:
    with every_third_commit_fails(database):
        history = submit(database, Hasty(database), ids())

    with database.read() as db:
        assert problems(history, db, SITE).keys() == {"lost"}


def test_a_write_done_twice_is_found_out(database: Database) -> None:
    history = submit(database, Repeating(database), ids(1))

    with database.read() as db:
        assert problems(history, db, SITE).keys() == {"phantom", "changed"}


def drop_a_decision(db: Connection) -> None:
    db.execute(sa.delete(decisions).where(decisions.c.position == 2))


def drop_the_last_decision(db: Connection) -> None:
    db.execute(sa.delete(decisions).where(decisions.c.position == 6))


def double_a_decision(db: Connection) -> None:
    row = db.execute(sa.select(decisions).where(decisions.c.position == 6)).mappings().one()
    db.execute(sa.insert(decisions).values({**row, "position": 7, "prev_hash": row["hash"]}))


def soften_a_decision(db: Connection) -> None:
    db.execute(sa.update(decisions).where(decisions.c.position == 3).values(action="approve"))


def change_a_body(db: Connection) -> None:
    db.execute(sa.update(revisions).where(revisions.c.comment == 1).values(body="Something else."))


def lose_a_body(db: Connection) -> None:
    db.execute(sa.delete(revisions).where(revisions.c.comment == 1))


def lose_a_case(db: Connection) -> None:
    db.execute(sa.delete(case_signals))
    db.execute(sa.delete(cases))


def invent_a_case(db: Connection) -> None:
    db.execute(sa.update(cases).where(cases.c.comment == 2).values(comment=1))


def forget_the_head(db: Connection) -> None:
    db.execute(sa.update(sites).values(position=0, head_hash=""))


@pytest.mark.parametrize(
    ("plant", "kinds"),
    [
        (drop_a_decision, {"lost", "log", "cases"}),
        (drop_the_last_decision, {"lost", "log"}),
        (double_a_decision, {"doubled", "log"}),
        (soften_a_decision, {"lost", "log"}),
        (change_a_body, {"changed"}),
        (lose_a_body, {"changed"}),
        (lose_a_case, {"cases"}),
        (invent_a_case, {"cases"}),
        (forget_the_head, {"log"}),
    ],
)
def test_a_fault_in_the_store_is_named(
    sqlite_url: str, plant: Callable[[Connection], None], kinds: set[str]
) -> None:
    database = Database(sqlite_url)
    with database.write() as db:
        db.execute(sa.insert(sites).values(id=SITE, name="The Gazette", created_at=Clock().now))
    history = submit(database, Writer(database), ids(6))
    with database.write() as db:
        assert problems(history, db, SITE) == {}
        for verb in ("update", "delete"):
            db.exec_driver_sql(f"DROP TRIGGER decisions_no_{verb}")

        plant(db)

        assert problems(history, db, SITE).keys() == kinds
    database.close()


def test_an_unsent_comment_is_a_phantom_and_an_unanswered_one_is_not(database: Database) -> None:
    history = submit(database, Writer(database), ids(2))
    for comment_id in ("c-0", "c-1"):
        del history.actions[comment_id]
    history.unknown.add("c-1")

    with database.read() as db:
        assert problems(history, db, SITE) == {"phantom": {"c-0"}}
