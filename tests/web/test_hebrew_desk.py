"""The desk's pages as whoever chose Hebrew reads them: figures, quality, release by range."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from modsvc.store import draws
from modsvc.store.db import Database
from modsvc.web.desk import saying
from tests.conftest import SITE
from tests.fakes import Clock
from tests.histories import Desk, lived_for_days
from tests.web.browser import Browser
from tests.web.filled import filled
from tests.web.hebrew import look
from tests.web.releasing import RANGE, are_enough, draw, release, say


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    are_enough(monkeypatch)


@pytest.fixture
def lived(app: Flask, database: Database, clock: Clock) -> Desk:
    """A site that has lived for some days."""
    return lived_for_days(database, app.extensions["modsvc"].writer, "חי", clock)


@pytest.fixture
def rina(browse: Callable[..., Browser]) -> Browser:
    """The browser of a lead who chose Hebrew."""
    browser = browse("רינה", role="lead")
    browser.client.set_cookie("modsvc-language", "he")
    return browser


def test_figures_and_quality_are_wholly_in_hebrew(
    lived: Desk, browse: Callable[..., Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("modsvc.services.read_figures", "modsvc.web.desk.quality"):
        monkeypatch.setattr(f"{module}.ENOUGH", 1)
    rina = browse("רינה", SITE, lived.site, role="lead")
    rina.client.set_cookie("modsvc-language", "he")
    for span in ("24h", "7d", "30d"):
        look(rina.get(f"/dashboard?site={lived.site}&span={span}"))
    for asked in ("span=30d", "span=90d&names=1", "span=365d"):
        look(rina.get(f"/quality?site={lived.site}&{asked}"))
    monkeypatch.setattr("modsvc.core.agreement.ENOUGH", 3)
    for names in ("", "&names=1"):
        page = rina.get(f"/quality?site={lived.site}&span=365d{names}")
        look(page)
        assert "קאפא" in page.text


def test_a_new_sites_figures_are_wholly_in_hebrew(rina: Browser) -> None:
    for path in ("/dashboard", "/quality"):
        look(rina.get(path))
        look(rina.get(f"{path}?span=1"), status=400)


def test_numbers_and_times_are_said_as_hebrew_says_them(
    lived: Desk, browse: Callable[..., Browser]
) -> None:
    rina = browse("רינה", SITE, lived.site, role="lead")
    rina.client.set_cookie("modsvc-language", "he")

    page = rina.get(f"/dashboard?site={lived.site}&span=7d").text

    # A sign that stands by itself would go to a number's other side.
    assert "%" in page
    assert " %" not in page
    assert saying.kappa(-0.3) == "\u200e-0.30"
    assert '<span dir="rtl">16 בנוב׳' in page


def test_a_range_is_chosen_and_looked_at_wholly_in_hebrew(
    rina: Browser, held: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    look(rina.get("/release"))
    for wrong in ({"label": "x"}, {"low": "x"}, {"low": "1"}, {"size": "1"}, {}):
        look(rina.post("/release", **{**RANGE, **wrong}), status=422)
    held(2, article={"id": "8", "title": "כתבה", "section": "עיר"})
    held(5, start=2)
    for some in (
        {"section": "עיר"},
        {"reason": "toxicity"},
        {"section": "עיר", "reason": "toxicity"},
    ):
        look(draw(rina, **some))
    page = draw(rina, size="2")
    form = {name: values[0] for name, values in filled(page.text, "/release/judge").items()}
    look(rina.post("/release/judge", said="x", **form), status=400)
    look(page := say(rina, page, "moderator.abuse"))
    look(page := say(rina, page, "fine"))
    look(draw(rina, size="30"))
    look(rina.get("/release?seed=x"), status=400)
    asked = page.request.query_string.decode()
    look(rina.get(f"/release?{asked.replace('size=2', 'size=3')}"), status=400)
    monkeypatch.setattr("modsvc.services.release_range.MOST", 3)
    look(rina.post("/release", **RANGE), status=422)
    look(rina.get(f"/release?{asked}"))


def test_a_release_is_told_and_undone_wholly_in_hebrew(
    rina: Browser, dana: Browser, held: Callable[..., None], database: Database, clock: Clock
) -> None:
    held(9)
    page = draw(rina, size="3")
    first = filled(page.text, "/release/judge")["case"][0]
    dana.post(f"/cases/{first}/claim")
    look(page := say(rina, page, "fine"))
    look(page := say(rina, say(rina, page, "bad"), "fine"))
    look(page := say(rina, page, "fine"))
    held(1, start=9)
    asked = page.request.query_string.decode()
    look(page := rina.get(f"/release?{asked}"))
    told = {name: values[0] for name, values in filled(page.text, "/release/all").items()}
    look(rina.follow(rina.post("/release/all", **{**told, "count": "1"})))
    look(page := release(rina, page))
    act = page.request.path
    for _ in range(2):
        look(rina.follow(rina.post(f"{act}/more")))
    page = rina.get(act)
    while form := filled(page.text, f"{act}/undo"):
        page = rina.follow(rina.post(f"{act}/undo", after=form["after"][0]))
        look(page)
    look(rina.follow(rina.post(f"{act}/more")))
    look(rina.get("/release/acts/99"), status=404)
    with database.write() as db:
        draws.prune(db, before=clock() + timedelta(seconds=1))
    look(rina.get(f"/release?{asked}"), status=404)
