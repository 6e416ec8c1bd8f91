"""Articles: what is known of them, and how strictly their comments are judged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from modsvc.core.comment import Article
from modsvc.store import comments
from modsvc.store.tables import articles


@dataclass(frozen=True, slots=True)
class Kept:
    """An article as it is known; `mode` is one of `core.facts.MODES`."""

    article: Article
    mode: str
    updated_at: datetime


def put(db: Connection, site: str, article_id: str, told: dict[str, Any], now: datetime) -> None:
    """Keep what is told of an article: some of the fields of Article, and its mode."""
    comments.remember(db, site, Article(article_id), now)
    values = {**told, "updated_at": now}
    here = sa.and_(articles.c.site == site, articles.c.id == article_id)
    db.execute(sa.update(articles).where(here).values(values))


def get(db: Connection, site: str, article_id: str) -> Kept | None:
    """Give what is known of an article; None if nothing is."""
    if "\0" in article_id:
        return None  # PostgreSQL cannot even be asked about it.
    row = db.execute(_KEPT, {"site": site, "id": article_id}).first()
    if row is None:
        return None
    *facts, mode, updated_at = row
    return Kept(Article(article_id, *facts), mode, updated_at)


_KEPT = sa.select(
    articles.c.title,
    articles.c.url,
    articles.c.section,
    articles.c.body,
    articles.c.mode,
    articles.c.updated_at,
).where(articles.c.site == sa.bindparam("site"), articles.c.id == sa.bindparam("id"))
