"""How moderators come in and stay in: links, sessions, and the tries that failed.

Tokens are kept as digests: who reads the database cannot log in by what is there.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from modsvc.store.tables import log_in_failures, log_in_links, moderators, sessions

TOKEN_BYTES = 32
# More than anybody has; what is older than the newest of them can still be ended with the others.
MOST_LISTED = 50


@dataclass(frozen=True, slots=True)
class Session:
    """A session as its owner sees it; `digest` stands for the token that only the browser has."""

    digest: str
    device: str
    created_at: datetime
    seen_at: datetime


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


def start_session(
    db: Connection, moderator: int, now: datetime, *, device: str = "", awaits_code: bool = False
) -> str:
    """Start a session and give its token, which only the browser keeps.

    One that awaits a code is no session yet: it stands for the first step of a log-in.
    """
    token = secrets.token_urlsafe(TOKEN_BYTES)
    db.execute(
        sa.insert(sessions).values(
            digest=token_digest(token),
            moderator=moderator,
            created_at=now,
            seen_at=now,
            device=device,
            awaits_code=awaits_code,
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
            ~sessions.c.awaits_code,
            sessions.c.seen_at > now - idle,
            sessions.c.created_at > now - longest,
        )
    ).first()
    return (row.moderator, row.seen_at) if row else None


def find_first_step(db: Connection, token: str, since: datetime) -> int | None:
    """Give who took the first step of a log-in, after that moment; None when that is past."""
    row = db.execute(
        sa.select(sessions.c.moderator).where(
            sessions.c.digest == token_digest(token),
            sessions.c.awaits_code,
            sessions.c.created_at > since,
        )
    ).first()
    return row.moderator if row else None


def end_stale_sessions(db: Connection, *, seen_before: datetime, made_before: datetime) -> None:
    """Remove the sessions that nobody can use any more, whosever they are."""
    stale = sa.or_(sessions.c.seen_at <= seen_before, sessions.c.created_at <= made_before)
    db.execute(sa.delete(sessions).where(stale))


def touch_session(db: Connection, token: str, moderator: int, now: datetime) -> None:
    """Note that a session, and so its moderator, was seen just now."""
    db.execute(
        sa.update(sessions).where(sessions.c.digest == token_digest(token)).values(seen_at=now)
    )
    db.execute(sa.update(moderators).where(moderators.c.id == moderator).values(seen_at=now))


def list_sessions(
    db: Connection, moderator: int, now: datetime, *, idle: timedelta, longest: timedelta
) -> list[Session]:
    """Give a moderator's sessions that go on, the newest first."""
    rows = db.execute(
        sa.select(sessions.c.digest, sessions.c.device, sessions.c.created_at, sessions.c.seen_at)
        .where(
            sessions.c.moderator == moderator,
            ~sessions.c.awaits_code,
            sessions.c.seen_at > now - idle,
            sessions.c.created_at > now - longest,
        )
        .order_by(sessions.c.created_at.desc(), sessions.c.digest)
        .limit(MOST_LISTED)
    )
    return [Session(*row) for row in rows]


def end_session(db: Connection, token: str) -> bool:
    """End one session; say whether there was one."""
    ended = db.execute(sa.delete(sessions).where(sessions.c.digest == token_digest(token)))
    return ended.rowcount == 1


def end_session_of(db: Connection, moderator: int, digest: str) -> bool:
    """End one of a moderator's sessions by what stands for its token; say whether it was theirs."""
    ended = db.execute(
        sa.delete(sessions).where(sessions.c.moderator == moderator, sessions.c.digest == digest)
    )
    return ended.rowcount == 1


def end_sessions(db: Connection, moderator: int, *, but: str | None = None) -> int:
    """End every session of a moderator, but that of a token; say how many there were."""
    theirs = sessions.c.moderator == moderator
    if but is not None:
        theirs &= sessions.c.digest != token_digest(but)
    return db.execute(sa.delete(sessions).where(theirs)).rowcount


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
