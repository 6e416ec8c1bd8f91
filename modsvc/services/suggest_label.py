"""Keep what a site says of a text: a label to learn from, with where it is from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.engine import Connection

from modsvc.store import suggestions
from modsvc.store.sites import Key
from modsvc.store.suggestions import Suggestion
from modsvc.store.writer import Writer


class SuggestLabel:
    """Stores suggestions, each in a transaction of its own."""

    def __init__(self, *, writer: Writer, now: Callable[[], datetime]) -> None:
        self._writer, self._now = writer, now

    def __call__(self, key: Key, suggestion: Suggestion) -> None:
        """Store one.

        Raises
        ------
        StoreError
            It could not be stored.
        """

        def write(db: Connection) -> None:
            suggestions.add(db, key.site, key.id, suggestion, self._now())

        self._writer.write(write, order=key.site)
