"""Comments that a search has found, with what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from modsvc.core.comment import Article, Author
from modsvc.core.decision import Action, Reason
from modsvc.core.searching import Query
from modsvc.store import search, standing
from modsvc.store.decisions import decode_reasons
from modsvc.store.joins import ARTICLE, AUTHOR, TEXT
from modsvc.store.tables import articles, authors, comments, revisions

# So many comments are looked at for those that stand as is asked.
LOOKED_AT = 2_000


@dataclass(frozen=True, slots=True)
class Hit:
    """A comment that was found, as it is now and its reader may know it (`store.standing`).

    `case_id` is of its newest case, if it has one, and `at` then is of that too; `reasons` are what
    the policy last said of it.
    """

    key: int
    comment_id: str
    body: str
    article: Article
    author: Author
    stands: Action
    at: datetime
    case_id: int | None
    reasons: tuple[Reason, ...] = ()


def page(
    db: Connection,
    site: str,
    query: Query,
    *,
    reader: int,
    stands: Action | None = None,
    before: int | None = None,
    limit: int,
) -> tuple[list[Hit], int | None]:
    """Give what a query finds, newest first, and the last comment that was looked at, if not all.

    `before` is the key of a comment: only what came before it is looked at.
    """
    fits: list[sa.ColumnElement[bool]] = []
    if stands is not None:
        fits.append(standing.action() == stands.word)
    if not search.is_exact(db, query):
        fits.append(search.has(comments.c.key, query))
    size = LOOKED_AT if fits else limit
    looked = search.newest(db, site, query, limit=size, before=before)
    keys = looked
    if fits:
        these = comments.c.key.in_(looked)
        fitting = sa.select(comments.c.key).where(these, *fits)
        kept = set(db.execute(fitting, {"reader": reader}).scalars())
        keys = [key for key in looked if key in kept]
    reached = looked[-1] if len(looked) == size and len(keys) < limit else None
    return _hits(db, keys[:limit], reader), reached


def _hits(db: Connection, keys: list[int], reader: int) -> list[Hit]:
    if not keys:
        return []
    rows = {row.key: row for row in db.execute(_HITS, {"keys": keys, "reader": reader})}
    return [_hit(rows[key]) for key in keys if key in rows]


def _hit(row: Any) -> Hit:
    return Hit(
        row.key,
        row.id,
        row.body,
        Article(row.article, row.title or ""),
        Author(row.author, row.name or ""),
        Action[row.stands.upper()],
        row.at,
        row.case_id,
        decode_reasons(row.reasons) if row.reasons else (),
    )


_HITS = (
    sa.select(
        comments.c.key,
        comments.c.id,
        revisions.c.body,
        comments.c.article,
        articles.c.title,
        comments.c.author,
        authors.c.name,
        standing.action().label("stands"),
        standing.moment().label("at"),
        standing.newest_case().label("case_id"),
        standing.reasons().label("reasons"),
    )
    .join_from(comments, revisions, TEXT)
    .join(articles, ARTICLE, isouter=True)
    .join(authors, AUTHOR, isouter=True)
    .where(comments.c.key.in_(sa.bindparam("keys", expanding=True)))
)
