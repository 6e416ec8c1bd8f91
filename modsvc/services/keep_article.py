"""Keep what a site tells of an article, and how strictly it wants its comments judged."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection

from modsvc.errors import NotFound
from modsvc.store import articles
from modsvc.store.articles import Kept
from modsvc.store.db import Database
from modsvc.store.writer import Writer


class KeepArticle:
    """Stores and gives articles."""

    def __init__(self, *, db: Database, writer: Writer, now: Callable[[], datetime]) -> None:
        self._db, self._writer, self._now = db, writer, now

    def __call__(self, site: str, article_id: str, told: dict[str, Any]) -> Kept:
        """Keep what is told, and leave what is not as it was. The next comment is judged by it.

        Raises
        ------
        StoreError
            It could not be kept.
        """

        def write(db: Connection) -> Kept:
            articles.put(db, site, article_id, told, self._now())
            kept = articles.get(db, site, article_id)
            assert kept is not None  # noqa: S101  It was put there just now.
            return kept

        return self._writer.write(write, order=site)

    def get(self, site: str, article_id: str) -> Kept:
        """Give what is known of an article.

        Raises
        ------
        NotFound
            Nothing is.
        """
        with self._db.read() as db:
            kept = articles.get(db, site, article_id)
        if kept is None:
            raise NotFound("there is no article of that id")
        return kept
