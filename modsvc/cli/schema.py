"""`modsvc migrate`: brings the database's schema to the one this version needs."""

from __future__ import annotations

import click


@click.command()
def migrate() -> None:
    """Bring the database to this version's schema."""
    from modsvc.config import Settings
    from modsvc.store import schema
    from modsvc.store.db import Database

    database = Database(Settings.from_environment().database_url)
    done = schema.migrate(database)
    database.close()
    click.echo(f"the schema is at {schema.HEAD}" + ("" if done else "; there was nothing to do"))
