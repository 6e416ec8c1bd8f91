"""Tell who calls by their key."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict

from modsvc.store import sites
from modsvc.store.db import Database
from modsvc.store.sites import Key

# A key is looked up again after this long: how late a revocation can be noticed.
REMEMBERED_S = 1.0
MAX_REMEMBERED = 1_000


class Authenticate:
    """Finds keys, and remembers the good ones for a second: most sites have one and use it a lot.

    Unknown keys are not remembered, so nobody can crowd out the good ones by guessing.
    """

    def __init__(self, *, db: Database) -> None:
        self._db = db
        self._lock = threading.Lock()
        self._known: OrderedDict[str, tuple[float, Key]] = OrderedDict()

    def __call__(self, key: str) -> Key | None:
        """Give what is known of a key; None when it is unknown or revoked.

        Raises
        ------
        StoreUnavailable
            The database cannot be reached.
        """
        digest = sites.key_digest(key)
        now = time.monotonic()
        with self._lock:
            found = self._known.get(digest)
        if found is not None and now - found[0] < REMEMBERED_S:
            return found[1]
        with self._db.read() as db:
            known = sites.find_key(db, digest)
        with self._lock:
            self._known.pop(digest, None)
            if known is not None:
                self._known[digest] = (now, known)
                while len(self._known) > MAX_REMEMBERED:
                    self._known.popitem(last=False)
        return known

    def secrets(self, key: Key) -> list[str]:
        """Give what requests with a key may be signed with.

        Raises
        ------
        StoreUnavailable
            The database cannot be reached.
        """
        with self._db.read() as db:
            return sites.secrets_of(db, key.id)
