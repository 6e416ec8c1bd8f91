"""A service that other systems' clients call: in this process, and as a server with the model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from modsvc.core.answering import Answering
from modsvc.store import sites
from modsvc.store.db import Database
from tests.conftest import SITE
from tests.fakes import Clock
from tests.server import Running, serving


@dataclass(frozen=True)
class Served:
    """A running service with the shipped model, and two keys of its site."""

    server: Running
    scores: str  # Is only answered.
    keeps: str  # What it asks about becomes comments.
    database_url: str

    @property
    def base(self) -> str:
        return self.server.base


def add_keys(database: Database) -> tuple[str, str]:
    """Add two keys with every scope: one that is only answered, one that keeps comments."""
    scopes = frozenset(sites.SCOPES)
    with database.write() as db:
        return (
            sites.add_key(db, SITE, "scores", scopes, Clock().now),
            sites.add_key(db, SITE, "keeps", scopes, Clock().now, Answering(keeps_comments=True)),
        )


@pytest.fixture(scope="module")
def served(sqlite_template: bytes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    path: Path = tmp_path_factory.mktemp("served") / "modsvc.db"
    path.write_bytes(sqlite_template)
    database = Database(f"sqlite:///{path}")
    with database.write() as db:
        sites.add_site(db, SITE, "The Gazette", Clock().now)
    keys = add_keys(database)
    database.close()
    with serving(f"sqlite:///{path}") as server:
        yield Served(server, *keys, f"sqlite:///{path}")


@pytest.fixture
def keeping_key(database: Database) -> str:
    """A key for which what is asked about becomes comments."""
    return add_keys(database)[1]


@pytest.fixture
def key_with(database: Database) -> Callable[..., str]:
    """Make keys that are answered in another way: `key_with(flags_from="reject")`."""

    def make(**answering: Any) -> str:
        with database.write() as db:
            scopes = frozenset(sites.SCOPES)
            return sites.add_key(db, SITE, "other", scopes, Clock().now, Answering(**answering))

    return make


@pytest.fixture
def ask(client: FlaskClient, key: str) -> Any:
    """Ask by Perspective's protocol, to score a text unless another path is given."""

    def post(
        body: Any, *, path: str = "/v1alpha1/comments:analyze", with_key: str | None = key
    ) -> TestResponse:
        query = {} if with_key is None else {"key": with_key}
        return client.post(path, json=body, query_string=query)

    return post
