"""What comments of the last days are found again by, when something like them is sent."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from modsvc.core.likeness import Likeness
from modsvc.store.tables import likenesses
from modsvc.store.tables.base import Instant
from modsvc.store.tables.comments import BANDS

# Taken out in one go: a site's comments wait meanwhile.
PRUNED_TOGETHER = 500


def keep(
    db: Connection,
    site: str,
    comment_key: int,
    like: Likeness | None,
    now: datetime,
    *,
    is_edit: bool,
) -> None:
    """Keep a comment's likeness, if it has one, in place of the one before if it was edited."""
    if is_edit:
        db.execute(_DROP, {"comment_key": comment_key})
    if like is None:
        return
    row = {"comment": comment_key, "site": site, "sketch": like.sketch, "received_at": now}
    db.execute(_KEEP, {**row, **dict(zip(BANDS, like.bands, strict=True))})


def prune(db: Connection, before: datetime) -> int:
    """Drop some of the likenesses kept before a moment, and say how many."""
    return db.execute(_PRUNE, {"before": before, "most": PRUNED_TOGETHER}).rowcount


_KEEP = sa.insert(likenesses)
_DROP = sa.delete(likenesses).where(likenesses.c.comment == sa.bindparam("comment_key"))
_PRUNE = sa.delete(likenesses).where(
    likenesses.c.comment.in_(
        sa.select(likenesses.c.comment)
        .where(likenesses.c.received_at < sa.bindparam("before", type_=Instant))
        .order_by(likenesses.c.received_at)
        .limit(sa.bindparam("most"))
    )
)
