"""What a durable write costs: the disk's floor, a transaction each, the one writer's batches."""

from __future__ import annotations

import os
import sqlite3
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from benchmarks import texts
from benchmarks.harness import Report, in_turn, percentile, ratio
from benchmarks.servers import patient_policy
from modsvc.core.comment import Article, Author, Comment
from modsvc.core.policy_document import read_policy
from modsvc.services.gather_facts import GatherFacts
from modsvc.services.policies import Policies
from modsvc.services.sampling import Sampling
from modsvc.services.screen_comment import ScreenComment
from modsvc.store import schema, sites
from modsvc.store.db import Database
from modsvc.store.tables import decisions
from modsvc.store.writer import Writer

PAGE = b"x" * 4096
SITE = "gazette"
CALLERS = (1, 8, 32)
# As modsvc's own connections have it.
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON")

Write = Callable[[int], object]


def run(*, quick: bool) -> Report:
    """Time each way of writing, in turn, and count what is stored in the end."""
    many = 200 if quick else 1_000
    report = Report("write", ["way of writing", "callers", "writes/s", "p50 ms", "p99 ms"])
    with tempfile.TemporaryDirectory(prefix="modsvc-bench-") as name:
        ways = Ways(Path(name))
        waits: dict[str, list[float]] = {}
        contenders = {
            name: partial(rate, write, callers, many, waits.setdefault(name, []))
            for name, callers, write in ways.all()
        }
        figures = in_turn(contenders)
        ways.check()
    callers_of = {name: callers for name, callers, _ in ways.all()}
    for name, rates in figures.items():
        p50, p99 = percentile(waits[name], 0.5) * 1e3, percentile(waits[name], 0.99) * 1e3
        report.add(name.partition(",")[0], callers_of[name], percentile(rates, 0.5), p50, p99)
    single = figures["sqlite3: one insert a transaction"]
    report.ratios = [
        ratio(
            "writer with 32 callers to one insert a transaction",
            figures["writer: one insert, 32"],
            single,
        ),
        ratio(
            "whole decisions, 32 callers to 1",
            figures["writer: a whole decision, 32"],
            figures["writer: a whole decision, 1"],
        ),
    ]
    report.notes = [f"all rows are there; {many} writes a round, on this disk (see the floor)"]
    return report


def rate(write: Write, callers: int, many: int, waits: list[float]) -> float:
    """Write `many` times from so many threads; give writes a second, and add each one's seconds."""

    def one(number: int) -> None:
        start = time.perf_counter()
        write(number)
        waits.append(time.perf_counter() - start)

    start = time.perf_counter()
    if callers == 1:
        for number in range(many):
            one(number)
    else:
        with ThreadPoolExecutor(callers) as pool:
            list(pool.map(one, range(many)))
    return many / (time.perf_counter() - start)


class Ways:
    """The ways of writing, each on a file of its own."""

    def __init__(self, folder: Path) -> None:
        self._bodies = texts.make(texts.MANY)
        self._written = {"sqlite3": count(), "writer": count(), "decisions": count()}
        self._file = os.open(folder / "floor", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
        self._plain = sqlite3.connect(folder / "plain.db", isolation_level=None)
        for pragma in PRAGMAS:
            self._plain.execute(f"PRAGMA {pragma}")
        self._plain.execute("CREATE TABLE t (body TEXT, at TEXT)")
        self._db = Database(f"sqlite:///{folder / 'ours.db'}")
        schema.migrate(self._db)
        with self._db.write() as db:
            sites.add_site(db, SITE, "The Gazette", datetime.now(UTC))
            db.exec_driver_sql("CREATE TABLE t (body TEXT, at TEXT)")
        self._writer = Writer(self._db)

        def now() -> datetime:
            return datetime.now(UTC)

        policy = read_policy(patient_policy(folder).read_text(encoding="utf-8"))
        self._service = ScreenComment(
            # Without a model nothing is scored: what is timed is the writing, and rules a little.
            scorer=None,
            policies=Policies(db=self._db, default=policy),
            gather=GatherFacts(db=self._db, now=now),
            sampling=Sampling(db=self._db),
            writer=self._writer,
            now=now,
        )

    def all(self) -> list[tuple[str, int, Write]]:
        """Give each way's name, its number of callers, and the write itself."""
        ways: list[tuple[str, int, Write]] = [
            ("file: append 4 KiB and fdatasync", 1, self._append),
            ("sqlite3: one insert a transaction", 1, self._insert_alone),
        ]
        ways += [(f"writer: one insert, {callers}", callers, self._insert) for callers in CALLERS]
        ways += [
            (f"writer: a whole decision, {callers}", callers, self._decide) for callers in CALLERS
        ]
        return ways

    def check(self) -> None:
        """See that everything that was written is there, and let go of all files."""
        expected = {name: next(counter) for name, counter in self._written.items()}
        with self._db.read() as db:
            found = {
                "sqlite3": self._plain.execute("SELECT count(*) FROM t").fetchone()[0],
                "writer": db.exec_driver_sql("SELECT count(*) FROM t").scalar_one(),
                "decisions": db.scalar(sa.select(sa.func.count()).select_from(decisions)),
            }
        self._writer.close()
        self._db.close()
        self._plain.close()
        os.close(self._file)
        if found != expected:
            raise AssertionError(f"written {expected}, found {found}")

    def _append(self, _number: int) -> None:
        os.write(self._file, PAGE)
        os.fdatasync(self._file)

    def _insert_alone(self, number: int) -> None:
        self._plain.execute("BEGIN IMMEDIATE")
        self._plain.execute("INSERT INTO t VALUES (?, ?)", self._row(number))
        self._plain.execute("COMMIT")
        next(self._written["sqlite3"])

    def _insert(self, number: int) -> None:
        row = self._row(number)

        def write(db: Connection) -> None:
            db.exec_driver_sql("INSERT INTO t VALUES (?, ?)", row)

        self._writer.write(write)
        next(self._written["writer"])

    def _decide(self, number: int) -> None:
        body = self._bodies[number % len(self._bodies)]
        comment_id = f"c-{next(self._written['decisions'])}"
        comment = Comment(
            comment_id, body, Article("a-1", title="An article"), Author(f"u-{number % 500}")
        )
        self._service(SITE, comment)

    def _row(self, number: int) -> tuple[str, str]:
        return self._bodies[number % len(self._bodies)], datetime.now(UTC).isoformat()
