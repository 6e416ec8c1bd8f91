"""What stands around a comment: its thread, what else its author wrote, and what is like it.

Each question reads a bounded number of rows by an index, however much was ever said. How each
comment stands, and since when, is as its `reader` may know it (`store.standing`): none of these
tells why one waits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from modsvc.core.comment import UNTOLD, Parent
from modsvc.core.decision import STATUS, Action, Reason
from modsvc.core.facts import RECORD
from modsvc.core.likeness import similarity
from modsvc.store import claims, standing
from modsvc.store.decisions import decode_reasons
from modsvc.store.joins import AUTHOR, TEXT
from modsvc.store.likenesses import in_a_band
from modsvc.store.tables import authors, cases, comments, decisions, likenesses, revisions
from modsvc.store.tables.comments import BANDS

# How many rejected comments say what an author was rejected for, and how many may be alike by each
# way of finding them.
REJECTIONS_READ = 50
ALIKE_READ = 50
# Ids are a site's own, so another site's comments may seem to answer the same one.
ANSWERS_READ = 200
LATEST, CHAIN, SIBLINGS, REPLIES = 5, 3, 2, 5


@dataclass(frozen=True, slots=True)
class Said:
    """A comment beside the one under review. Of one that only others tell of, `key` is None.

    `case_id` is of its newest case, if it ever had one, which `at` then is of too, and `reasons`
    are what the policy last said of it.
    """

    key: int | None
    id: str
    author: str
    author_name: str
    body: str
    at: datetime | None
    status: str
    case_id: int | None = None
    reasons: tuple[Reason, ...] = ()
    parent: Parent | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """What became of an author's newest comments, up to RECORD, without the one under review.

    `rejected_for` counts, of the newest of those rejected, the codes of what they were rejected
    for. `seen_at` is when the site first told of the author.
    """

    statuses: Mapping[str, int]
    rejected_for: Mapping[str, int]
    seen_at: datetime | None

    @property
    def total(self) -> int:
        """How many comments are counted."""
        return sum(self.statuses.values())


@dataclass(frozen=True, slots=True)
class Alike:
    """A comment nearly the same; `open_case` is its case where that may be decided as well."""

    said: Said
    similarity: float
    open_case: int | None = None
    revision: int = 1


def newest_case(db: Connection, comment_key: int, *, reader: int) -> int | None:
    """Give the newest case of a comment that its reader may know of."""
    return db.execute(_NEWEST_CASE, {"key": comment_key, "reader": reader}).scalar_one_or_none()


def latest_of(db: Connection, site: str, author: str, *, but: int, reader: int) -> list[Said]:
    """Give an author's newest comments but one, newest first; of nobody in particular none."""
    if author == UNTOLD:
        return []
    wanted = {"site": site, "author": author, "but": but, "reader": reader}
    return _all(db.execute(LATEST_OF, wanted))


def record_of(db: Connection, site: str, author: str, *, but: int, reader: int) -> Record | None:
    """Give what became of an author's other comments; None of nobody in particular."""
    if author == UNTOLD:
        return None
    wanted = {"site": site, "author": author, "but": but, "reader": reader}
    statuses = {
        STATUS[Action[row.stands.upper()]]: row.n for row in db.execute(COUNTS, wanted) if row.n
    }
    codes: Counter[str] = Counter()
    for row in db.execute(REJECTED_OF, wanted):
        codes.update(
            reason.signal.code
            for reason in decode_reasons(row.reasons)
            if reason.action is Action.REJECT
        )
    seen_at = db.execute(_SEEN, {"site": site, "author": author}).scalar_one_or_none()
    return Record(statuses, dict(codes.most_common()), seen_at)


def answered(db: Connection, site: str, parent: Parent | None, *, reader: int) -> list[Said]:
    """Give what a comment answers, what that answers and so on, nearest first; CHAIN at most."""
    chain: list[Said] = []
    while parent is not None and len(chain) < CHAIN:
        if any(said.id == parent.id for said in chain):
            break  # The site says of comments that they answer each other.
        found = db.execute(BY_ID, {"site": site, "id": parent.id, "reader": reader}).first()
        if found is None:
            chain.append(Said(None, parent.id, "", "", parent.body, None, ""))
            break
        said = _said(found)
        # What the answer quotes is what its author read.
        chain.append(replace(said, body=parent.body or said.body))
        parent = said.parent
    return chain


def answers(
    db: Connection, site: str, comment_id: str, *, but: int, limit: int, reader: int
) -> list[Said]:
    """Give what was answered to a comment, but for one, newest first."""
    wanted = {
        "site": site,
        "parent_id": comment_id,
        "but": but,
        "limit": limit,
        "reader": reader,
    }
    return _all(db.execute(ANSWERS, wanted))


def before(
    db: Connection, site: str, article: str, received_at: datetime, *, but: int, reader: int
) -> list[Said]:
    """Give the comments that stand before one under the same article, newest first."""
    wanted = {
        "site": site,
        "article": article,
        "received_at": received_at,
        "but": but,
        "reader": reader,
    }
    return _all(db.execute(BEFORE, wanted))


def alike(
    db: Connection,
    site: str,
    key: int,
    *,
    least: float,
    moderator: int,
    is_lead: bool,
    now: datetime,
) -> list[Alike]:
    """Give the newest comments that are nearly the same as one, the likest first.

    Parameters
    ----------
    least
        How alike they are at least, in [0, 1].
    """
    own = db.execute(_OWN, {"site": site, "key": key}).first()
    if own is None:
        return []
    bands = {band: getattr(own, band) for band in BANDS}
    near = {
        row.comment: share
        for row in db.execute(NEAR, {"site": site, "key": key, **bands})
        if (share := similarity(own.sketch, row.sketch)) >= least
    }
    keys = sorted(near, reverse=True)[:ALIKE_READ]
    if not keys:
        return []
    open_ones = {
        row.comment: (row.id, row.revision)
        for row in db.execute(
            _OPEN.where(claims.free(moderator, now), claims.for_me(moderator, is_lead)),
            {"keys": keys},
        )
    }
    found = [
        Alike(said, near[said.key], *open_ones.get(said.key, ()))
        for said in of_keys(db, keys, reader=moderator)
        if said.key is not None
    ]
    return sorted(found, key=lambda each: -each.similarity)


def of_keys(db: Connection, keys: Collection[int], *, reader: int) -> list[Said]:
    """Give comments of one site by their keys."""
    return _all(db.execute(_OF_KEYS, {"keys": list(keys), "reader": reader}))


def _all(rows: sa.CursorResult[Any]) -> list[Said]:
    return [_said(row) for row in rows]


def _said(row: Any) -> Said:
    return Said(
        row.key,
        row.id,
        row.author,
        row.name or "",
        row.body,
        row.at,
        STATUS[Action[row.stands.upper()]],
        row.case_id,
        decode_reasons(row.reasons) if row.reasons else (),
        Parent(row.parent_id, row.parent_body or "") if row.parent_id else None,
    )


def _select() -> sa.Select[Any]:
    return (
        sa.select(
            comments.c.key,
            comments.c.id,
            comments.c.author,
            authors.c.name,
            revisions.c.body,
            standing.moment().label("at"),
            standing.action().label("stands"),
            standing.newest_case().label("case_id"),
            standing.reasons().label("reasons"),
            revisions.c.parent_id,
            revisions.c.parent_body,
        )
        .join_from(comments, revisions, TEXT)
        .join(authors, AUTHOR, isouter=True)
    )


def _newest_of_author() -> sa.Subquery:
    return (
        sa.select(
            comments.c.key,
            comments.c.action,
            comments.c.position,
            standing.action().label("stands"),
        )
        .where(
            comments.c.site == sa.bindparam("site"),
            comments.c.author == sa.bindparam("author"),
            comments.c.key != sa.bindparam("but"),
        )
        .order_by(comments.c.received_at.desc())
        .limit(RECORD)
        .subquery()
    )


def _counts() -> sa.Select[Any]:
    newest = _newest_of_author()
    return sa.select(newest.c.stands, sa.func.count().label("n")).group_by(newest.c.stands)


def _rejected() -> sa.Select[Any]:
    newest = _newest_of_author()
    return (
        sa.select(decisions.c.reasons)
        .join_from(
            newest,
            decisions,
            sa.and_(
                decisions.c.site == sa.bindparam("site"),
                decisions.c.position == newest.c.position,
            ),
        )
        .where(newest.c.stands == Action.REJECT.word)
        .order_by(decisions.c.position.desc())
        .limit(REJECTIONS_READ)
    )


def _answers() -> sa.Select[Any]:
    told = (
        sa.select(revisions.c.comment, revisions.c.revision)
        .where(revisions.c.parent_id == sa.bindparam("parent_id"))
        .order_by(revisions.c.comment.desc())
        .limit(ANSWERS_READ)
        .subquery()
    )
    return (
        SAID.join(
            told,
            sa.and_(told.c.comment == comments.c.key, told.c.revision == comments.c.revision),
        )
        .where(comments.c.key != sa.bindparam("but"))
        .order_by(comments.c.key.desc())
        .limit(sa.bindparam("limit"))
    )


def _near() -> sa.Select[Any]:
    found = in_a_band(ALIKE_READ)
    return (
        sa.select(likenesses.c.comment, likenesses.c.sketch)
        .join_from(found, likenesses, likenesses.c.comment == found.c.comment)
        .where(likenesses.c.comment != sa.bindparam("key"))
    )


_ANY = _select()
SAID = _ANY.where(comments.c.site == sa.bindparam("site"))
_NEWEST_CASE = sa.select(standing.newest_case()).where(comments.c.key == sa.bindparam("key"))
LATEST_OF = (
    SAID.where(comments.c.author == sa.bindparam("author"), comments.c.key != sa.bindparam("but"))
    .order_by(comments.c.received_at.desc())
    .limit(LATEST)
)
BY_ID = SAID.where(comments.c.id == sa.bindparam("id"))
BEFORE = (
    SAID.where(
        comments.c.article == sa.bindparam("article"),
        comments.c.received_at <= sa.bindparam("received_at", type_=comments.c.received_at.type),
        comments.c.key < sa.bindparam("but"),
    )
    .order_by(comments.c.received_at.desc())
    .limit(SIBLINGS)
)
# By their keys alone: told the site too, SQLite takes one of its indexes and reads all of it.
_OF_KEYS = _ANY.where(comments.c.key.in_(sa.bindparam("keys", expanding=True)))
COUNTS = _counts()
REJECTED_OF = _rejected()
ANSWERS = _answers()
NEAR = _near()
_SEEN = sa.select(authors.c.first_seen_at).where(
    authors.c.site == sa.bindparam("site"), authors.c.id == sa.bindparam("author")
)
_OWN = sa.select(likenesses.c.sketch, *(likenesses.c[band] for band in BANDS)).where(
    likenesses.c.comment == sa.bindparam("key"), likenesses.c.site == sa.bindparam("site")
)
_OPEN = sa.select(cases.c.id, cases.c.comment, cases.c.revision).where(
    cases.c.comment.in_(sa.bindparam("keys", expanding=True)), cases.c.closed_at.is_(None)
)
