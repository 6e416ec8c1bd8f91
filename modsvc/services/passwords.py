"""Passwords: their hashes, of which only a few are made at once, and guesses at them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy.engine import Connection

from modsvc.core.sentence import Sentence
from modsvc.errors import StoreBusy
from modsvc.services.throttle import Throttle
from modsvc.store.people import Moderator
from modsvc.store.writer import Writer

# Each hash takes 64 MiB for a while: strangers decide how many are asked for, we how many are made.
HASHES_AT_ONCE = 2
# Nor do those who wait for their turn keep the threads that answer sites for long.
HASH_TURN_S = 1.0
BUSY_WAIT = timedelta(seconds=5)

MIN_PASSWORD_CHARS = 12
MAX_PASSWORD_CHARS = 1_000
HASHER = PasswordHasher()  # Argon2id as RFC 9106 recommends where memory is scarce.
# The hash of a password nobody knows: names that do not exist take as long as those that do.
DECOY = (
    "$argon2id$v=19$m=65536,t=3,p=4$aakhD9vWxHImtCg0Ap/Nsw"
    "$gZgjJBPLs+nV6juqu0D/GSWiSeCM50HPPr5n8VfkNh4"
)


@dataclass(frozen=True, slots=True)
class Guess:
    """How a guess went: whose password it was, or None; and how long to wait if it was not tried.

    `found` is who was meant, if there is such a person; `notes` takes back that it was counted.
    """

    moderator: Moderator | None
    found: Moderator | None = None
    notes: Sequence[int] = ()
    wait: timedelta = timedelta(0)


class Passwords:
    """Compares passwords with their hashes, and makes hashes."""

    def __init__(self, *, throttle: Throttle, writer: Writer) -> None:
        self._throttle, self._writer = throttle, writer
        self._hashing = threading.BoundedSemaphore(HASHES_AT_ONCE)

    def guess(
        self,
        whos: Sequence[str],
        find: Callable[[Connection], Moderator | None],
        password: str,
    ) -> Guess:
        """Try a password of whomever `find` finds.

        A try counts as failed until whoever asked has taken that back, so that many at once gain
        nothing.
        """

        def begin(db: Connection) -> tuple[timedelta, list[int], Moderator | None]:
            wait = self._throttle.wait(db, whos)
            if wait:
                return wait, [], None
            return wait, self._throttle.note(db, whos), find(db)

        with self._turn() as is_ours:
            if not is_ours:
                return Guess(None, wait=BUSY_WAIT)
            wait, notes, found = self._writer.write(begin)
            if wait:
                return Guess(None, wait=wait)
            right = matches(found.password_hash if found else None, password)
        return Guess(found if right else None, found, notes)

    def hash(self, password: str) -> str:
        """Give the hash to keep in a password's place.

        Raises
        ------
        ValueError
            The password is too short to be safe from guessing, or longer than any.
        StoreBusy
            Too many hashes are being made.
        """
        checked(password)
        with self._turn() as is_ours:
            if not is_ours:
                raise StoreBusy("too many passwords are being hashed; try again")
            return hash_password(password)

    @contextmanager
    def _turn(self) -> Iterator[bool]:
        """Wait for a turn, but not for long; say whether it came."""
        is_ours = self._hashing.acquire(timeout=HASH_TURN_S)
        try:
            yield is_ours
        finally:
            if is_ours:
                self._hashing.release()


def checked(password: str) -> str:
    """Give the password back.

    Raises
    ------
    ValueError
        It is too short to be safe from guessing, or longer than any.
    """
    if len(password) < MIN_PASSWORD_CHARS:
        raise ValueError(
            Sentence("a password has at least {least} characters", least=MIN_PASSWORD_CHARS)
        )
    if len(password) > MAX_PASSWORD_CHARS:
        raise ValueError(
            Sentence("a password has at most {most:,} characters", most=MAX_PASSWORD_CHARS)
        )
    return password


def hash_password(password: str) -> str:
    """Give the Argon2id hash to keep in a password's place.

    Raises
    ------
    ValueError
        As `checked` does.
    """
    return HASHER.hash(checked(password))


def matches(password_hash: str | None, password: str) -> bool:
    """Tell whether this is the password; None, for nobody's, takes as long and never matches."""
    try:
        HASHER.verify(password_hash or DECOY, password)
    except VerifyMismatchError:
        return False
    return password_hash is not None
