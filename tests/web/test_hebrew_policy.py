"""The policy's pages as whoever chose Hebrew reads them: no word of ours is left in English."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from modsvc.services.run_replays import RunReplays
from tests.fakes import Clock, WordScorer
from tests.web.browser import Browser
from tests.web.filled import filled
from tests.web.hebrew import look
from tests.web.test_policy_pages import PAGES, change

Browse = Callable[..., Browser]


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def hebrew(browse: Browse) -> Browse:
    """Give the browser of somebody new who chose Hebrew."""

    def log_in(name: str, role: str = "editor") -> Browser:
        browser = browse(name, role=role)
        browser.client.set_cookie("modsvc-language", "he")
        return browser

    return log_in


def save(browser: Browser, how: str = "in_force") -> TestResponse:
    fields = filled(browser.get("/policy/draft").text, "/policy/draft/save")
    return browser.post("/policy/draft/save", **{**fields, "note": "כי כך", "how": how})


def test_what_is_in_force_and_a_draft_are_wholly_in_hebrew(hebrew: Browse):
    edna, dana = hebrew("עדנה"), hebrew("דנה", role="moderator")
    for path in PAGES:
        look(edna.get(f"/policy{path}"))
        look(dana.get(f"/policy{path}"))
    change(edna, limits__max_links="9", new__patterns__match="א", words__banned="ב")
    change(edna, bands_alone__insult__hold="0.2", bands__spam__reject="", **{"queue.urgent": ""})
    for path in PAGES:
        look(edna.get(f"/policy{path}"))
    look(edna.post("/policy/try", body="dubious א", mode="normal", is_reply="1"))
    look(edna.post("/policy/try", body="", mode="x", approved="x"), status=422)
    look(change(edna, limits__max_links="x"), status=422)
    look(edna.get("/policy/draft"))
    look(edna.follow(edna.post("/policy/draft/discard")))


def test_versions_and_what_looks_on_are_wholly_in_hebrew(
    hebrew: Browse, send: Callable[..., dict[str, Any]]
):
    edna, ruth = hebrew("עדנה"), hebrew("רות")
    change(ruth, limits__max_links="8")
    change(edna, limits__max_links="9")
    look(edna.follow(save(edna)))
    look(save(ruth), status=409)
    look(ruth.get("/policy/draft"))
    look(ruth.follow(ruth.post("/policy/draft/go-on", seen="1", do="over")))
    for path in ("/versions", "/versions/1", "/versions/0", "/versions/1?against=0"):
        look(edna.get(f"/policy{path}"))
    change(edna, limits__max_links="0")
    look(edna.follow(save(edna, "looks_on")))
    send("הנה https://a.example")
    for path in ("/shadow", "/versions", "/draft"):
        look(edna.get(f"/policy{path}"))
    look(edna.get("/policy/versions/77"), status=404)


def test_a_replay_is_wholly_in_hebrew(
    hebrew: Browse, app: Flask, send: Callable[..., dict[str, Any]], clock: Clock
):
    edna, ours = hebrew("עדנה"), app.extensions["modsvc"]
    for n, body in enumerate(("הנה https://a.example", "dubious", "שלום")):
        send(body, id=str(n))
        clock.advance(timedelta(hours=2))
    change(edna, limits__max_links="0", bands__toxicity__hold="")
    look(edna.follow(edna.post("/policy/draft/replay", newest="1000")))
    look(edna.get("/policy/replays/1?still=1"))
    RunReplays(
        db=ours.db,
        writer=ours.writer,
        default=ours.edit_policy.default_document,
        scorer=WordScorer(),
        rest=lambda _: None,
    )()
    look(edna.get("/policy/replays/1"))
    look(edna.get("/policy/replays"))
