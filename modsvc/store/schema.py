"""Brings a database to the schema this version needs, and tells whether it is there.

Alembic is imported only where something is to be migrated: it costs a third of a second, and
nothing that serves needs it.
"""

from __future__ import annotations

from importlib import resources

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from modsvc.errors import SchemaOutdated
from modsvc.store.db import Database

# The newest file in migrations/versions; a test holds the two together.
HEAD = "0007"
# Any number, so long as every process that migrates asks for the same.
PG_LOCK = 0x6D6F6473766331


def revision(db: Connection) -> str | None:
    """Give the schema's revision; None for a database that has none."""
    if not sa.inspect(db).has_table("alembic_version"):
        return None
    row = db.execute(sa.text("SELECT version_num FROM alembic_version")).first()
    return str(row[0]) if row else None


def check(database: Database) -> None:
    """See that the schema is the one this version needs.

    Raises
    ------
    SchemaOutdated
        It is not; says which it is.
    StoreUnavailable
        The database cannot be reached.
    """
    with database.read() as db:
        found = revision(db)
    if found != HEAD:
        raise SchemaOutdated(
            f"the database is at schema {found or 'none'} and this version needs {HEAD}; "
            "run: modsvc migrate"
        )


def migrate(database: Database) -> bool:
    """Bring the schema to HEAD, if it is behind; say whether anything was done.

    One process at a time: the others wait, and then find nothing left to do.
    """
    database.create()
    with database.read() as db:
        if revision(db) == HEAD:
            return False
    with database.write() as db:
        if not database.is_sqlite:
            db.execute(sa.text("SET LOCAL lock_timeout = '60s'"))
            db.execute(sa.text("SET LOCAL statement_timeout = 0"))
            db.execute(sa.select(sa.func.pg_advisory_xact_lock(PG_LOCK)))
        if revision(db) == HEAD:
            return False
        _upgrade(db)
    return True


def _upgrade(db: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    folder = resources.files("modsvc.store") / "migrations"
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.attributes["connection"] = db
    command.upgrade(config, HEAD)
