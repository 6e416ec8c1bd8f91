from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from modsvc.core.decision import Action
from modsvc.core.word_lines import Wanted
from modsvc.core.words import Entry
from modsvc.services.index_comments import IndexComments
from modsvc.store import log_ins, people, words
from modsvc.store.db import Database
from modsvc.store.tables import cases
from modsvc.store.writer import Writer
from tests.conftest import SITE
from tests.factories import make_body
from tests.fakes import Clock
from tests.web.browser import Browser
from tests.web.wordlist import Put


@pytest.fixture
def make_moderator(database: Database, clock: Clock) -> Callable[..., int]:
    """Add a moderator of the site, or of the sites named."""

    def make(
        name: str, *sites: str, password_hash: str | None = None, role: str = "moderator"
    ) -> int:
        with database.write() as db:
            moderator = people.add(db, name, clock(), password_hash=password_hash)
            for site in sites or (SITE,):
                people.join_site(db, moderator, site, role)
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
def browse_in(
    make_moderator: Callable[..., int], make_link: Callable[..., str]
) -> Callable[..., Browser]:
    """Give the browser of a new moderator who is logged in to an application."""

    def log_in(app: Flask, name: str, *sites: str, role: str = "moderator") -> Browser:
        browser = Browser(app)
        moderator = make_moderator(name, *sites, role=role)
        assert browser.log_in(make_link(moderator)).status_code == 200
        return browser

    return log_in


@pytest.fixture
def browse(app: Flask, browse_in: Callable[..., Browser]) -> Callable[..., Browser]:
    """Give the browser of a new moderator who is logged in."""
    return partial(browse_in, app)


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


@pytest.fixture
def edna(
    app: Flask,
    database: Database,
    make_moderator: Callable[..., int],
    make_link: Callable[..., str],
) -> Browser:
    """The browser of Edna, an editor of the site."""
    moderator = make_moderator("Edna")
    with database.write() as db:
        people.join_site(db, moderator, SITE, "editor")
    browser = Browser(app)
    assert browser.log_in(make_link(moderator)).status_code == 200
    return browser


@pytest.fixture
def put(database: Database, clock: Clock) -> Put:
    """Put an entry on the list, and give its number."""

    def add(
        phrase: str,
        action: Action = Action.HOLD,
        *,
        note: str = "",
        site: str = SITE,
        ago: int = 0,
        **more: Any,
    ) -> int:
        with database.write() as db:
            wanted = [Wanted(Entry(phrase, action, **more), note)]
            words.add(db, site, wanted, by=None, now=clock() - timedelta(days=ago))
            return words.page(db, site, order="newest", limit=1)[0].id

    return add


@pytest.fixture
def lea(browse: Callable[..., Browser]) -> Browser:
    """The browser of Lea, a lead."""
    return browse("Lea", role="lead")


@pytest.fixture
def held(send: Callable[..., dict[str, Any]]) -> Callable[[int], None]:
    """Let so many comments be held, at a toxicity of 0.3."""

    def post(count: int, start: int = 0, **facts: Any) -> None:
        for n in range(start, start + count):
            assert send(f"A dubious remark, number {n}.", id=f"h-{n}", **facts)["action"] == "hold"

    return post


@pytest.fixture
def index(database: Database, writer: Writer) -> Callable[[], None]:
    """Index what is new, as goes on beside the requests."""
    job = IndexComments(db=database, writer=writer)

    def run() -> None:
        while job():
            pass

    return run
