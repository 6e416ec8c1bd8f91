"""Moderators: who they are, where they may work, and who changed that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from modsvc.core import preferences
from modsvc.core.mentions import same_to_people
from modsvc.core.preferences import Preferences
from modsvc.core.roles import is_at_least
from modsvc.errors import AlreadyExists, NotFound
from modsvc.store import handed, log_ins
from modsvc.store.tables import memberships, moderators, people_changes, sites

MOST_LISTED = 100
MOST_CHANGES = 30


@dataclass(frozen=True, slots=True)
class Moderator:
    """A person who judges held comments.

    `sites` and `roles` map each site they work at to its name, and to what they are there.
    """

    id: int
    name: str
    password_hash: str | None
    sites: dict[str, str]
    roles: dict[str, str]
    preferences: Preferences
    has_second_step: bool
    # Whether a site wants a second step of somebody of their role.
    needs_second_step: bool


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who works at a site, as its admins see them."""

    id: int
    name: str
    role: str
    seen_at: datetime | None
    has_second_step: bool


@dataclass(frozen=True, slots=True)
class Change:
    """Who let whom do what. `made_by` is None for the operator; `moderator` for nobody yet."""

    made_at: datetime
    kind: str
    role: str
    made_by: str | None
    moderator: str | None


def add(db: Connection, name: str, now: datetime, *, password_hash: str | None = None) -> int:
    """Add a moderator and give their id.

    Raises
    ------
    AlreadyExists
        Somebody of that name is there, if only as one who was disabled; capitals and small letters
        make no other name of it.
    """
    taken = db.execute(sa.select(moderators.c.name)).scalars()
    if same_to_people(name) in map(same_to_people, taken):
        raise AlreadyExists(f"there is a moderator {name!r} already")
    insert = sqlite.insert if db.dialect.name == "sqlite" else postgresql.insert
    new: int | None = db.execute(
        insert(moderators)
        .values(name=name, password_hash=password_hash, created_at=now)
        .on_conflict_do_nothing()
        .returning(moderators.c.id)
    ).scalar_one_or_none()
    if new is None:
        raise AlreadyExists(f"there is a moderator {name!r} already")
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
    leave_site(db, moderator, site)
    db.execute(sa.insert(memberships).values(moderator=moderator, site=site, role=role))


def leave_site(db: Connection, moderator: int, site: str) -> None:
    """Let a moderator work at a site no more."""
    here = sa.and_(memberships.c.moderator == moderator, memberships.c.site == site)
    db.execute(sa.delete(memberships).where(here))


def lock_site(db: Connection, site: str) -> None:
    """Let nobody else change who works at a site until the transaction ends."""
    db.execute(sa.select(sites.c.id).where(sites.c.id == site).with_for_update())


def of_site(db: Connection, site: str, *, named: str = "", after: str = "") -> list[Member]:
    """Give up to MOST_LISTED who work at a site, by name; those who were disabled do not.

    named : what their names have in them, in capitals or small
    after : whose names come after it
    """
    rows = db.execute(
        sa.select(
            moderators.c.id,
            moderators.c.name,
            memberships.c.role,
            moderators.c.seen_at,
            moderators.c.totp_nonce.is_not(None),
        )
        .join_from(memberships, moderators)
        .where(_works_at(site, named), moderators.c.name > after)
        .order_by(moderators.c.name)
        .limit(MOST_LISTED)
    )
    return [Member(*row) for row in rows]


def count_at(db: Connection, site: str, *, named: str = "") -> int:
    """Say how many work at a site, or how many of those have this in their names."""
    n: int = db.execute(
        sa.select(sa.func.count())
        .select_from(memberships.join(moderators))
        .where(_works_at(site, named))
    ).scalar_one()
    return n


def _works_at(site: str, named: str) -> sa.ColumnElement[bool]:
    works = sa.and_(memberships.c.site == site, moderators.c.disabled_at.is_(None))
    return sa.and_(works, moderators.c.name.icontains(named, autoescape=True)) if named else works


def role_at(db: Connection, moderator: int, site: str) -> str | None:
    """Give what a moderator is at a site; None where they are nothing, or were disabled."""
    row = db.execute(
        sa.select(memberships.c.role)
        .join_from(memberships, moderators)
        .where(
            memberships.c.moderator == moderator,
            memberships.c.site == site,
            moderators.c.disabled_at.is_(None),
        )
    ).first()
    return row.role if row else None


def has_other(db: Connection, site: str, role: str, moderator: int) -> bool:
    """Tell whether somebody else than this moderator has a role at a site."""
    row = db.execute(
        sa.select(memberships.c.moderator)
        .join_from(memberships, moderators)
        .where(
            memberships.c.site == site,
            memberships.c.role == role,
            memberships.c.moderator != moderator,
            moderators.c.disabled_at.is_(None),
        )
        .limit(1)
    ).first()
    return row is not None


def note_change(
    db: Connection,
    site: str,
    kind: str,
    now: datetime,
    *,
    by: int | None,
    moderator: int | None = None,
    role: str = "",
) -> None:
    """Note who let whom do what; `by` is None for the operator."""
    db.execute(
        sa.insert(people_changes).values(
            site=site, made_at=now, made_by=by, kind=kind, moderator=moderator, role=role
        )
    )


def changes(db: Connection, site: str) -> list[Change]:
    """Give the newest changes of who may do what at a site."""
    who, whom = moderators.alias("who"), moderators.alias("whom")
    rows = db.execute(
        sa.select(
            people_changes.c.made_at,
            people_changes.c.kind,
            people_changes.c.role,
            who.c.name,
            whom.c.name,
        )
        .join_from(people_changes, who, who.c.id == people_changes.c.made_by, isouter=True)
        .join(whom, whom.c.id == people_changes.c.moderator, isouter=True)
        .where(people_changes.c.site == site)
        .order_by(people_changes.c.id.desc())
        .limit(MOST_CHANGES)
    )
    return [Change(*row) for row in rows]


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

    What waits for them waits for anybody.

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
    handed.take_back(db, moderator.id)


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
    places = db.execute(
        sa.select(sites.c.id, sites.c.name, sites.c.second_step_from, memberships.c.role)
        .join_from(memberships, sites)
        .where(memberships.c.moderator == row.id)
        .order_by(sites.c.id)
    ).all()
    return Moderator(
        row.id,
        row.name,
        row.password_hash,
        {place.id: place.name for place in places},
        {place.id: place.role for place in places},
        preferences.read(row.preferences),
        has_second_step=row.totp_nonce is not None,
        needs_second_step=any(
            place.second_step_from is not None and is_at_least(place.role, place.second_step_from)
            for place in places
        ),
    )
