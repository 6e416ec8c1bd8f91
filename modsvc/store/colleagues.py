"""Who works at a site, as far as others there need to know."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from modsvc.core.roles import OVERSEE, ROLES, may
from modsvc.store.tables import memberships, moderators

MOST = 500


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who works at a site."""

    id: int
    name: str
    role: str


def of_site(db: Connection, site: str) -> list[Colleague]:
    """Give who works at a site, by name."""
    return [Colleague(*row) for row in db.execute(_OF_SITE, {"site": site})]


def has_lead(db: Connection, site: str, *, but: Collection[int] = ()) -> bool:
    """Tell whether anybody at a site, but for some, may decide what is left to leads."""
    return db.execute(_LEAD, {"site": site, "but": list(but)}).first() is not None


def has_other(db: Connection, site: str, moderator: int) -> bool:
    """Tell whether anybody else works at a site."""
    return db.execute(_OTHER, {"site": site, "moderator": moderator}).first() is not None


def name(db: Connection, moderator: int | None) -> str | None:
    """Give a moderator's name, be they still there or not; None for nobody."""
    if moderator is None:
        return None
    return db.execute(_NAME, {"moderator": moderator}).scalar_one_or_none()


_OF_SITE = (
    sa.select(moderators.c.id, moderators.c.name, memberships.c.role)
    .join_from(memberships, moderators, moderators.c.id == memberships.c.moderator)
    .where(memberships.c.site == sa.bindparam("site"), moderators.c.disabled_at.is_(None))
    .order_by(moderators.c.name)
    .limit(MOST)
)
_ANYBODY = (
    sa.select(memberships.c.moderator)
    .join_from(memberships, moderators, moderators.c.id == memberships.c.moderator)
    .where(memberships.c.site == sa.bindparam("site"), moderators.c.disabled_at.is_(None))
    .limit(1)
)
_OTHER = _ANYBODY.where(memberships.c.moderator != sa.bindparam("moderator"))
_LEAD = _ANYBODY.where(
    memberships.c.role.in_([role for role in ROLES if may(role, OVERSEE)]),
    memberships.c.moderator.not_in(sa.bindparam("but", expanding=True)),
)
_NAME = sa.select(moderators.c.name).where(moderators.c.id == sa.bindparam("moderator"))
