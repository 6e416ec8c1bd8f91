"""Moderators: who they are, where they may work, how they come in and stay in."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from modsvc.errors import AlreadyExists, NotFound
from modsvc.store.tables import (
    log_in_failures,
    log_in_links,
    memberships,
    moderators,
    sessions,
    sites,
)

ROLES = ("moderator", "lead", "editor", "admin")
TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class Moderator:
    """A person who judges held comments; `roles` maps each site to what they are there."""

    id: int
    name: str
    password_hash: str | None
    roles: dict[str, str]


def add(db: Connection, name: str, now: datetime, *, password_hash: str | None = None) -> int:
    """Add a moderator and give their id.

    Raises
    ------
    AlreadyExists
        Somebody of that name is there.
    """
    if find(db, name) is not None:
        raise AlreadyExists(f"there is a moderator {name!r} already")
    new: int = db.execute(
        sa.insert(moderators)
        .values(name=name, password_hash=password_hash, created_at=now)
        .returning(moderators.c.id)
    ).scalar_one()
    return new


def join_site(db: Connection, moderator: int, site: str, role: str) -> None:
    """Let a moderator work at a site, in a role; a role they had there is replaced.

    Raises
    ------
    NotFound
        There is no such site.
    """
    if not db.execute(sa.select(sites.c.id).where(sites.c.id == site)).first():
        raise NotFound(f"there is no site {site!r}; add it first: modsvc site add {site}")
    here = sa.and_(memberships.c.moderator == moderator, memberships.c.site == site)
    db.execute(sa.delete(memberships).where(here))
    db.execute(sa.insert(memberships).values(moderator=moderator, site=site, role=role))


def find(db: Connection, name: str) -> Moderator | None:
    """Find a moderator by name, if not disabled."""
    return _one(db, moderators.c.name == name)


def get(db: Connection, moderator: int) -> Moderator | None:
    """Give a moderator by id, if not disabled."""
    return _one(db, moderators.c.id == moderator)


def list_all(db: Connection) -> list[tuple[str, str | None, str | None, datetime | None]]:
    """Give each moderator's name, a site, their role there, and when they were disabled."""
    rows = db.execute(
        sa.select(
            moderators.c.name, memberships.c.site, memberships.c.role, moderators.c.disabled_at
        )
        .join(memberships, isouter=True)
        .order_by(moderators.c.name, memberships.c.site)
    )
    return [(row.name, row.site, row.role, row.disabled_at) for row in rows]


def disable(db: Connection, name: str, now: datetime) -> None:
    """Shut a moderator out, at once and on every machine they are logged in on.

    Raises
    ------
    NotFound
        There is no such moderator, or they are disabled already.
    """
    moderator = find(db, name)
    if moderator is None:
        raise NotFound(f"there is no moderator {name!r}")
    db.execute(sa.update(moderators).where(moderators.c.id == moderator.id).values(disabled_at=now))
    db.execute(sa.delete(log_in_links).where(log_in_links.c.moderator == moderator.id))
    end_sessions(db, moderator.id)


def set_password_hash(db: Connection, moderator: int, password_hash: str) -> None:
    """Replace a moderator's password hash."""
    db.execute(
        sa.update(moderators)
        .where(moderators.c.id == moderator)
        .values(password_hash=password_hash)
    )


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


def note_failure(db: Connection, who: str, now: datetime) -> None:
    """Note a log-in that failed; `who` is a name or an address, and is kept as a digest."""
    db.execute(sa.insert(log_in_failures).values(who=token_digest(who), failed_at=now))


def count_failures(db: Connection, who: str, since: datetime) -> int:
    """Count the failed log-ins of a name or address since a moment."""
    return db.execute(
        sa.select(sa.func.count()).where(
            log_in_failures.c.who == token_digest(who), log_in_failures.c.failed_at > since
        )
    ).scalar_one()


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


def _one(db: Connection, which: sa.ColumnElement[bool]) -> Moderator | None:
    row = db.execute(
        sa.select(moderators.c.id, moderators.c.name, moderators.c.password_hash).where(
            which, moderators.c.disabled_at.is_(None)
        )
    ).first()
    if row is None:
        return None
    roles = db.execute(
        sa.select(memberships.c.site, memberships.c.role).where(memberships.c.moderator == row.id)
    )
    return Moderator(row.id, row.name, row.password_hash, {row.site: row.role for row in roles})
