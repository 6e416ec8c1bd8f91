"""What people change of their own: password, sessions, and how their pages are."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from modsvc.core.preferences import Preferences
from modsvc.services.log_in import IDLE, LONGEST, LogIn
from modsvc.services.passwords import Passwords
from modsvc.services.throttle import Throttle
from modsvc.store import log_ins, people, preferences
from modsvc.store.db import Database
from modsvc.store.log_ins import Session
from modsvc.store.writer import Writer

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Changed:
    """What came of a new password: the new session's token, or None; and how long to wait."""

    token: str | None
    wait: timedelta = timedelta(0)


class Account:
    """Lets people change what is theirs, and nobody else's."""

    def __init__(
        self,
        *,
        db: Database,
        writer: Writer,
        throttle: Throttle,
        passwords: Passwords,
        log_in: LogIn,
        now: Callable[[], datetime],
    ) -> None:
        self._db, self._writer, self._now = db, writer, now
        self._throttle, self._passwords, self._log_in = throttle, passwords, log_in

    def has_password(self, moderator: int) -> bool:
        """Tell whether somebody has a password; without one they come in by links."""
        with self._db.read() as db:
            found = people.get(db, moderator)
        return found is not None and found.password_hash is not None

    def change_password(
        self, moderator: int, current: str, new: str, address: str | None, device: str = ""
    ) -> Changed:
        """Change a password by the present one, where there is one; every session is ended.

        A new one is started for who did it.

        Raises
        ------
        ValueError
            The new password is too short, or longer than any.
        StoreBusy
            Too many passwords are being hashed.
        """
        notes: Sequence[int] = ()
        with self._db.read() as db:
            found = people.get(db, moderator)
        if found is None:
            return Changed(None)
        whos = self._throttle.who("name", found.name, address)
        new_hash = self._passwords.hash(new)
        if found.password_hash is not None:
            guess = self._passwords.guess(whos, lambda db: people.get(db, moderator), current)
            if guess.moderator is None:
                return Changed(None, guess.wait)
            notes = guess.notes

        def change(db: Connection) -> str:
            self._throttle.forgive(db, whos, notes)
            people.set_password_hash(db, moderator, new_hash)
            log_ins.end_all(db, moderator)
            return self._log_in.start(db, moderator, device)

        token = self._writer.write(change)
        log.info("password.changed: moderator %d", moderator)
        return Changed(token)

    def sessions(self, moderator: int) -> list[Session]:
        """Give somebody's sessions, the newest first."""
        with self._db.read() as db:
            return log_ins.list_sessions(db, moderator, self._now(), idle=IDLE, longest=LONGEST)

    def end_session(self, moderator: int, digest: str) -> bool:
        """End one of somebody's sessions; say whether there was such a one."""
        return self._writer.write(lambda db: log_ins.end_session_of(db, moderator, digest))

    def end_other_sessions(self, moderator: int, token: str) -> int:
        """End all of somebody's sessions but the one they ask from; say how many."""
        return self._writer.write(lambda db: log_ins.end_sessions(db, moderator, but=token))

    def prefer(self, moderator: int, chosen: Preferences) -> None:
        """Keep what somebody likes."""
        self._writer.write(lambda db: preferences.save(db, moderator, chosen))
