"""Count what is asked by Akismet's protocol, which its callers can look at."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial

from modsvc.errors import StoreError
from modsvc.store import akismet_counts
from modsvc.store.akismet_counts import Counts
from modsvc.store.db import Database
from modsvc.store.sites import Key
from modsvc.store.writer import Writer

log = logging.getLogger(__name__)

MAX_BLOG_CHARS = 500


class CountChecks:
    """Counts, and tells what was counted. A count that cannot be kept is not worth an answer."""

    def __init__(self, *, db: Database, writer: Writer, now: Callable[[], datetime]) -> None:
        self._db, self._writer, self._now = db, writer, now

    def __call__(self, key: Key, blog: str, what: str) -> None:
        """Count one of COUNTED for a site that the key names."""
        count = partial(
            akismet_counts.count,
            key=key,
            month=self.month,
            blog=blog[:MAX_BLOG_CHARS],
            what=what,
        )
        try:
            self._writer.write(count, order=key.site)
        except StoreError as error:
            log.error("akismet.not_counted: %s", error)

    @property
    def month(self) -> str:
        """The month it is, such as 2026-11."""
        return f"{self._now():%Y-%m}"

    def usage(self, key: Key) -> int:
        """Give how many texts a key checked this month. Raises StoreError."""
        with self._db.read() as db:
            return akismet_counts.usage(db, key.id, self.month)

    def sites(
        self, key: Key, month: str, *, containing: str, order: str, limit: int, offset: int
    ) -> tuple[list[Counts], int]:
        """Give a page of the sites a key named in a month, and how many there are in all.

        Raises
        ------
        StoreError
            They cannot be read.
        """
        with self._db.read() as db:
            return akismet_counts.of_key(
                db, key.id, month, containing=containing, order=order, limit=limit, offset=offset
            )
