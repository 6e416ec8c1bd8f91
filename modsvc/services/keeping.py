"""Keep what is costly to count for some seconds, and let one thread count it for all."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

T = TypeVar("T")


class Keeping(Generic[T]):
    """Keeps values by their keys for a while. Threads may share it.

    Parameters
    ----------
    lasts : timedelta
        A value is as old as this at most.
    """

    def __init__(self, *, lasts: timedelta, now: Callable[[], datetime]) -> None:
        self._lasts, self._now = lasts, now
        self._lock = threading.Lock()
        self._kept: dict[Hashable, tuple[datetime, T]] = {}
        self._locks: dict[Hashable, threading.Lock] = {}

    def get(self, key: Hashable, count: Callable[[], T]) -> T:
        """Give what is kept by a key; or count it, while others who ask for it wait."""
        with self._lock:
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:
            now = self._now()
            kept = self._kept.get(key)
            if kept is not None and timedelta(0) <= now - kept[0] < self._lasts:
                return kept[1]
            value = count()
            with self._lock:
                self._kept[key] = (now, value)
            return value
