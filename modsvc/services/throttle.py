"""How guessing is slowed down, of passwords and of codes alike."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import cached_property

from sqlalchemy.engine import Connection

from modsvc.core.pseudonyms import network
from modsvc.store import installation, log_ins
from modsvc.store.db import Database

# So many failures within the window cost nothing; each one more doubles the wait that follows it.
WINDOW = timedelta(hours=1)
FREE_FAILURES = 9
FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(minutes=15)


class Throttle:
    """Counts failures, and says how long to wait.

    Nobody is ever locked out: who failed often waits, longer each time. What is counted outlives
    the process.
    """

    def __init__(self, *, db: Database, now: Callable[[], datetime]) -> None:
        self._db, self._now = db, now

    def who(self, kind: str, value: str, address: str | None) -> tuple[str, str]:
        """Name who tries, and where from, without saying either.

        By a keyed digest: addresses are few enough to be found by trying all.
        """
        pairs = ((kind, value), ("address", network(address)))
        return tuple(  # type: ignore[return-value]  # There are two.
            hmac.new(self._salt, f"{kind}:{value}".encode(), hashlib.sha256).hexdigest()
            for kind, value in pairs
        )

    def wait(self, db: Connection, whos: Sequence[str]) -> timedelta:
        """Say how much longer they wait before they may try."""
        now = self._now()
        return max(_wait(*log_ins.failures(db, who, now - WINDOW), now) for who in whos)

    def note(self, db: Connection, whos: Sequence[str]) -> list[int]:
        """Note a failure, and give what takes it back."""
        return [log_ins.note_failure(db, who, self._now()) for who in whos]

    def forgive(self, db: Connection, whos: Sequence[str], notes: Sequence[int] = ()) -> None:
        """Forget the failures of one who got in, but not those of the address they came from."""
        log_ins.take_back_failures(db, notes)
        log_ins.forget_failures(db, whos[0], before=self._now() - WINDOW)

    @cached_property
    def _salt(self) -> bytes:
        return installation.secret(self._db, "log_in_salt").encode()


def _wait(failures: int, last: datetime | None, now: datetime) -> timedelta:
    """Say how much longer one waits who failed this often and then."""
    # What is long after now was noted before a clock was put back.
    if last is None or failures <= FREE_FAILURES or last - now > LONGEST_WAIT:
        return timedelta(0)
    doublings = min(failures - FREE_FAILURES - 1, 10)  # Far past the longest wait.
    asked: timedelta = min(FIRST_WAIT * 2**doublings, LONGEST_WAIT)
    return max(last + asked - now, timedelta(0))
