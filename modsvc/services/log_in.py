"""Log in: how a moderator comes in, how long they stay, and how guessing is slowed down."""

from __future__ import annotations

import hashlib
import hmac
import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy.engine import Connection

from modsvc.core.preferences import Preferences
from modsvc.core.pseudonyms import network
from modsvc.errors import StoreError
from modsvc.store import installation, log_ins, people, sites
from modsvc.store.db import Database
from modsvc.store.people import Moderator
from modsvc.store.writer import Writer

log = logging.getLogger(__name__)

# A session ends when it was idle, or has lasted, this long.
IDLE = timedelta(hours=8)
LONGEST = timedelta(days=7)
# Being seen is written down this often at most: reading a page need not cost a write.
TOUCH_AFTER = timedelta(minutes=1)

# So many failures within the window cost nothing; each one more doubles the wait that follows it.
WINDOW = timedelta(hours=1)
FREE_FAILURES = 9
FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(minutes=15)

# Each hash takes 64 MiB for a while: strangers decide how many are asked for, we how many are made.
HASHES_AT_ONCE = 2
# Nor do those who wait for their turn keep the threads that answer sites for long.
HASH_TURN_S = 1.0
BUSY_WAIT = timedelta(seconds=5)

MIN_PASSWORD_CHARS = 12
HASHER = PasswordHasher()  # Argon2id as RFC 9106 recommends where memory is scarce.
# The hash of a password nobody knows: names that do not exist take as long as those that do.
DECOY = (
    "$argon2id$v=19$m=65536,t=3,p=4$aakhD9vWxHImtCg0Ap/Nsw"
    "$gZgjJBPLs+nV6juqu0D/GSWiSeCM50HPPr5n8VfkNh4"
)


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


@dataclass(frozen=True, slots=True)
class Attempt:
    """How a log-in went: a session's token, or None; and how long to wait when it was not tried."""

    token: str | None
    wait: timedelta = timedelta(0)


class LogIn:
    """Lets moderators in, knows them while they stay, and lets them out."""

    def __init__(self, *, db: Database, writer: Writer, now: Callable[[], datetime]) -> None:
        self._db, self._writer, self._now = db, writer, now
        self._hashing = threading.BoundedSemaphore(HASHES_AT_ONCE)

    def with_password(self, name: str, password: str, address: str | None) -> Attempt:
        """Try a name and password that came from an address.

        A try counts as failed until it has succeeded, so that many at once gain nothing. Nobody is
        ever locked out: who failed often waits, longer each time.
        """
        whos = (self._who("name", name), self._who("address", network(address)))

        def begin(db: Connection) -> tuple[timedelta, list[int], Moderator | None]:
            now = self._now()
            wait = max(_wait(*log_ins.failures(db, who, now - WINDOW), now) for who in whos)
            if wait:
                return wait, [], None
            notes = [log_ins.note_failure(db, who, now) for who in whos]
            # PostgreSQL cannot even be asked about a NUL.
            return wait, notes, None if "\0" in name else people.find(db, name)

        if not self._hashing.acquire(timeout=HASH_TURN_S):
            return Attempt(None, BUSY_WAIT)
        try:
            wait, notes, moderator = self._writer.write(begin)
            if wait:
                return Attempt(None, wait)
            right = matches(moderator.password_hash if moderator else None, password)
        finally:
            self._hashing.release()
        if moderator is None or not right:
            log.info("log_in.refused: moderator %s", moderator.id if moderator else "unknown")
            return Attempt(None)

        def succeed(db: Connection) -> str:
            log_ins.take_back_failures(db, notes)
            log_ins.forget_failures(db, whos[0], before=self._now() - WINDOW)
            return self._start(db, moderator)

        return Attempt(self._writer.write(succeed))

    def with_link(self, link_token: str) -> str | None:
        """Use a log-in link, once; give the session's token, or None when the link is not good."""

        def use(db: Connection) -> str | None:
            moderator_id = log_ins.use_link(db, link_token, self._now())
            moderator = None if moderator_id is None else people.get(db, moderator_id)
            return self._start(db, moderator) if moderator else None

        return self._writer.write(use)

    def visitor(self, token: str) -> Visitor | None:
        """Give whose session this is; None when it has ended or its moderator was disabled."""
        with self._db.read() as db:
            now = self._now()
            found = log_ins.find_session(db, token, now, idle=IDLE, longest=LONGEST)
            moderator = people.get(db, found[0]) if found else None
            if found is None or moderator is None:
                return None
            names = {
                site.id: site.name for site in sites.list_sites(db) if site.id in moderator.roles
            }
        if now - found[1] >= TOUCH_AFTER:
            # A page can be read while nothing can be written; the next one will be noted.
            with suppress(StoreError):
                self._writer.write(lambda db: log_ins.touch_session(db, token, now))
        return Visitor(moderator.id, moderator.name, names, moderator.roles, moderator.preferences)

    def log_out(self, token: str) -> None:
        """End a session."""
        self._writer.write(lambda db: log_ins.end_session(db, token))

    def _start(self, db: Connection, moderator: Moderator) -> str:
        now = self._now()
        log_ins.end_stale_sessions(db, seen_before=now - IDLE, made_before=now - LONGEST)
        log.info("log_in.accepted: moderator %d", moderator.id)
        return log_ins.start_session(db, moderator.id, now)

    def _who(self, kind: str, value: str) -> str:
        """Name who tried without saying it: addresses are few enough to be found by trying all."""
        return hmac.new(self._salt, f"{kind}:{value}".encode(), hashlib.sha256).hexdigest()

    @cached_property
    def _salt(self) -> bytes:
        return installation.secret(self._db, "log_in_salt").encode()


def hash_password(password: str) -> str:
    """Give the Argon2id hash to keep in a password's place.

    Raises
    ------
    ValueError
        The password is too short to be safe from guessing.
    """
    if len(password) < MIN_PASSWORD_CHARS:
        raise ValueError(f"a password has at least {MIN_PASSWORD_CHARS} characters")
    return HASHER.hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Tell whether this is the password; None, for nobody's, takes as long and never matches."""
    try:
        HASHER.verify(password_hash or DECOY, password)
    except VerifyMismatchError:
        return False
    return password_hash is not None


def _wait(failures: int, last: datetime | None, now: datetime) -> timedelta:
    """Say how much longer one waits who failed this often and then."""
    if last is None or failures <= FREE_FAILURES:
        return timedelta(0)
    doublings = min(failures - FREE_FAILURES - 1, 10)  # Far past the longest wait.
    asked: timedelta = min(FIRST_WAIT * 2**doublings, LONGEST_WAIT)
    return max(last + asked - now, timedelta(0))
