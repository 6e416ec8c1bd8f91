"""A site whose comments all read as threats in their first letters, and who works there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page

from tests.factories import make_body
from tests.fakes import FakeScorer

FLYER = "Come to the great flapdoodle fair on the green this very night with all your friends"
HEBREW = "שלום לכם, בואו אל היריד הגדול בכיכר הלילה, ותביאו את כל החברים שלכם"


@pytest.fixture
def served(make_app: Callable[..., Flask]) -> Flask:
    """An application that finds a threat in the first four letters of every comment."""
    scorer = FakeScorer({"threat": 0.3, "insult": 0.3})
    # A browser may still be asking when the test is over.
    return make_app(scorer=scorer, now=lambda: datetime.now(UTC), new=True)


@pytest.fixture
def filled(base: str, call: Callable[..., Any]) -> str:
    """The address of a server with a thread, three flyers and a comment in Hebrew."""
    who = {"id": "u-1", "name": "לילה nightowl"}
    sent = [
        make_body(
            "Nobody asked you, nor your goose.", id="up", author={"id": "u-2", "name": "owl"}
        ),
        make_body(FLYER, id="c-1", author=who, parent={"id": "up"}),
        make_body(f"{FLYER}!", id="c-2", author=who, parent={"id": "up"}),
        make_body(f"{FLYER}, again", id="c-3", author=who),
        make_body(HEBREW, id="c-4", author=who, parent={"id": "c-1"}),
    ]
    for body in sent:
        assert call("POST", "/v1/comments", body)["action"] == "hold"
    told = {"reporter": "u-9", "reason": "spam", "text": "שוב ושוב, again and again"}
    call("POST", "/v1/comments/c-1/reports", told)
    return base


@pytest.fixture
def enter(
    filled: str, open_page: Callable[..., Page], make_link: Callable[..., str]
) -> Callable[..., Page]:
    """Open a page of a moderator who is logged in."""

    def log_in(name: str, role: str = "moderator", **options: Any) -> Page:
        page = open_page(**options)
        page.goto(filled + make_link(name, role))
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url("**/queue")
        return page

    return log_in
