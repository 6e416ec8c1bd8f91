"""Let comments be found by their words: beside the requests, so that no comment waits for it."""

from __future__ import annotations

from functools import partial

from modsvc.store import search
from modsvc.store.db import Database
from modsvc.store.writer import Writer

# Decisions looked through in one transaction: some milliseconds, for which comments wait.
TOGETHER = 100


class IndexComments:
    """Indexes some of what is new each time it is called."""

    def __init__(self, *, db: Database, writer: Writer) -> None:
        self._db, self._writer = db, writer

    def __call__(self) -> bool:
        """Look through some of a site's log, and say whether there may be more."""
        with self._db.read() as db:
            site = search.behind(db)
        if site is None:
            return False
        return self._writer.write(partial(search.catch_up, site=site, limit=TOGETHER), order=site)
