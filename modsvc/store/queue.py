"""A site's queue: its open cases in some order, and how many there are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from modsvc.core.comment import Article
from modsvc.core.decision import Reason
from modsvc.store.decisions import decode_reasons
from modsvc.store.tables import articles, cases, comments, decisions, moderators, revisions, sites


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the queue's page: an open case, as far as it is shown without opening it."""

    id: int
    comment_id: str
    body: str
    # Without its body.
    article: Article
    # Of the decision that it is here for.
    reasons: tuple[Reason, ...]
    opened_at: datetime
    due_at: datetime
    # None as soon as the claim has lapsed.
    claimed_by: str | None


def page(
    db: Connection,
    site: str,
    *,
    limit: int,
    now: datetime,
    after: tuple[datetime, int] | None = None,
) -> list[Line]:
    """Give up to `limit` open cases, most pressing first.

    `after` is the due time and id of the last one seen: pages stay on the index however long the
    queue is.
    """
    statement = _PAGE.where(cases.c.site == site, cases.c.closed_at.is_(None)).limit(limit)
    if after is not None:
        statement = statement.where(
            sa.tuple_(cases.c.due_at, cases.c.id)
            > sa.tuple_(sa.literal(after[0], cases.c.due_at.type), sa.literal(after[1]))
        )
    return [
        Line(
            row.id,
            row.comment_id,
            row.body,
            Article(row.article, row.title or "", row.url or "", row.section or ""),
            decode_reasons(row.reasons),
            row.opened_at,
            row.due_at,
            row.moderator if row.claimed_until and row.claimed_until > now else None,
        )
        for row in db.execute(statement)
    ]


def count_open(db: Connection, site: str) -> int:
    """Give how many of a site's cases are open: they are counted as they come and go."""
    count: int = db.execute(_COUNT, {"site": site}).scalar_one()
    return count


_COUNT = sa.select(sites.c.open_cases).where(sites.c.id == sa.bindparam("site"))
_PAGE = (
    sa.select(
        cases.c.id,
        comments.c.id.label("comment_id"),
        revisions.c.body,
        comments.c.article,
        articles.c.title,
        articles.c.url,
        articles.c.section,
        decisions.c.reasons,
        cases.c.opened_at,
        cases.c.due_at,
        cases.c.claimed_until,
        moderators.c.name.label("moderator"),
    )
    .join_from(cases, comments, cases.c.comment == comments.c.key)
    .join(
        revisions,
        sa.and_(revisions.c.comment == cases.c.comment, revisions.c.revision == cases.c.revision),
    )
    .join(
        decisions,
        sa.and_(decisions.c.site == cases.c.site, decisions.c.position == cases.c.about),
    )
    .join(
        articles,
        sa.and_(articles.c.site == cases.c.site, articles.c.id == comments.c.article),
        isouter=True,
    )
    .join(moderators, moderators.c.id == cases.c.claimed_by, isouter=True)
    .order_by(cases.c.due_at, cases.c.id)
)
