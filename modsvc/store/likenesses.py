"""What comments of the last days are found again by, when something like them is sent."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from modsvc.core.likeness import Likeness, similarity
from modsvc.store.tables import cases, likenesses
from modsvc.store.tables.base import Instant
from modsvc.store.tables.comments import BANDS

# Taken out in one go: a site's comments wait meanwhile.
PRUNED_TOGETHER = 500
# How much of their words two comments share that are shown as nearly the same.
LEAST_ALIKE = 0.5
MAX_NEAR = 500


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


def near(db: Connection, site: str, case_id: int) -> list[int]:
    """Give the keys of the newest comments that are nearly the same as a case's, itself among them.

    No more than MAX_NEAR for each of its bands are looked at.
    """
    where = {"site": site, "case_id": case_id}
    own = db.execute(_OWN, where).first()
    if own is None:
        return []
    if own.sketch is None:
        return [own.comment]
    bands = {band: getattr(own, band) for band in BANDS}
    rows = db.execute(_IN_A_BAND, {"site": site, **bands})
    return [row.comment for row in rows if similarity(own.sketch, row.sketch) >= LEAST_ALIKE]


def prune(db: Connection, before: datetime) -> int:
    """Drop some of the likenesses kept before a moment, and say how many."""
    return db.execute(_PRUNE, {"before": before, "most": PRUNED_TOGETHER}).rowcount


def in_a_band(most: int) -> sa.Subquery:
    """Select the newest comments that are equal to one in a band, up to `most` by each band.

    It binds `site` and every band's value by its name.
    """
    by_band = [
        sa.select(
            sa.select(likenesses.c.comment)
            .where(
                likenesses.c.site == sa.bindparam("site"),
                likenesses.c[band] == sa.bindparam(band, type_=sa.BigInteger),
            )
            .order_by(likenesses.c.comment.desc())
            .limit(most)
            .subquery()
            .c.comment
        )
        for band in BANDS
    ]
    return sa.union(*by_band).subquery()


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
_OWN = (
    sa.select(cases.c.comment, likenesses.c.sketch, *(likenesses.c[band] for band in BANDS))
    .join_from(cases, likenesses, likenesses.c.comment == cases.c.comment, isouter=True)
    .where(cases.c.site == sa.bindparam("site"), cases.c.id == sa.bindparam("case_id"))
)
_FOUND = in_a_band(MAX_NEAR)
_IN_A_BAND = sa.select(likenesses.c.comment, likenesses.c.sketch).join_from(
    _FOUND, likenesses, likenesses.c.comment == _FOUND.c.comment
)
