"""Which decisions another looks at: a share of them, by a secret of the installation's."""

from __future__ import annotations

from modsvc.core.review import Sampler
from modsvc.store import installation
from modsvc.store.db import Database


class Sampling:
    """Chooses decisions. Threads may share it."""

    def __init__(self, *, db: Database) -> None:
        self._db = db
        self._sampler: Sampler | None = None

    def prepare(self, share: float) -> None:
        """Read the secret, if a share will ask for it and it was not read.

        It may be made by this, and so not while a transaction is open.

        Raises
        ------
        StoreUnavailable
            The database cannot be reached.
        """
        if share > 0.0 and self._sampler is None:
            self._sampler = Sampler(installation.secret(self._db, "sampling"))

    def takes(self, site: str, position: int, share: float) -> bool:
        """Tell whether a decision, by its place in the site's log, is among the share.

        None is before `prepare` was called.
        """
        return self._sampler is not None and self._sampler.takes(site, position, share)
