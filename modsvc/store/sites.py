"""Sites and their keys."""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from modsvc.core.answering import USUAL, Answering
from modsvc.errors import AlreadyExists, NotFound
from modsvc.store.tables import keys, signing_secrets, sites

SCOPES = ("comments:write", "comments:read", "decisions:read", "protocols:call")
KEY_BYTES = 32  # 256 bits: nothing to guess, so an unsalted SHA-256 is enough at rest.
KEY_MARK = "msk_"
PREFIX_CHARS = 10


@dataclass(frozen=True, slots=True)
class Site:
    """A news site that calls us."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Key:
    """What is known of a key after it was shown once: never the key itself."""

    id: int
    site: str
    name: str
    prefix: str
    scopes: frozenset[str]
    created_at: datetime
    revoked_at: datetime | None
    answering: Answering

    @property
    def is_good(self) -> bool:
        """Whether it was not revoked."""
        return self.revoked_at is None


def add_site(db: Connection, site_id: str, name: str, now: datetime) -> Site:
    """Add a site.

    Raises
    ------
    AlreadyExists
        There is a site of that id.
    """
    if get_site(db, site_id) is not None:
        raise AlreadyExists(f"there is a site {site_id!r} already")
    db.execute(sa.insert(sites).values(id=site_id, name=name, created_at=now))
    return Site(site_id, name)


def get_site(db: Connection, site_id: str) -> Site | None:
    """Give a site by its id."""
    row = db.execute(sa.select(sites.c.id, sites.c.name).where(sites.c.id == site_id)).first()
    return Site(*row) if row else None


def list_sites(db: Connection) -> list[Site]:
    """Give all sites in the order of their ids."""
    return [Site(*row) for row in db.execute(sa.select(sites.c.id, sites.c.name).order_by("id"))]


def second_step_from(db: Connection, site_id: str) -> str | None:
    """Give the least role that must log in with a second step at a site; None: nobody must."""
    find = sa.select(sites.c.second_step_from).where(sites.c.id == site_id)
    role: str | None = db.execute(find).scalar_one_or_none()
    return role


def ask_second_step_from(db: Connection, site_id: str, role: str | None) -> bool:
    """Ask for a second step from a role on, or of nobody; False where there is no such site."""
    changed = db.execute(
        sa.update(sites).where(sites.c.id == site_id).values(second_step_from=role)
    )
    return changed.rowcount == 1


def add_key(
    db: Connection,
    site_id: str,
    name: str,
    scopes: frozenset[str],
    now: datetime,
    answering: Answering = USUAL,
    *,
    for_host_name: bool = False,
) -> str:
    """Make a key for a site and give it, for the one time it is ever shown.

    One that can be part of a host name has no capitals, since those lose their case.

    Raises
    ------
    NotFound
        There is no such site.
    """
    if get_site(db, site_id) is None:
        raise NotFound(f"there is no site {site_id!r}; add it first: modsvc site add {site_id}")
    key = KEY_MARK + secrets.token_urlsafe(KEY_BYTES)
    if for_host_name:
        letters = base64.b32encode(secrets.token_bytes(KEY_BYTES)).decode().rstrip("=").lower()
        key = KEY_MARK.replace("_", "-") + letters
    db.execute(
        sa.insert(keys).values(
            site=site_id,
            name=name,
            prefix=key[:PREFIX_CHARS],
            digest=key_digest(key),
            scopes=" ".join(sorted(scopes)),
            created_at=now,
            **asdict(answering),
        )
    )
    return key


def key_digest(key: str) -> str:
    """Give what is stored in a key's place."""
    return hashlib.sha256(key.encode()).hexdigest()


def find_key(db: Connection, digest: str) -> Key | None:
    """Find a key that is not revoked by its digest."""
    row = db.execute(_FIND_KEY, {"digest": digest}).first()
    return _key(row) if row else None


def list_keys(db: Connection, site_id: str) -> list[Key]:
    """Give a site's keys, revoked ones too, oldest first."""
    rows = db.execute(_KEYS.where(keys.c.site == site_id).order_by(keys.c.id))
    return [_key(row) for row in rows]


def change_key(db: Connection, site_id: str, prefix: str, **options: object) -> int:
    """Set fields of Answering for a site's good keys that start with `prefix`; say how many."""
    statement = (
        sa.update(keys)
        .where(keys.c.site == site_id, keys.c.revoked_at.is_(None))
        .where(keys.c.prefix == _prefix(prefix))
    )
    return db.execute(statement.values(**options)).rowcount


def revoke_keys(
    db: Connection,
    site_id: str,
    now: datetime,
    *,
    prefix: str | None = None,
    name: str | None = None,
) -> int:
    """Revoke a site's keys that start with `prefix` and are called `name`; say how many."""
    statement = (
        sa.update(keys)
        .where(keys.c.site == site_id, keys.c.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    if prefix is not None:
        statement = statement.where(keys.c.prefix == _prefix(prefix))
    if name is not None:
        statement = statement.where(keys.c.name == name)
    return db.execute(statement).rowcount


def add_secret(db: Connection, site_id: str, prefix: str, secret: str, now: datetime) -> int:
    """Let a site's good keys that start with `prefix` be signed for with a secret; say how many.

    A secret that is there already is there once.
    """
    chosen = [
        key for key in list_keys(db, site_id) if key.is_good and key.prefix == _prefix(prefix)
    ]
    for key in chosen:
        if secret not in secrets_of(db, key.id):
            row = {"site": site_id, "key": key.id, "secret": secret, "created_at": now}
            db.execute(sa.insert(signing_secrets).values(row))
    return len(chosen)


def drop_secret(db: Connection, site_id: str, prefix: str, secret: str) -> int:
    """Take a secret from a site's keys that start with `prefix`; say from how many."""
    of_keys = sa.select(keys.c.id).where(keys.c.site == site_id, keys.c.prefix == _prefix(prefix))
    return db.execute(
        sa.delete(signing_secrets).where(
            signing_secrets.c.key.in_(of_keys), signing_secrets.c.secret == secret
        )
    ).rowcount


def secrets_of(db: Connection, key: int) -> list[str]:
    """Give what requests with a key may be signed with, oldest first."""
    return [secret for (secret,) in db.execute(_SECRETS, {"key": key})]


def _prefix(prefix: str) -> str:
    return prefix[:PREFIX_CHARS]


def _key(row: Any) -> Key:
    return Key(
        row.id,
        row.site,
        row.name,
        row.prefix,
        frozenset(row.scopes.split()),
        row.created_at,
        row.revoked_at,
        Answering(*(getattr(row, name) for name in _ANSWERING)),
    )


_ANSWERING = tuple(field.name for field in fields(Answering))
_KEYS = sa.select(
    keys.c.id,
    keys.c.site,
    keys.c.name,
    keys.c.prefix,
    keys.c.scopes,
    keys.c.created_at,
    keys.c.revoked_at,
    *(keys.c[name] for name in _ANSWERING),
)
_FIND_KEY = _KEYS.where(keys.c.digest == sa.bindparam("digest"), keys.c.revoked_at.is_(None))
_SECRETS = (
    sa.select(signing_secrets.c.secret)
    .where(signing_secrets.c.key == sa.bindparam("key"))
    .order_by(signing_secrets.c.id)
)
