from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from modsvc.store import log_ins, people
from modsvc.store.db import Database
from modsvc.store.tables import cases
from tests.conftest import SITE
from tests.factories import make_body
from tests.fakes import Clock
from tests.web.browser import Browser


@pytest.fixture
def make_moderator(database: Database, clock: Clock) -> Callable[..., int]:
    """Add a moderator of the site, or of the sites named."""

    def make(name: str, *sites: str, password_hash: str | None = None) -> int:
        with database.write() as db:
            moderator = people.add(db, name, clock(), password_hash=password_hash)
            for site in sites or (SITE,):
                people.join_site(db, moderator, site, "moderator")
            return moderator

    return make


@pytest.fixture
def make_link(database: Database, clock: Clock) -> Callable[..., str]:
    """Make a log-in link's token for a moderator."""

    def make(moderator: int, lasts: timedelta = timedelta(hours=1)) -> str:
        with database.write() as db:
            return log_ins.make_link(db, moderator, clock() + lasts)

    return make


@pytest.fixture
def browse(
    app: Flask, make_moderator: Callable[..., int], make_link: Callable[..., str]
) -> Callable[..., Browser]:
    """Give the browser of a new moderator who is logged in."""

    def log_in(name: str, *sites: str) -> Browser:
        browser = Browser(app)
        assert browser.log_in(make_link(make_moderator(name, *sites))).status_code == 200
        return browser

    return log_in


@pytest.fixture
def dana(browse: Callable[..., Browser]) -> Browser:
    """The browser of Dana, a moderator of the site."""
    return browse("Dana")


@pytest.fixture
def send(client: FlaskClient, headers: dict[str, str]) -> Callable[..., dict[str, Any]]:
    """Send a comment as the site does, and give the answer."""

    def post(body: str = "A dubious remark.", **facts: Any) -> dict[str, Any]:
        answer = client.post("/v1/comments", json=make_body(body, **facts), headers=headers)
        assert answer.status_code in (200, 201), answer.text
        return dict(answer.json)

    return post


@pytest.fixture
def lapse(database: Database) -> Callable[[], None]:
    """Let every claim lapse."""

    def update() -> None:
        with database.write() as db:
            db.execute(sa.update(cases).values(claimed_until=datetime(2001, 1, 1, tzinfo=UTC)))

    return update


@pytest.fixture
def case(send: Callable[..., dict[str, Any]]) -> str:
    """The address of the one case that is open."""
    assert send()["action"] == "hold"
    return "/cases/1"
