"""A site's comments with all that was decided about them, to be weighed again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from modsvc.core.comment import Article, Author, Comment, Parent
from modsvc.store.decisions import Recorded, recorded
from modsvc.store.tables import articles, authors, comments, decisions, revisions


@dataclass(frozen=True, slots=True)
class Judged:
    """One revision of a comment as it was sent, and all decisions about it, oldest first."""

    key: int
    comment: Comment
    decisions: tuple[Recorded, ...]


def parts(db: Connection, site: str, newest: int | None, size: int) -> list[tuple[int, int]]:
    """Cut a site's comments, or the newest so many, into parts, oldest first.

    Each part is the key it begins with, and the one that it ends before.
    """
    here = comments.c.site == site
    first = sa.select(sa.func.min(comments.c.key)).where(here)
    if newest is not None:
        counted = sa.select(comments.c.key).where(here).order_by(comments.c.key.desc())
        first = sa.select(sa.func.min(counted.limit(newest).subquery().c.key))
    nth = sa.func.row_number().over(order_by=comments.c.key)
    numbered = (
        sa.select(comments.c.key, nth.label("nth"))
        .where(here, comments.c.key >= first.scalar_subquery())
        .subquery()
    )
    rows = db.execute(
        sa.select(numbered.c.key).where(numbered.c.nth % size == 1 % size).order_by("key")
    )
    starts = [int(key) for (key,) in rows]
    last = db.execute(sa.select(sa.func.max(comments.c.key)).where(here)).scalar() or 0
    return list(pairwise([*starts, last + 1])) if starts else []


def between(db: Connection, site: str, start: int, end: int) -> Iterator[Judged]:
    """Give what was judged of the comments from one key up to another, oldest first."""
    rows = db.execute(_BETWEEN, {"site": site, "start": start, "end": end}).mappings()
    current: tuple[int, int] | None = None
    first: Any = None
    found: list[Recorded] = []
    for row in rows:
        here = (row["comment"], row["revision"])
        if here != current:
            if found:
                yield Judged(first["comment"], _comment(first), tuple(found))
            current, first, found = here, row, []
        found.append(recorded(row))
    if found:
        yield Judged(first["comment"], _comment(first), tuple(found))


def _comment(row: Any) -> Comment:
    return Comment(
        id=row["comment_id"],
        body=row["body"],
        article=Article(
            row["article"],
            title=row["title"] or "",
            section=row["section"] or "",
            body=row["lead"] or "",
        ),
        author=Author(row["author"], joined_at=row["joined_at"]),
        parent=Parent(row["parent_id"], row["parent_body"] or "") if row["parent_id"] else None,
        language=row["language"],
        created_at=row["created_at"],
    )


_ARTICLE = sa.func.coalesce(revisions.c.article, comments.c.article)
_AUTHOR = sa.func.coalesce(revisions.c.author, comments.c.author)
_BETWEEN = (
    sa.select(
        decisions,
        comments.c.id.label("comment_id"),
        _ARTICLE.label("article"),
        _AUTHOR.label("author"),
        revisions.c.body,
        revisions.c.parent_id,
        revisions.c.parent_body,
        revisions.c.language,
        revisions.c.created_at,
        articles.c.title,
        articles.c.section,
        articles.c.body.label("lead"),
        authors.c.joined_at,
    )
    .join_from(comments, decisions, decisions.c.comment == comments.c.key)
    .join(
        revisions,
        sa.and_(
            revisions.c.comment == comments.c.key, revisions.c.revision == decisions.c.revision
        ),
    )
    .join(
        articles,
        sa.and_(articles.c.site == comments.c.site, articles.c.id == _ARTICLE),
        isouter=True,
    )
    .join(
        authors,
        sa.and_(authors.c.site == comments.c.site, authors.c.id == _AUTHOR),
        isouter=True,
    )
    .where(
        # As a text that no index has: else SQLite would go through all of a site for each part.
        comments.c.site.concat("") == sa.bindparam("site"),
        comments.c.key >= sa.bindparam("start"),
        comments.c.key < sa.bindparam("end"),
    )
    .order_by(comments.c.key, decisions.c.position)
)
