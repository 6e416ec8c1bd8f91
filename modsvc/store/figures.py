"""What the dashboard is drawn from: cases that came and went, how long they waited, decisions.

Counts are read off an index, and of very many rows every so-manieth is fetched: whoever asks says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from modsvc.core.review import HELD
from modsvc.store.tables import cases, decisions, sites
from modsvc.store.tables.base import Instant

# Whoever counts overdue cases need not know of more.
MOST_COUNTED = 1_000


@dataclass(frozen=True, slots=True)
class Waited:
    """A held case that was closed."""

    opened_at: datetime
    due_at: datetime
    closed_at: datetime


@dataclass(frozen=True, slots=True)
class Taken:
    """A decision, as far as figures need it: codes with the actions they called for, and scores."""

    position: int
    action: str
    decided_by: str
    reasons: tuple[tuple[str, str], ...]
    scores: Mapping[str, float]
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """What is open: how many cases, how many of them late (MOST_COUNTED at most), and since when.

    `oldest` is None where none is open.
    """

    n_open: int
    n_late: int
    oldest: datetime | None


def waiting(db: Connection, site: str, now: datetime) -> Waiting:
    """Give what is open at this moment."""
    wanted = {"site": site, "now": now}
    return Waiting(
        db.execute(_OPEN, wanted).scalar_one(),
        db.execute(_LATE, wanted).scalar_one(),
        db.execute(_OLDEST, wanted).scalar_one_or_none(),
    )


def opened_by_hour(
    db: Connection, site: str, since: datetime, until: datetime
) -> dict[datetime, int]:
    """Give how many cases were opened in each hour; hours without any are left out."""
    return _by_hour(db, _OPENED, site, since, until)


def closed_by_hour(
    db: Connection, site: str, since: datetime, until: datetime
) -> dict[datetime, int]:
    """Give how many cases were closed in each hour, and are; hours without any are left out."""
    return _by_hour(db, _CLOSED, site, since, until)


def waited(
    db: Connection, site: str, since: datetime, until: datetime, *, every: int
) -> list[Waited]:
    """Give held cases that were closed in a stretch of time, or every so-manieth by their ids."""
    wanted = {"site": site, "since": since, "until": until, "every": every}
    return [Waited(*row) for row in db.execute(_WAITED, wanted)]


def begun(db: Connection, site: str) -> datetime | None:
    """Give when a site's first decision was taken; None where there is none."""
    wanted = {"site": site, "at_position": 1}
    return db.execute(_DECIDED_AT, wanted).scalar_one_or_none()


def first_since(db: Connection, site: str, since: datetime) -> int:
    """Give the position in the log of the first decision since a moment, or the next to be given.

    Times in the log hardly run backwards, so halving it finds the place without an index on them.
    It is halved at the same places however long the log has become: what was found once is found
    again, and the decisions of an hour end where those of the next begin.
    """
    last: int = db.execute(_LAST, {"site": site}).scalar_one()
    before, step = 0, 1 << max(0, last.bit_length() - 1)
    while step:
        place = before + step
        if place <= last:
            wanted = {"site": site, "at_position": place}
            if db.execute(_DECIDED_AT, wanted).scalar_one() < since:
                before = place
        step //= 2
    return before + 1


def taken(db: Connection, site: str, first: int, last: int, *, every: int) -> list[Taken]:
    """Give decisions from one position to another, or every so-manieth."""
    if last < first:
        return []
    wanted = {"site": site, "first": first, "last": last}
    # Asked for an order too, SQLite would go through all of the log for it.
    statement, more = (_ALL_TAKEN, {}) if every == 1 else (_TAKEN, {"every": every})
    return [
        Taken(
            row.position,
            row.action,
            row.decided_by,
            tuple((each["code"], each["action"]) for each in orjson.loads(row.reasons)),
            orjson.loads(row.scores),
            row.decided_at,
        )
        for row in db.execute(statement, {**wanted, **more})
    ]


def _by_hour(
    db: Connection, statement: Any, site: str, since: datetime, until: datetime
) -> dict[datetime, int]:
    rows = db.execute(statement, {"site": site, "since": since, "until": until})
    return {datetime.fromisoformat(f"{hour}:00").replace(tzinfo=UTC): count for hour, count in rows}


def _counted(moment: sa.Column[datetime]) -> sa.Select[Any]:
    # Both databases write a moment in UTC as text that begins with its day and hour.
    hour = sa.func.substr(sa.cast(moment, sa.Text), 1, 13)
    return (
        sa.select(hour, sa.func.count())
        .where(
            cases.c.site == sa.bindparam("site"),
            moment >= sa.bindparam("since"),
            moment < sa.bindparam("until"),
        )
        .group_by(hour)
    )


_SITE: sa.BindParameter[Any] = sa.bindparam("site")
_OPENED, _CLOSED = _counted(cases.c.opened_at), _counted(cases.c.closed_at)
_IS_OPEN = sa.and_(cases.c.site == _SITE, cases.c.closed_at.is_(None))
_OPEN = sa.select(sites.c.open_cases).where(sites.c.id == _SITE)
_LATE = sa.select(sa.func.count()).select_from(
    sa.select(cases.c.id)
    .where(_IS_OPEN, cases.c.due_at < sa.bindparam("now", type_=Instant))
    .limit(MOST_COUNTED)
    .subquery()
)
_OLDEST = (
    sa.select(cases.c.opened_at).where(_IS_OPEN).order_by(cases.c.opened_at, cases.c.id).limit(1)
)
_WAITED = (
    sa.select(cases.c.opened_at, cases.c.due_at, cases.c.closed_at)
    .where(
        cases.c.site == _SITE,
        cases.c.closed_at >= sa.bindparam("since"),
        cases.c.closed_at < sa.bindparam("until"),
        cases.c.id % sa.bindparam("every", type_=sa.Integer) == 0,
        cases.c.kind == HELD,
    )
    .order_by(cases.c.closed_at)
)
_LAST = sa.select(sites.c.position).where(sites.c.id == _SITE)
_DECIDED_AT = sa.select(decisions.c.decided_at).where(
    decisions.c.site == _SITE, decisions.c.position == sa.bindparam("at_position")
)
_places = sa.select(sa.cast(sa.bindparam("first"), sa.BigInteger).label("place")).cte(
    "places", recursive=True
)
_next = _places.c.place + sa.cast(sa.bindparam("every"), sa.BigInteger)
_places = _places.union_all(
    sa.select(_next).where(_next <= sa.cast(sa.bindparam("last"), sa.BigInteger))
)
_FACTS = (
    decisions.c.position,
    decisions.c.action,
    decisions.c.decided_by,
    decisions.c.reasons,
    decisions.c.scores,
    decisions.c.decided_at,
)
_ALL_TAKEN = sa.select(*_FACTS).where(
    decisions.c.site == _SITE,
    decisions.c.position.between(sa.bindparam("first"), sa.bindparam("last")),
)
_TAKEN = (
    sa.select(*_FACTS)
    .join_from(_places, decisions, decisions.c.position == _places.c.place)
    .where(decisions.c.site == _SITE)
)
