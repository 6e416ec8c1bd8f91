"""Moderators: who they are, and where they may work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from modsvc.core import preferences
from modsvc.core.preferences import Preferences
from modsvc.errors import AlreadyExists, NotFound
from modsvc.store import log_ins
from modsvc.store.tables import memberships, moderators, sites


@dataclass(frozen=True, slots=True)
class Moderator:
    """A person who judges held comments; `roles` maps each site to what they are there."""

    id: int
    name: str
    password_hash: str | None
    roles: dict[str, str]
    preferences: Preferences
    has_second_step: bool


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
    log_ins.end_all(db, moderator.id)


def set_password_hash(db: Connection, moderator: int, password_hash: str) -> None:
    """Replace a moderator's password hash."""
    db.execute(
        sa.update(moderators)
        .where(moderators.c.id == moderator)
        .values(password_hash=password_hash)
    )


def _one(db: Connection, which: sa.ColumnElement[bool]) -> Moderator | None:
    row = db.execute(
        sa.select(
            moderators.c.id,
            moderators.c.name,
            moderators.c.password_hash,
            moderators.c.preferences,
            moderators.c.totp_nonce,
        ).where(which, moderators.c.disabled_at.is_(None))
    ).first()
    if row is None:
        return None
    roles = db.execute(
        sa.select(memberships.c.site, memberships.c.role).where(memberships.c.moderator == row.id)
    )
    return Moderator(
        row.id,
        row.name,
        row.password_hash,
        {each.site: each.role for each in roles},
        preferences.read(row.preferences),
        row.totp_nonce is not None,
    )
