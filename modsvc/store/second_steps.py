"""The second step of a log-in: codes that count once each, and codes that stand in for them."""

from __future__ import annotations

import base64
import secrets

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from modsvc.store.log_ins import token_digest
from modsvc.store.tables import moderators, recovery_codes

RECOVERY_CODES = 10
# 80 bits: nothing to guess, so that an unsalted digest is enough at rest.
RECOVERY_BYTES = 10


def nonce_of(db: Connection, moderator: int) -> str | None:
    """Give what a moderator's secret is derived from; None where they have no second step."""
    find = sa.select(moderators.c.totp_nonce).where(moderators.c.id == moderator)
    nonce: str | None = db.execute(find).scalar_one_or_none()
    return nonce


def turn_on(db: Connection, moderator: int, nonce: str, step: int) -> bool:
    """Give a moderator a second step, of which one code was used; False where they have one."""
    turned = db.execute(
        sa.update(moderators)
        .where(moderators.c.id == moderator, moderators.c.totp_nonce.is_(None))
        .values(totp_nonce=nonce, totp_step=step)
    )
    return turned.rowcount == 1


def turn_off(db: Connection, moderator: int) -> bool:
    """Take a moderator's second step and recovery codes away; False where there was none."""
    db.execute(sa.delete(recovery_codes).where(recovery_codes.c.moderator == moderator))
    turned = db.execute(
        sa.update(moderators)
        .where(moderators.c.id == moderator, moderators.c.totp_nonce.is_not(None))
        .values(totp_nonce=None)
    )
    return turned.rowcount == 1


def use_step(db: Connection, moderator: int, step: int) -> bool:
    """Use the code of a half minute, unless it or a later one was used; say whether it counts.

    One statement, so that of two who send one code at once only one gets in.
    """
    used = db.execute(
        sa.update(moderators)
        .where(moderators.c.id == moderator, moderators.c.totp_step < step)
        .values(totp_step=step)
    )
    return used.rowcount == 1


def make_recovery_codes(db: Connection, moderator: int) -> list[str]:
    """Make new recovery codes, in the place of those before, and give them: only now."""
    db.execute(sa.delete(recovery_codes).where(recovery_codes.c.moderator == moderator))
    codes = [
        base64.b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode()
        for _ in range(RECOVERY_CODES)
    ]
    db.execute(
        sa.insert(recovery_codes),
        [{"digest": token_digest(code), "moderator": moderator} for code in codes],
    )
    return codes


def use_recovery_code(db: Connection, moderator: int, code: str) -> bool:
    """Use a recovery code up; say whether it was one of this moderator's."""
    used = db.execute(
        sa.delete(recovery_codes).where(
            recovery_codes.c.digest == token_digest(code),
            recovery_codes.c.moderator == moderator,
        )
    )
    return used.rowcount == 1


def count_recovery_codes(db: Connection, moderator: int) -> int:
    """Count the recovery codes that a moderator has left."""
    count = sa.select(sa.func.count()).where(recovery_codes.c.moderator == moderator)
    return int(db.execute(count).scalar_one())
