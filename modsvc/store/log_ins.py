"""How moderators come in and stay in: links, sessions, and the tries that failed.

Tokens are kept as digests: who reads the database cannot log in by what is there.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from modsvc.store.tables import log_in_failures, log_in_links, sessions

TOKEN_BYTES = 32


def make_link(db: Connection, moderator: int, expires_at: datetime) -> str:
    """Make the token of a log-in link that works once; the links made before stop working."""
    db.execute(sa.delete(log_in_links).where(log_in_links.c.moderator == moderator))
    token = secrets.token_urlsafe(TOKEN_BYTES)
    db.execute(
        sa.insert(log_in_links).values(
            digest=token_digest(token), moderator=moderator, expires_at=expires_at
        )
    )
    return token


def use_link(db: Connection, token: str, now: datetime) -> int | None:
    """Take a link's token, once, and give whose it was; None when it is not good (any more)."""
    row = db.execute(
        sa.delete(log_in_links)
        .where(log_in_links.c.digest == token_digest(token))
        .returning(log_in_links.c.moderator, log_in_links.c.expires_at)
    ).first()
    return row.moderator if row and row.expires_at > now else None


def start_session(db: Connection, moderator: int, now: datetime) -> str:
    """Start a session and give its token, which only the browser keeps."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    db.execute(
        sa.insert(sessions).values(
            digest=token_digest(token), moderator=moderator, created_at=now, seen_at=now
        )
    )
    return token


def find_session(
    db: Connection, token: str, now: datetime, *, idle: timedelta, longest: timedelta
) -> tuple[int, datetime] | None:
    """Give whose session this is and when it was last seen; None when it has ended."""
    row = db.execute(
        sa.select(sessions.c.moderator, sessions.c.seen_at).where(
            sessions.c.digest == token_digest(token),
            sessions.c.seen_at > now - idle,
            sessions.c.created_at > now - longest,
        )
    ).first()
    return (row.moderator, row.seen_at) if row else None


def end_stale_sessions(db: Connection, *, seen_before: datetime, made_before: datetime) -> None:
    """Remove the sessions that nobody can use any more, whosever they are."""
    stale = sa.or_(sessions.c.seen_at <= seen_before, sessions.c.created_at <= made_before)
    db.execute(sa.delete(sessions).where(stale))


def touch_session(db: Connection, token: str, now: datetime) -> None:
    """Note that a session was seen just now."""
    db.execute(
        sa.update(sessions).where(sessions.c.digest == token_digest(token)).values(seen_at=now)
    )


def end_session(db: Connection, token: str) -> None:
    """End one session."""
    db.execute(sa.delete(sessions).where(sessions.c.digest == token_digest(token)))


def end_sessions(db: Connection, moderator: int) -> None:
    """End every session of a moderator."""
    db.execute(sa.delete(sessions).where(sessions.c.moderator == moderator))


def end_all(db: Connection, moderator: int) -> None:
    """End every session of a moderator, and the links that would start another."""
    end_sessions(db, moderator)
    db.execute(sa.delete(log_in_links).where(log_in_links.c.moderator == moderator))


def note_failure(db: Connection, who: str, now: datetime) -> int:
    """Note a log-in that failed, and give the note's id.

    `who` stands for a name or an address, and is kept as a digest.
    """
    note: int = db.execute(
        sa.insert(log_in_failures)
        .values(who=token_digest(who), failed_at=now)
        .returning(log_in_failures.c.id)
    ).scalar_one()
    return note


def take_back_failures(db: Connection, notes: Iterable[int]) -> None:
    """Take back what was noted of a log-in that turned out well."""
    db.execute(sa.delete(log_in_failures).where(log_in_failures.c.id.in_(list(notes))))


def failures(db: Connection, who: str, since: datetime) -> tuple[int, datetime | None]:
    """Count the failed log-ins of a name or address since a moment, and tell the last one's."""
    row = db.execute(
        sa.select(sa.func.count(), sa.func.max(log_in_failures.c.failed_at)).where(
            log_in_failures.c.who == token_digest(who), log_in_failures.c.failed_at > since
        )
    ).one()
    return row[0], row[1]


def forget_failures(db: Connection, who: str, before: datetime) -> None:
    """Forget the failures of one who got in, and everybody's older than `before`."""
    db.execute(
        sa.delete(log_in_failures).where(
            sa.or_(log_in_failures.c.who == token_digest(who), log_in_failures.c.failed_at < before)
        )
    )


def token_digest(token: str) -> str:
    """Give what is stored in a token's place."""
    return hashlib.sha256(token.encode()).hexdigest()
