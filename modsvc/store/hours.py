"""Hours that are over, summed up: kept until something that was done in one is undone."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from modsvc.core.figures import HOUR, floor
from modsvc.store.tables import hours, sites

# Longer than they are summed up for.
KEPT = timedelta(days=32)


def kept(db: Connection, site: str, since: datetime) -> dict[datetime, str]:
    """Give the sums of a site's hours from one on, as far as they are kept and true."""
    rows = db.execute(_KEPT, {"site": site, "since": since})
    return {row.hour: row.sums for row in rows}


def versions(db: Connection, site: str, since: datetime) -> dict[datetime, tuple[int, bool]]:
    """Give each hour's version from one on, and whether its sums are true."""
    rows = db.execute(_VERSIONS, {"site": site, "since": since})
    return {row.hour: (row.version, row.is_true) for row in rows}


def keep(db: Connection, site: str, hour: datetime, sums: str, *, seen: int) -> None:
    """Keep an hour's sums, unless they stopped being true while they were made.

    seen : its version before that, 0 where nothing was kept of it
    """
    row = {"site": site, "hour": hour, "version": seen, "sums": sums}
    db.execute(_KEEP[db.dialect.name], row)


def forget(db: Connection, site: str, at: datetime) -> None:
    """Let the sums of the hour of a moment be made anew, and none that are being made be kept."""
    row = {"site": site, "hour": floor(at, HOUR), "version": 1, "sums": None}
    db.execute(_FORGET[db.dialect.name], row)


def prune(db: Connection, *, before: datetime) -> int:
    """Drop what is older than anything that is shown, and say how much that was."""
    return db.execute(sa.delete(hours).where(hours.c.hour < before)).rowcount


def of_sites(db: Connection) -> list[str]:
    """Give the sites, to sum up the hours of each."""
    return list(db.execute(sa.select(sites.c.id).order_by(sites.c.id)).scalars())


_SINCE = sa.and_(hours.c.site == sa.bindparam("site"), hours.c.hour >= sa.bindparam("since"))
_KEPT = sa.select(hours.c.hour, hours.c.sums).where(_SINCE, hours.c.sums.is_not(None))
_VERSIONS = sa.select(
    hours.c.hour, hours.c.version, hours.c.sums.is_not(None).label("is_true")
).where(_SINCE)
_INSERTS: dict[str, sqlite.Insert | postgresql.Insert] = {
    "sqlite": sqlite.insert(hours),
    "postgresql": postgresql.insert(hours),
}
_KEY = [hours.c.site, hours.c.hour]
_KEEP: dict[str, sa.Executable] = {
    name: insert.on_conflict_do_update(
        index_elements=_KEY,
        set_={"sums": insert.excluded.sums},
        where=hours.c.version == insert.excluded.version,
    )
    for name, insert in _INSERTS.items()
}
_FORGET: dict[str, sa.Executable] = {
    name: insert.on_conflict_do_update(
        index_elements=_KEY, set_={"sums": None, "version": hours.c.version + 1}
    )
    for name, insert in _INSERTS.items()
}
