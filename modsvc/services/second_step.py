"""The second step of a log-in: a code from an app, or a recovery code (RFC 6238).

No secret is stored. It is derived from a nonce in the moderator's row and the installation's key,
so that a copy of the database without the key opens nothing, and no cipher is needed.
https://www.rfc-editor.org/rfc/rfc6238
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from pyotp import HOTP, TOTP
from sqlalchemy.engine import Connection

from modsvc.services.throttle import Throttle
from modsvc.store import installation, second_steps
from modsvc.store.db import Database
from modsvc.store.writer import Writer

log = logging.getLogger(__name__)

STEP_S = 30
# Clocks differ, and typing takes a while: the codes of the half minutes beside this one count.
BESIDE = 1
NONCE_BYTES = 16
SECRET_BYTES = 20  # As long as the digest that the codes are made with (RFC 4226, section 4).
CODE = re.compile(r"[0-9]{6}", re.ASCII)
ISSUER = "modsvc"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a code: whether it counts; how long to wait if it was not tried; new codes."""

    counts: bool
    wait: timedelta = timedelta(0)
    recovery_codes: tuple[str, ...] = ()


class SecondStep:
    """Turns second steps on and off, and says which codes count."""

    def __init__(
        self,
        *,
        db: Database,
        writer: Writer,
        throttle: Throttle,
        now: Callable[[], datetime],
        secret_key: str | None = None,
    ) -> None:
        self._db, self._writer, self._throttle, self._now = db, writer, throttle, now
        self._secret_key = secret_key

    def offer(self) -> str:
        """Give the nonce of a secret that somebody may confirm."""
        return secrets.token_urlsafe(NONCE_BYTES)

    def secret(self, moderator: int, nonce: str) -> str:
        """Give the secret of a nonce, as apps take it: in Base32."""
        said = f"second step:{moderator}:{nonce}".encode()
        digest = hmac.new(self._key, said, hashlib.sha256).digest()
        return base64.b32encode(digest[:SECRET_BYTES]).decode()

    def address(self, moderator: int, name: str, nonce: str) -> str:
        """Give the address that a QR code tells an app."""
        totp = TOTP(self.secret(moderator, nonce))
        return totp.provisioning_uri(name=name, issuer_name=ISSUER)

    def left(self, moderator: int) -> int:
        """Count the recovery codes that somebody has left."""
        with self._db.read() as db:
            return second_steps.count_recovery_codes(db, moderator)

    def turn_on(self, moderator: int, nonce: str, code: str, address: str | None) -> Outcome:
        """Turn the second step on by a code of the secret that was offered."""

        def turn(db: Connection) -> Outcome:
            step = step_of(self.secret(moderator, nonce), plain(code), self._now())
            if step is None or not second_steps.turn_on(db, moderator, nonce, step):
                return Outcome(counts=False)
            return Outcome(counts=True, recovery_codes=_make_codes(db, moderator))

        return self._tried(moderator, address, turn, "second_step.on")

    def turn_off(self, moderator: int, code: str, address: str | None) -> Outcome:
        """Turn the second step off by a code that counts."""

        def turn(db: Connection) -> Outcome:
            if not self.counts(db, moderator, code):
                return Outcome(counts=False)
            second_steps.turn_off(db, moderator)
            return Outcome(counts=True)

        return self._tried(moderator, address, turn, "second_step.off")

    def renew(self, moderator: int, code: str, address: str | None) -> Outcome:
        """Make new recovery codes by a code that counts; those before stop counting."""

        def make(db: Connection) -> Outcome:
            if not self.counts(db, moderator, code):
                return Outcome(counts=False)
            return Outcome(counts=True, recovery_codes=_make_codes(db, moderator))

        return self._tried(moderator, address, make, "second_step.recovery_codes_renewed")

    def counts(self, db: Connection, moderator: int, code: str) -> bool:
        """Use a code or a recovery code up; say whether it counts, which it does once."""
        nonce, code = second_steps.nonce_of(db, moderator), plain(code)
        if nonce is None:
            return False
        if not CODE.fullmatch(code):
            return second_steps.use_recovery_code(db, moderator, code)
        step = step_of(self.secret(moderator, nonce), code, self._now())
        return step is not None and second_steps.use_step(db, moderator, step)

    def _tried(
        self,
        moderator: int,
        address: str | None,
        attempt: Callable[[Connection], Outcome],
        event: str,
    ) -> Outcome:
        whos = self._throttle.who("code", str(moderator), address)

        def attempt_in_turn(db: Connection) -> Outcome:
            if wait := self._throttle.wait(db, whos):
                return Outcome(counts=False, wait=wait)
            outcome = attempt(db)
            if outcome.counts:
                self._throttle.forgive(db, whos)
            else:
                self._throttle.note(db, whos)
            return outcome

        outcome = self._writer.write(attempt_in_turn)
        if outcome.counts:
            log.info("%s: moderator %d", event, moderator)
        return outcome

    @cached_property
    def _key(self) -> bytes:
        secret = self._secret_key or installation.secret(self._db, "second_step_key")
        return secret.encode()


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """Give the half minute whose code this is, the newest if several; None if it is none of ours.

    All that count are compared, however soon one is found.
    """
    present = int(now.timestamp()) // STEP_S
    codes = HOTP(secret)
    steps = range(max(present - BESIDE, 0), present + BESIDE + 1)
    alike = [step for step in steps if hmac.compare_digest(codes.at(step), code)]
    return max(alike, default=None)


def plain(code: str) -> str:
    """Give a code without what people put between its characters."""
    return "".join(char for char in code if char.isascii() and char.isalnum()).upper()


def spaced(code: str) -> str:
    """Write a code in groups of four, for people."""
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4))


def _make_codes(db: Connection, moderator: int) -> tuple[str, ...]:
    return tuple(second_steps.make_recovery_codes(db, moderator))
