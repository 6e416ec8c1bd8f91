"""The writer: many writes in one commit, each answered after it, none at another's cost."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from modsvc.errors import NotFound, StoreBusy, StoreUnavailable
from modsvc.store import sites, writer
from modsvc.store.db import Database
from modsvc.store.writer import Writer
from tests.fakes import Clock

WAIT_S = 30  # Never reached unless something hangs.


@pytest.fixture
def made(database: Database) -> Iterator[Writer]:
    made = Writer(database)
    yield made
    made.close()


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(40) as pool:
        yield pool


def add(name: str) -> Callable[[Connection], str]:
    """A write that adds a site."""

    def write(db: Connection) -> str:
        sites.add_site(db, name, name, Clock().now)
        return name

    return write


def stored(database: Database) -> set[str]:
    with database.read() as db:
        return {site.id for site in sites.list_sites(db)}


@contextmanager
def held_up(made: Writer, pool: ThreadPoolExecutor) -> Iterator[Future[None]]:
    """Keep the writer busy with one write until the block ends."""
    begun, go_on = threading.Event(), threading.Event()

    def dawdle(_db: Connection) -> None:
        begun.set()
        assert go_on.wait(WAIT_S)

    dawdling = pool.submit(made.write, dawdle)
    assert begun.wait(WAIT_S)
    try:
        yield dawdling
    finally:
        go_on.set()


def queued(count: int, submitted: list[Future[str]], reached: threading.Semaphore) -> None:
    for _ in range(count):
        assert reached.acquire(timeout=WAIT_S)
    assert not any(future.done() for future in submitted)


class Counted(Writer):
    """Says when a write stands in the queue, so that tests need not sleep for it."""

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self.reached = threading.Semaphore(0)
        inner = self._waiting.put_nowait

        def put(item: Any) -> None:
            inner(item)
            self.reached.release()

        self._waiting.put_nowait = put  # type: ignore[method-assign]  # Watched, not replaced.


@pytest.fixture
def counted(database: Database) -> Iterator[Counted]:
    made = Counted(database)
    yield made
    made.close()


def counting_commits(database: Database) -> list[str]:
    commits: list[str] = []
    sa.event.listen(database.engine, "commit", lambda _connection: commits.append("commit"))
    return commits


def test_writes_that_wait_together_share_one_commit(
    database: Database, counted: Counted, pool: ThreadPoolExecutor
) -> None:
    names = {f"s-{n}" for n in range(20)}

    with held_up(counted, pool) as dawdling:
        commits = counting_commits(database)
        answers = [pool.submit(counted.write, add(name)) for name in sorted(names)]
        queued(21, answers, counted.reached)
    dawdling.result(WAIT_S)

    assert {answer.result(WAIT_S) for answer in answers} == names
    assert stored(database) >= names
    assert commits[:2] == ["commit", "commit"]  # The one that held them up, and one for all.
    assert len(commits) == 3  # The third is our own reading.


def test_a_write_is_answered_after_its_commit(database: Database, made: Writer) -> None:
    happened = counting_commits(database)

    made.write(add("early"))
    happened.append("answer")

    assert happened == ["commit", "answer"]


def test_what_cannot_be_committed_is_not_acknowledged(database: Database, made: Writer) -> None:
    def fail(_connection: Connection) -> None:
        raise sa.exc.OperationalError("COMMIT", None, Exception("disk full: secret words"))

    sa.event.listen(database.engine, "commit", fail)
    with pytest.raises(StoreUnavailable) as raised:
        made.write(add("unlucky"))
    sa.event.remove(database.engine, "commit", fail)

    assert "secret words" not in str(raised.value)
    assert "unlucky" not in stored(database)


def test_one_failing_write_does_not_sink_its_neighbours(
    database: Database, counted: Counted, pool: ThreadPoolExecutor
) -> None:
    def careless(db: Connection) -> str:
        add("half-done")(db)
        raise NotFound("no such thing")

    def broken(db: Connection) -> str:
        add("broken")(db)
        raise ZeroDivisionError

    with held_up(counted, pool):
        good = [pool.submit(counted.write, add(f"s-{n}")) for n in range(5)]
        missing = pool.submit(counted.write, careless)
        crash = pool.submit(counted.write, broken)
        good += [pool.submit(counted.write, add(f"s-{n}")) for n in range(5, 10)]
        queued(13, [*good, missing, crash], counted.reached)

    assert {answer.result(WAIT_S) for answer in good} == {f"s-{n}" for n in range(10)}
    with pytest.raises(NotFound):
        missing.result(WAIT_S)
    with pytest.raises(ZeroDivisionError):
        crash.result(WAIT_S)
    assert stored(database) >= {f"s-{n}" for n in range(10)}
    assert stored(database).isdisjoint({"half-done", "broken"})


def test_a_full_queue_refuses_at_once(
    database: Database, pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "MAX_WAITING", 2)
    made = Writer(database)

    with held_up(made, pool):
        answers = {pool.submit(made.write, add(f"s-{n}")) for n in range(5)}
        refused: set[Future[str]] = set()
        while len(refused) < 3:  # Those that found no place; the others wait for us.
            done, _ = wait(answers - refused, WAIT_S, return_when=FIRST_COMPLETED)
            assert done
            refused |= done

    for answer in refused:
        with pytest.raises(StoreBusy):
            answer.result(WAIT_S)
    accepted = {answer.result(WAIT_S) for answer in answers - refused}
    assert len(accepted) == 2
    assert stored(database) == {"gazette"} | accepted
    made.close()


def test_a_write_that_waits_too_long_is_taken_back(
    database: Database, made: Writer, pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    with held_up(made, pool) as dawdling:
        # Only from here on, so that what holds the others up keeps its own patience.
        monkeypatch.setattr(writer, "PATIENCE_S", 0.01)
        late = pool.submit(made.write, add("late"))
        with pytest.raises(StoreBusy):
            late.result(WAIT_S)
    dawdling.result(WAIT_S)

    monkeypatch.setattr(writer, "PATIENCE_S", WAIT_S)
    made.write(add("next"))
    assert stored(database) == {"gazette", "next"}


def test_closing_finishes_what_waits(
    database: Database, counted: Counted, pool: ThreadPoolExecutor
) -> None:
    with held_up(counted, pool):
        answers = [pool.submit(counted.write, add(f"s-{n}")) for n in range(5)]
        queued(6, answers, counted.reached)
        closing = pool.submit(counted.close)
    closing.result(WAIT_S)

    assert stored(database) == {"gazette", *(f"s-{n}" for n in range(5))}
    assert {answer.result(WAIT_S) for answer in answers} == {f"s-{n}" for n in range(5)}
    assert not any(thread.name == "writer" for thread in threading.enumerate())


def test_a_closed_writer_starts_again_when_it_is_asked(database: Database, made: Writer) -> None:
    made.write(add("first"))
    made.close()

    made.write(add("second"))

    assert stored(database) >= {"first", "second"}


def in_a_child(database: Database, do: Callable[[], object]) -> int:
    """Fork, do something in the child, and give the child's id."""
    child = os.fork()
    if child:
        return child
    status = 1  # Nothing may escape from here: a child must not go on as a second pytest.
    try:
        database.engine.dispose(close=False)  # The parent's connections are left to the parent.
        do()
        status = 0
    finally:
        os._exit(status)


def exit_status(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_a_forked_child_writes_for_itself(database: Database, made: Writer) -> None:
    made.write(add("before"))

    child = in_a_child(database, lambda: made.write(add("child")))
    assert exit_status(child) == 0
    made.write(add("after"))

    assert stored(database) == {"gazette", "before", "child", "after"}


# SQLite's own locks do not survive a fork in the middle of a transaction.
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_a_forked_child_leaves_its_parents_writes_alone(
    database: Database, counted: Counted, pool: ThreadPoolExecutor
) -> None:
    def by_whom(db: Connection) -> str:
        return add(f"by-{os.getpid()}")(db)

    with held_up(counted, pool):
        waiting = pool.submit(counted.write, by_whom)
        queued(2, [waiting], counted.reached)
        child = in_a_child(database, lambda: counted.write(add("child")))
    assert exit_status(child) == 0
    assert waiting.result(WAIT_S) == f"by-{os.getpid()}"

    assert stored(database) == {"gazette", "child", f"by-{os.getpid()}"}
