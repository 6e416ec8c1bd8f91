"""What an installation knows of itself: the secrets it made at its first start."""

from __future__ import annotations

import secrets as random

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from modsvc.store.db import Database
from modsvc.store.tables import secrets

SECRET_BYTES = 32


def secret(db: Database, name: str) -> str:
    """Give the installation's secret of that name, made when first asked for.

    All processes on one database get the same one, whichever of them asks first.

    Raises
    ------
    StoreUnavailable
        The database cannot be reached, or has not been migrated.
    """
    find = sa.select(secrets.c.value).where(secrets.c.name == name)
    with db.read() as connection:
        value: str | None = connection.execute(find).scalar_one_or_none()
    if value is not None:
        return value
    insert = sqlite.insert if db.is_sqlite else postgresql.insert
    with db.write() as connection:
        new = random.token_urlsafe(SECRET_BYTES)
        connection.execute(insert(secrets).values(name=name, value=new).on_conflict_do_nothing())
        return str(connection.execute(find).scalar_one())
