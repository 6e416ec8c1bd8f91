from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from modsvc.store import people
from modsvc.store.db import Database
from modsvc.store.writer import Writer
from tests.conftest import SITE
from tests.fakes import Clock
from tests.services.door import Door, door


@pytest.fixture
def ours(database: Database, writer: Writer, clock: Clock) -> Door:
    """What lets people in."""
    return door(database, writer, clock)


@pytest.fixture
def doors(database_url: str, database: Database, clock: Clock) -> Iterator[tuple[Door, Door]]:
    """The same of two processes, which share nothing but the database."""
    databases = [Database(database_url) for _ in range(2)]
    writers = [Writer(each) for each in databases]
    first, second = (door(db, writer, clock) for db, writer in zip(databases, writers, strict=True))
    yield first, second
    for each in (*writers, *databases):
        each.close()


@pytest.fixture
def employ(database: Database, clock: Clock) -> Callable[..., int]:
    """Add somebody who works at the site, or at others by `site=role`."""

    def add(name: str, role: str = "moderator", /, *, password_hash: Any = None, **at: str) -> int:
        with database.write() as db:
            new = people.add(db, name, clock(), password_hash=password_hash)
            for site, each in (at or {SITE: role}).items():
                people.join_site(db, new, site, each)
            return new

    return add
