"""Count what is asked by Akismet's protocol, which its callers can look at."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from functools import partial

from modsvc.errors import StoreError
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

    Counting never keeps a caller waiting: counts gather here, and `keep`, a job for `Background`,
    stores them. A process that is killed takes those of its last half second with it.
    """

    def __init__(self, *, db: Database, writer: Writer, now: Callable[[], datetime]) -> None:
        self._db, self._writer, self._now = db, writer, now
        self._lock = threading.Lock()
        self._gathered: Counter[Counted] = Counter()

    def __call__(self, key: Key, blog: str, what: str) -> None:
        """Count one of COUNTED for a site that the key names."""
        counted = Counted(key.site, key.id, self.month, blog[:MAX_BLOG_CHARS], what)
        with self._lock:
            if counted in self._gathered or len(self._gathered) < MAX_GATHERED:
                self._gathered[counted] += 1

    def keep(self) -> bool:
        """Store what has gathered; there is never more to do at once.

        Raises
        ------
        StoreError
            It could not be stored, and is kept for the next time.
        """
        with self._lock:
            taken, self._gathered = self._gathered, Counter()
        if taken:
            try:
                self._writer.write(partial(akismet_counts.add, counts=taken))
            except StoreError:
                with self._lock:
                    self._gathered.update(taken)
                raise
        return False

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
