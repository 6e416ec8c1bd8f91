"""Readers' reports: who says that a comment should not stand, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from modsvc.store.comments import Stored
from modsvc.store.tables import reports


@dataclass(frozen=True, slots=True)
class Report:
    """What a reader says of a comment; `reporter` is the site's id of the reader."""

    reporter: str
    reason: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """A report, of which revision it was, and when it came."""

    report: Report
    revision: int
    received_at: datetime


def add(db: Connection, site: str, stored: Stored, report: Report, now: datetime) -> bool:
    """Keep a report of a comment's newest revision; False if that reader reported it before."""
    row = {
        "site": site,
        "comment": stored.key,
        "revision": stored.revision,
        "reporter": report.reporter,
        "reason": report.reason,
        "text": report.text,
        "received_at": now,
    }
    return db.execute(_ADDS[db.dialect.name], row).scalar_one_or_none() is not None


def count(db: Connection, comment_key: int, revision: int) -> int:
    """Count the readers who reported a revision."""
    return int(db.execute(_COUNT, {"comment": comment_key, "revision": revision}).scalar_one())


def of_comment(db: Connection, comment_key: int, limit: int) -> list[Kept]:
    """Give the newest reports of a comment, newest first."""
    rows = db.execute(_NEWEST, {"comment": comment_key, "limit": limit})
    return [Kept(Report(*told), revision, at) for *told, revision, at in rows]


_ADDS = {
    name: insert(reports)
    .on_conflict_do_nothing(index_elements=["comment", "revision", "reporter"])
    .returning(reports.c.id)
    for name, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
_COUNT = sa.select(sa.func.count()).where(
    reports.c.comment == sa.bindparam("comment"), reports.c.revision == sa.bindparam("revision")
)
_NEWEST = (
    sa.select(
        reports.c.reporter,
        reports.c.reason,
        reports.c.text,
        reports.c.revision,
        reports.c.received_at,
    )
    .where(reports.c.comment == sa.bindparam("comment"))
    .order_by(reports.c.id.desc())
    .limit(sa.bindparam("limit"))
)
