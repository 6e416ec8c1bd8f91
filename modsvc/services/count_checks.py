"""Count what is asked by Akismet's protocol, which its callers can look at."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from modsvc.services.tally import Tally
from modsvc.store import akismet_counts
from modsvc.store.akismet_counts import Counted, Counts
from modsvc.store.db import Database
from modsvc.store.sites import Key
from modsvc.store.writer import Writer

MAX_BLOG_CHARS = 500
# While the database cannot be written, no more than this is held for it.
MAX_GATHERED = 10_000


class CountChecks:
    """Counts, and tells what was counted.

    Counts gather here, and `keep`, a job for `Background`, stores them.
    """

    def __init__(self, *, db: Database, writer: Writer, now: Callable[[], datetime]) -> None:
        self._db, self._now = db, now
        self._tally = Tally[Counted](writer=writer, store=akismet_counts.add, most=MAX_GATHERED)
        self.keep = self._tally.keep

    def __call__(self, key: Key, blog: str, what: str) -> None:
        """Count one of COUNTED for a site that the key names."""
        self._tally.add([Counted(key.site, key.id, self.month, blog[:MAX_BLOG_CHARS], what)])

    @property
    def month(self) -> str:
        """The month it is, such as 2026-11."""
        return f"{self._now():%Y-%m}"

    def usage(self, key: Key) -> int:
        """Give how many texts a key checked this month. Raises StoreError."""
        self.keep()
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
        self.keep()
        with self._db.read() as db:
            return akismet_counts.of_key(
                db, key.id, month, containing=containing, order=order, limit=limit, offset=offset
            )
