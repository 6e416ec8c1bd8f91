"""Log in: how a moderator comes in, in one step or two, and how long they stay."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from modsvc.core.preferences import Preferences
from modsvc.errors import StoreError
from modsvc.services.passwords import Passwords
from modsvc.services.second_step import SecondStep
from modsvc.services.throttle import Throttle
from modsvc.store import log_ins, people
from modsvc.store.db import Database
from modsvc.store.people import Moderator
from modsvc.store.writer import Writer

log = logging.getLogger(__name__)

# A session ends when it was idle, or has lasted, this long.
IDLE = timedelta(hours=8)
LONGEST = timedelta(days=7)
# Being seen is written down this often at most: reading a page need not cost a write.
TOUCH_AFTER = timedelta(minutes=1)
# How long a log-in may stand between its two steps.
BETWEEN_STEPS = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Visitor:
    """A moderator who is logged in; `sites` maps the sites they work at to those sites' names.

    `roles` maps the same sites to what they are there.
    """

    id: int
    name: str
    sites: dict[str, str]
    roles: dict[str, str]
    preferences: Preferences
    has_second_step: bool
    # Whether they open nothing before they have set one up.
    must_set_up_second_step: bool


@dataclass(frozen=True, slots=True)
class Attempt:
    """How a log-in went: a session's token, or None; and how long to wait when it was not tried.

    Where a second step is to follow, `token` is None and `first_step` stands for the first.
    `is_past` says that the first step is so long ago that it must be taken again.
    """

    token: str | None
    wait: timedelta = timedelta(0)
    first_step: str | None = None
    is_past: bool = False


REFUSED = Attempt(None)


class LogIn:
    """Lets moderators in, knows them while they stay, and lets them out."""

    def __init__(
        self,
        *,
        db: Database,
        writer: Writer,
        throttle: Throttle,
        passwords: Passwords,
        second_step: SecondStep,
        now: Callable[[], datetime],
    ) -> None:
        self._db, self._writer, self._now = db, writer, now
        self._throttle, self._passwords, self._second_step = throttle, passwords, second_step

    def with_password(
        self, name: str, password: str, address: str | None, device: str = ""
    ) -> Attempt:
        """Try a name and password that came from an address."""
        whos = self._throttle.who("name", name, address)

        def find(db: Connection) -> Moderator | None:
            # PostgreSQL cannot even be asked about a NUL.
            return None if "\0" in name else people.find(db, name)

        guess = self._passwords.guess(whos, find, password)
        moderator = guess.moderator
        if moderator is None:
            if not guess.wait:
                who = guess.found.id if guess.found else "unknown"
                log.info("log_in.refused: moderator %s", who)
            return Attempt(None, guess.wait)

        def succeed(db: Connection) -> Attempt:
            self._throttle.forgive(db, whos, guess.notes)
            # As they are now, and not as they were before the hash was made.
            present = people.get(db, moderator.id)
            return self._begin(db, present, device) if present else REFUSED

        return self._writer.write(succeed)

    def with_link(self, link_token: str, device: str = "") -> Attempt:
        """Use a log-in link, once, in a password's place."""

        def use(db: Connection) -> Attempt:
            moderator_id = log_ins.use_link(db, link_token, self._now())
            moderator = None if moderator_id is None else people.get(db, moderator_id)
            return self._begin(db, moderator, device) if moderator else REFUSED

        return self._writer.write(use)

    def with_code(
        self, first_step: str, code: str, address: str | None, device: str = ""
    ) -> Attempt:
        """Take the second step, by a code or a recovery code; each counts once."""

        def use(db: Connection) -> Attempt:
            since = self._now() - BETWEEN_STEPS
            moderator_id = log_ins.find_first_step(db, first_step, since)
            moderator = None if moderator_id is None else people.get(db, moderator_id)
            if moderator is None:
                return Attempt(None, is_past=True)
            whos = self._throttle.who("code", str(moderator.id), address)
            if wait := self._throttle.wait(db, whos):
                return Attempt(None, wait)
            if not self._second_step.counts(db, moderator.id, code):
                self._throttle.note(db, whos)
                log.info("log_in.code_refused: moderator %d", moderator.id)
                return REFUSED
            self._throttle.forgive(db, whos)
            log_ins.end_session(db, first_step)
            return Attempt(self._start(db, moderator, device))

        return self._writer.write(use)

    def visitor(self, token: str) -> Visitor | None:
        """Give whose session this is; None when it has ended or its moderator was disabled."""
        with self._db.read() as db:
            now = self._now()
            found = log_ins.find_session(db, token, now, idle=IDLE, longest=LONGEST)
            moderator = people.get(db, found[0]) if found else None
            if found is None or moderator is None:
                return None
        if now - found[1] >= TOUCH_AFTER:
            # A page can be read while nothing can be written; the next one will be noted.
            with suppress(StoreError):
                self._writer.write(lambda db: log_ins.touch_session(db, token, found[0], now))
        return Visitor(
            moderator.id,
            moderator.name,
            moderator.sites,
            moderator.roles,
            moderator.preferences,
            has_second_step=moderator.has_second_step,
            must_set_up_second_step=moderator.needs_second_step and not moderator.has_second_step,
        )

    def log_out(self, token: str) -> None:
        """End a session."""
        self._writer.write(lambda db: log_ins.end_session(db, token))

    def start(self, db: Connection, moderator: int, device: str) -> str:
        """Start a session of one who has shown who they are, and give its token."""
        now = self._now()
        log_ins.end_stale_sessions(db, seen_before=now - IDLE, made_before=now - LONGEST)
        token = log_ins.start_session(db, moderator, now, device=device)
        log_ins.touch_session(db, token, moderator, now)
        return token

    def _begin(self, db: Connection, moderator: Moderator, device: str) -> Attempt:
        """Let somebody in who took the first step, or ask for the second."""
        if not moderator.has_second_step:
            return Attempt(self._start(db, moderator, device))
        token = log_ins.start_session(
            db, moderator.id, self._now(), device=device, awaits_code=True
        )
        return Attempt(None, first_step=token)

    def _start(self, db: Connection, moderator: Moderator, device: str) -> str:
        log.info("log_in.accepted: moderator %d", moderator.id)
        return self.start(db, moderator.id, device)
