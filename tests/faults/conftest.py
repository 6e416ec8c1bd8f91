"""A PostgreSQL server that keeps its promises, for tests that break it."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator

import pytest

from modsvc.store import schema
from modsvc.store.db import Database
from tests import postgres


@pytest.fixture(scope="session")
def durable_server() -> Iterator[postgres.Server]:
    """A server with its own, durable defaults; each test that stops it starts it again."""
    if postgres.binaries() is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(
            "no PostgreSQL: apt-get install postgresql"
        )
    with postgres.server(options="") as server:
        yield server


@pytest.fixture
def durable_url(durable_server: postgres.Server) -> Iterator[str]:
    """The URL of a migrated, empty database on that server."""
    name = f"t_{uuid.uuid4().hex[:12]}"
    with postgres.admin(durable_server.url) as db:
        db.exec_driver_sql(f'CREATE DATABASE "{name}"')
    url = durable_server.url.set(database=name).render_as_string(hide_password=False)
    database = Database(url)
    schema.migrate(database)
    database.close()
    yield url
    with postgres.admin(durable_server.url) as db:
        db.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')
