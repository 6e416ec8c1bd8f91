"""Counts that gather in a process and are stored together: counting keeps nobody waiting."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Generic, TypeVar

from sqlalchemy.engine import Connection

from modsvc.errors import StoreError
from modsvc.store.writer import Writer

Counted = TypeVar("Counted")


class Tally(Generic[Counted]):
    """Gathers counts until `keep`, a job for `Background`, stores them.

    A process that is killed takes those of its last half second with it.

    Parameters
    ----------
    store : callable
        Adds counts to those that are stored.
    most : int
        While the database cannot be written, no more than about this many are held for it.
    """

    def __init__(
        self,
        *,
        writer: Writer,
        store: Callable[[Connection, Mapping[Counted, int]], None],
        most: int,
    ) -> None:
        self._writer, self._store, self._most = writer, store, most
        self._lock = threading.Lock()
        self._gathered: Counter[Counted] = Counter()

    def add(self, counted: Iterable[Counted]) -> None:
        """Count each once."""
        with self._lock:
            for each in counted:
                if each in self._gathered or len(self._gathered) < self._most:
                    self._gathered[each] += 1

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
                self._writer.write(partial(_store, self._store, taken))
            except StoreError:
                with self._lock:
                    self._gathered.update(taken)
                raise
        return False


def _store(
    store: Callable[[Connection, Mapping[Counted, int]], None],
    taken: Mapping[Counted, int],
    db: Connection,
) -> None:
    store(db, taken)
