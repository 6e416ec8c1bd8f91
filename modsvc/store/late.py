"""Approvals that are to be judged again: written with the decision, claimed by one process, done.

A claim lapses, so that a process that dies leaves nothing behind, and is known by the number of
the attempt: whoever comes back after its claim has lapsed finds that it is no longer its own. No
statement here waits for a row that another process has locked, so none can be part of a deadlock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from modsvc.store.tables import late_judgements


@dataclass(frozen=True, slots=True)
class Due:
    """A decision to judge again; `attempt` counts from 1 and tells this claim from any other."""

    site: str
    position: int
    comment_key: int
    attempt: int


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many decisions wait to be judged again, and how many were tried too often."""

    waiting: int
    given_up: int


def add(db: Connection, *, site: str, position: int, comment_key: int, now: datetime) -> None:
    """Ask for a decision to be judged again."""
    row = {"site": site, "position": position, "comment": comment_key, "created_at": now}
    db.execute(_ADD, row)


def any_free(db: Connection, now: datetime) -> bool:
    """Say whether there is anything to claim; to be asked first, since claiming writes."""
    return db.execute(_FREE.limit(1), {"now": now}).first() is not None


def claim(
    db: Connection, *, now: datetime, lease: timedelta, limit: int, attempts: int
) -> tuple[list[Due], list[Due]]:
    """Claim up to `limit` decisions, and give up those that were tried `attempts` times.

    The oldest come first. All wait equally long then; newest first would leave the oldest
    unjudged for as long as more come in than can be judged.

    Returns
    -------
    tuple
        What was claimed, and what was given up.
    """
    found = [
        Due(row.site, row.position, row.comment, row.attempts)
        for row in db.execute(_CLAIMABLE, {"now": now, "limit": limit})
    ]
    spent = [each for each in found if each.attempt >= attempts]
    claimed = [
        Due(each.site, each.position, each.comment_key, each.attempt + 1)
        for each in found
        if each.attempt < attempts
    ]
    if spent:
        db.execute(sa.update(_T).where(_these(spent)).values(given_up_at=now, claimed_until=None))
    if claimed:
        facts = {"attempts": _T.c.attempts + 1, "claimed_until": now + lease}
        db.execute(sa.update(_T).where(_these(claimed)).values(facts))
    return claimed, spent


def finish(db: Connection, site: str, claimed: Sequence[Due]) -> list[Due]:
    """Take those off the list that are still this claim's, and give them.

    What is not among them was taken over by another process, or erased: it is not ours to decide.
    """
    attempts = {each.position: each for each in claimed}
    rows = db.execute(_HELD, {"site": site, "positions": list(attempts)})
    ours = [
        attempts[row.position] for row in rows if attempts[row.position].attempt == row.attempts
    ]
    if ours:
        db.execute(sa.delete(_T).where(_these(ours)))
    return ours


def backlog(db: Connection, *, up_to: int) -> Backlog:
    """Count what waits and what was given up, each no further than `up_to`."""
    return Backlog(_count(db, _WAITS, up_to), _count(db, sa.not_(_WAITS), up_to))


def try_again(db: Connection) -> int:
    """Let all that was given up be tried again from the beginning, and say how much that is."""
    return db.execute(
        sa.update(_T).where(sa.not_(_WAITS)).values(given_up_at=None, attempts=0)
    ).rowcount


def _these(some: Sequence[Due]) -> sa.ColumnElement[bool]:
    return sa.tuple_(_T.c.site, _T.c.position).in_([(each.site, each.position) for each in some])


def _count(db: Connection, which: Any, up_to: int) -> int:
    some = sa.select(_T.c.position).where(which).limit(up_to)
    return db.execute(sa.select(sa.func.count()).select_from(some.subquery())).scalar_one()


_T = late_judgements
_WAITS = _T.c.given_up_at.is_(None)
_ADD = sa.insert(_T)
_FREE = (
    sa.select(_T.c.site, _T.c.position, _T.c.comment, _T.c.attempts)
    .where(
        _WAITS,
        sa.or_(_T.c.claimed_until.is_(None), _T.c.claimed_until <= sa.bindparam("now")),
    )
    .order_by(_T.c.created_at, _T.c.site, _T.c.position)  # The partial index, in its order.
)
# PostgreSQL; SQLite has one writer anyway.
_CLAIMABLE = _FREE.limit(sa.bindparam("limit")).with_for_update(skip_locked=True)
_HELD = (
    sa.select(_T.c.position, _T.c.attempts)
    .where(
        _T.c.site == sa.bindparam("site"),
        _T.c.position.in_(sa.bindparam("positions", expanding=True)),
    )
    .order_by(_T.c.position)
    .with_for_update(skip_locked=True)
)
