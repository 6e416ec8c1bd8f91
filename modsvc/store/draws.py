"""What a release by range was drawn from, kept until nobody can go on with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from modsvc.store.tables import draws

KEPT = timedelta(days=30)


def keep(
    db: Connection, site: str, moderator: int, revisions: Mapping[int, int], now: datetime
) -> int:
    """Keep which cases there were, each with its comment's revision; give the draw's id."""
    row = {
        "site": site,
        "moderator": moderator,
        "cases": orjson.dumps(sorted(revisions.items())).decode(),
        "drawn_at": now,
    }
    draw: int = db.execute(_KEEP, row).scalar_one()
    return draw


def get(db: Connection, site: str, moderator: int, draw: int) -> dict[int, int]:
    """Give the cases that a moderator drew from, with their revisions; none where it is gone."""
    wanted = {"site": site, "moderator": moderator, "id": draw}
    text: str | None = db.execute(_GET, wanted).scalar_one_or_none()
    return dict(orjson.loads(text or "[]"))


def prune(db: Connection, *, before: datetime) -> int:
    """Drop what was drawn before a moment, and say how many there were."""
    return db.execute(sa.delete(draws).where(draws.c.drawn_at < before)).rowcount


_KEEP = sa.insert(draws).returning(draws.c.id)
_GET = sa.select(draws.c.cases).where(
    draws.c.id == sa.bindparam("id"),
    draws.c.site == sa.bindparam("site"),
    draws.c.moderator == sa.bindparam("moderator"),
)
