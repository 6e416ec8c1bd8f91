"""Drop what is only kept for some days."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from functools import partial

from modsvc.store import draws, history, likenesses
from modsvc.store.writer import Writer

EVERY_S = 60.0


class Prune:
    """Drops some each time it is called, and rests for a minute when there is no more."""

    def __init__(self, *, writer: Writer, now: Callable[[], datetime]) -> None:
        self._writer, self._now = writer, now
        self._rests_until = 0.0

    def __call__(self) -> bool:
        """Drop some of what is too old, and say whether there may be more.

        Raises
        ------
        StoreError
            Nothing was dropped.
        """
        if time.monotonic() < self._rests_until:
            return False
        now = self._now()
        before = now - history.KEPT
        dropped = self._writer.write(partial(likenesses.prune, before=before))
        if dropped == likenesses.PRUNED_TOGETHER:
            return True
        self._writer.write(partial(draws.prune, before=now - draws.KEPT))
        self._rests_until = time.monotonic() + EVERY_S
        return False
