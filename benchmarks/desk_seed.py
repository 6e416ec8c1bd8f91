"""A desk with much work on it: a site with as many open cases as are asked for, and its people.

    python -m benchmarks.desk_seed sqlite:////tmp/desk.db 1000000

The rows are those that screening leaves behind, but for the hashes of the log, which nothing that
is measured here looks at. The same number gives the same rows. Many are copies of the first: later,
of other ids, and alike to nothing but what they are alike to.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import orjson
import sqlalchemy as sa

from modsvc.core.decision import Action, Reason
from modsvc.core.labels import LABELS
from modsvc.core.likeness import likeness
from modsvc.core.searching import words
from modsvc.core.signals import Signal, Span
from modsvc.store import log_ins, people, schema, sites
from modsvc.store.db import Database
from modsvc.store.decisions import encode_reasons
from modsvc.store.search import INDEX, mark
from modsvc.store.tables import (
    articles,
    authors,
    case_signals,
    cases,
    comments,
    decisions,
    likenesses,
    revisions,
    search_marks,
    search_texts,
)
from modsvc.store.tables import sites as sites_table
from modsvc.store.tables.comments import BANDS

SITE = "gazette"
TOGETHER = 10_000
# So many are made one by one; more of them are copies, which databases make far quicker.
MADE = 20_000
SPREAD = timedelta(days=10)
COPIED = (comments, revisions, likenesses, decisions, cases, case_signals, search_texts)
# What names a case in each table: case n is of comment n and of the log's position n.
KEYS = {
    "comments": "key", "revisions": "comment", "likenesses": "comment", "decisions": "position",
    "cases": "id", "case_signals": "case", "search_texts": "comment",
}  # fmt: skip
MOVED = {*KEYS.values(), "about", *BANDS}
N_ARTICLES, N_AUTHORS = 400, 20_000
# How many of the cases are here for each reason, of a thousand.
RULES = {"links.too_many": 80, "shouting": 30, "author.new": 150, "text.zalgo": 1}
TEXT = """
    the council votes again on bridge money and nobody asked us what a river is for when they built
    it here last winter with that much noise every night my neighbour wrote a letter to say so but
    who reads letters now flapdoodle all of it
"""
WORDS = TEXT.split()


def seed(url: str, n: int, *, now: datetime | None = None, indexed: bool = True) -> None:
    """Make a migrated database hold a site with `n` open cases, the newest held at `now`."""
    database, moment = Database(url), now or datetime.now(UTC)
    schema.migrate(database)
    made = min(n, MADE)
    engine = _unbounded(database)
    with engine.connect() as db:
        sites.add_site(db, SITE, "The Gazette", moment)
        _told(db, moment)
        first_end = moment - SPREAD * ((n - made) / max(n, 1))
        for start in range(0, made, TOGETHER):
            end = min(made, start + TOGETHER)
            _fill(db, start, end, made, first_end, SPREAD * (made / max(n, 1)), indexed=indexed)
        if n > made:
            _copy(db, made, n, indexed=indexed)
        facts = {"position": n, "open_cases": n, "head_hash": "0" * 64}
        db.execute(sa.update(sites_table).values(**facts))
        db.execute(sa.insert(search_marks), {"site": SITE, "position": n})
        if database.is_sqlite and indexed:
            db.exec_driver_sql(f"INSERT INTO {INDEX} ({INDEX}) VALUES ('optimize')")  # noqa: S608  A constant's name.
        if database.is_sqlite:
            db.commit()
            db.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            for table, column in (("comments", "key"), ("cases", "id")):
                db.exec_driver_sql(
                    f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'), {n})"
                )
            db.commit()
    if not database.is_sqlite:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
            db.exec_driver_sql("VACUUM ANALYZE")
            db.exec_driver_sql("CHECKPOINT")
    engine.dispose()
    database.close()


def link(url: str, name: str, role: str = "moderator") -> str:
    """Add somebody who works there, and give the path of a link that lets them in."""
    database, now = Database(url), datetime.now(UTC)
    with database.write() as db:
        who = people.add(db, name, now)
        people.join_site(db, who, SITE, role)
        token = log_ins.make_link(db, who, now + timedelta(hours=1))
    database.close()
    return f"/log-in/link/{token}"


def _unbounded(database: Database) -> sa.Engine:
    """Open the database for what may take minutes, and is made anew where it did not end."""
    engine = sa.create_engine(database.url)
    if database.is_sqlite:

        @sa.event.listens_for(engine, "connect")
        def prepare(connection: Any, _record: object) -> None:
            for pragma in ("synchronous=OFF", "cache_size=-500000", "temp_store=MEMORY"):
                connection.execute(f"PRAGMA {pragma}")

    return engine


def _copy(db: sa.Connection, made: int, n: int, *, indexed: bool) -> None:
    """Copy the first `made` cases until there are `n`. Indexes are taken away and made anew."""
    is_sqlite = db.dialect.name == "sqlite"
    tables = [table for table in COPIED if indexed or table is not search_texts]
    indexes = [index for table in tables for index in table.indexes]
    for index in indexes:
        index.drop(db)
    if is_sqlite:
        # Of all that an index of words has, it is told at the end and at once.
        name = "search_texts_added"
        trigger = sa.text("SELECT sql FROM sqlite_master WHERE name = :name")
        again = db.execute(trigger, {"name": name}).scalar_one()
        db.exec_driver_sql(f"DROP TRIGGER {name}")
    for start in range(made, n, made):
        later = SPREAD * (start / n)
        for table in tables:
            key = table.c[KEYS[table.name]]
            columns = [_later(column, start, later, is_sqlite) for column in table.c]
            copied = sa.select(*columns).where(key <= min(made, n - start))
            db.execute(sa.insert(table).from_select([c.name for c in table.c], copied))
        db.commit()
    for index in indexes:
        index.create(db)
    if is_sqlite:
        db.exec_driver_sql(again)
        if indexed:
            db.exec_driver_sql(f"INSERT INTO {INDEX} ({INDEX}) VALUES ('rebuild')")  # noqa: S608  A constant's name.
    db.commit()


def _later(
    column: sa.Column[Any], by: int, later: timedelta, is_sqlite: bool
) -> sa.ColumnElement[Any]:
    if column is comments.c.id:
        return sa.literal_column(f"'c-' || (key + {by})")
    if column.name in MOVED:
        return column + by
    if not column.name.endswith("_at"):
        return column
    if is_sqlite:
        moved = sa.func.strftime("%Y-%m-%d %H:%M:%f000", column, f"{later.total_seconds()} seconds")
        return sa.type_coerce(moved, column.type)
    return column + sa.literal(later, sa.Interval())


def _told(db: sa.Connection, now: datetime) -> None:
    blank = {"url": "", "section": "Town", "body": "", "updated_at": now}
    rows = [
        {"site": SITE, "id": f"a-{n}", "title": f"The council votes, part {n}", **blank}
        for n in range(N_ARTICLES)
    ]
    db.execute(sa.insert(articles), rows)
    names = [
        {"site": SITE, "id": f"u-{n}", "name": f"reader {n}", "first_seen_at": now}
        for n in range(N_AUTHORS)
    ]
    db.execute(sa.insert(authors), names)


def _fill(
    db: sa.Connection,
    start: int,
    end: int,
    n: int,
    now: datetime,
    spread: timedelta,
    *,
    indexed: bool,
) -> None:
    rows = list(_rows(start, end, n, now, spread))
    for table in (comments, revisions, likenesses, decisions, cases):
        db.execute(sa.insert(table), [row[table.name] for row in rows if table.name in row])
    db.execute(sa.insert(case_signals), [signal for row in rows for signal in row["signals"]])
    if indexed:
        db.execute(sa.insert(search_texts), [row["search_texts"] for row in rows])
    db.commit()


def _rows(
    start: int, end: int, n: int, now: datetime, spread: timedelta
) -> Iterator[Mapping[str, Any]]:
    for key in range(start + 1, end + 1):
        chance = Random(key)  # noqa: S311  The same number gives the same rows.
        # Oldest first.
        opened = now - spread * ((n - key) / max(n, 1))
        body = " ".join(chance.choices(WORDS, k=chance.randint(8, 60))) + f" no{key}"
        scores = {label: round(chance.betavariate(1, 6), 4) for label in LABELS}
        strengths = {label: s for label, s in scores.items() if s > 0.3} or {"toxicity": 0.1}
        for code, of_1000 in RULES.items():
            if chance.random() < of_1000 / 1_000:
                strengths[code] = 1.0
        worst = max(s for code, s in strengths.items() if code in scores or s < 1)
        language = chance.choices(("en", "he", "ar", None), (90, 5, 1, 4))[0]
        yield _row(key, body, opened, scores, strengths, worst, language, chance)


def _row(
    key: int,
    body: str,
    opened: datetime,
    scores: Mapping[str, float],
    strengths: Mapping[str, float],
    worst: float,
    language: str | None,
    chance: Random,
) -> Mapping[str, Any]:
    found = {
        "spans": (Span(4, 12),),
        "detail": {"count": 3, "allowed": 2, "days": 1, "approved": 0},
    }
    reasons = [Reason(Signal(code, s, **found), Action.HOLD) for code, s in strengths.items()]
    due = opened + timedelta(hours=1) * (1 - worst)
    signals = [
        {"case": key, "site": SITE, "code": code, "strength": s, "is_reason": code in strengths}
        for code, s in {**scores, **strengths}.items()
    ]
    like = likeness(body)
    where = {
        "article": f"a-{chance.randrange(N_ARTICLES)}",
        "author": f"u-{chance.randrange(N_AUTHORS)}",
    }
    row: dict[str, Any] = {
        "comments": {
            "key": key, "site": SITE, "id": f"c-{key}", **where, "revision": 1, "position": key,
            "received_at": opened, "action": "hold",
        },
        "revisions": {
            "comment": key, "revision": 1, "body": body, "salt": b"salt", "language": language,
            "received_at": opened,
        },
        "decisions": {
            "site": SITE, "position": key, "comment": key, "revision": 1, "action": "hold",
            "reasons": encode_reasons(reasons), "scores": orjson.dumps(scores).decode(),
            "decided_by": "policy", "policy_version": "1", "model_version": "linear",
            "decided_at": opened, "body_digest": "", "prev_hash": "", "hash": "",
            "facts": orjson.dumps({"language": language}).decode() if language else None,
        },
        "cases": {
            "id": key, "site": SITE, "comment": key, "revision": 1, "kind": "held", "about": key,
            "opened_at": opened, "due_at": due, "worst": worst, "language": language,
        },
        "signals": signals,
        "search_texts": {
            "comment": key, "site": SITE, "revision": 1,
            "text": " ".join((mark(SITE), *words(body))),
        },
    }  # fmt: skip
    if like is not None:
        bands = dict(zip(BANDS, like.bands, strict=True))
        row["likenesses"] = {
            "comment": key, "site": SITE, "sketch": like.sketch, "received_at": opened, **bands,
        }  # fmt: skip
    return row


if __name__ == "__main__":
    begun = time.perf_counter()
    seed(sys.argv[1], int(sys.argv[2]))
    print(f"{int(sys.argv[2]):,} open cases in {time.perf_counter() - begun:.0f} s")
    for name, role in (("Dana", "moderator"), ("Lee", "lead")):
        print(f"{name}: {link(sys.argv[1], name, role)}")
