"""Invitations: links by which somebody joins a site, once. Tokens are kept as digests."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from modsvc.store.log_ins import TOKEN_BYTES, token_digest
from modsvc.store.tables import invitations, moderators, sites

MOST_LISTED = 100


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation that was not used yet."""

    id: int
    site: str
    site_name: str
    role: str
    invited_by: int
    inviter: str
    expires_at: datetime


def make(db: Connection, site: str, role: str, by: int, now: datetime, expires_at: datetime) -> str:
    """Make an invitation and give its token; those of the site that nobody used in time go."""
    db.execute(
        sa.delete(invitations).where(
            invitations.c.site == site,
            invitations.c.used_at.is_(None),
            invitations.c.expires_at <= now,
        )
    )
    token = secrets.token_urlsafe(TOKEN_BYTES)
    db.execute(
        sa.insert(invitations).values(
            digest=token_digest(token),
            site=site,
            role=role,
            invited_by=by,
            created_at=now,
            expires_at=expires_at,
        )
    )
    return token


def find(db: Connection, token: str, now: datetime) -> Invitation | None:
    """Give the invitation of a token, where it is still good."""
    row = db.execute(_open(now).where(invitations.c.digest == token_digest(token))).first()
    return Invitation(*row) if row else None


def use(db: Connection, token: str, moderator: int, now: datetime) -> bool:
    """Use an invitation up; False when somebody else was first, or it came to its end."""
    used = db.execute(
        sa.update(invitations)
        .where(
            invitations.c.digest == token_digest(token),
            invitations.c.used_at.is_(None),
            invitations.c.expires_at > now,
        )
        .values(used_at=now, used_by=moderator)
    )
    return used.rowcount == 1


def withdraw(db: Connection, site: str, invitation: int) -> bool:
    """Take an invitation back; False where there is none such at the site, or it was used."""
    gone = db.execute(
        sa.delete(invitations).where(
            invitations.c.id == invitation,
            invitations.c.site == site,
            invitations.c.used_at.is_(None),
        )
    )
    return gone.rowcount == 1


def list_open(db: Connection, site: str, now: datetime) -> list[Invitation]:
    """Give a site's invitations that can still be used, the newest first."""
    rows = db.execute(
        _open(now)
        .where(invitations.c.site == site)
        .order_by(invitations.c.id.desc())
        .limit(MOST_LISTED)
    )
    return [Invitation(*row) for row in rows]


def _open(now: datetime) -> sa.Select[int, str, str, str, int, str, datetime]:
    return (
        sa.select(
            invitations.c.id,
            invitations.c.site,
            sites.c.name,
            invitations.c.role,
            invitations.c.invited_by,
            moderators.c.name,
            invitations.c.expires_at,
        )
        .join_from(invitations, sites)
        .join(moderators, moderators.c.id == invitations.c.invited_by)
        .where(invitations.c.used_at.is_(None), invitations.c.expires_at > now)
    )
