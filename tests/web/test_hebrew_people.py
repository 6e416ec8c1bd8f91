"""Pages about people and one's own settings as whoever chose Hebrew reads them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from modsvc.core.roles import ROLES
from modsvc.services.passwords import hash_password
from modsvc.services.throttle import FREE_FAILURES
from modsvc.store import people, sites
from modsvc.store.db import Database
from tests.conftest import SITE
from tests.fakes import Clock
from tests.web.browser import Browser
from tests.web.filled import filled
from tests.web.hebrew import look
from tests.web.test_me import FIREFOX
from tests.web.test_people import NEW, PASSWORD, invited
from tests.web.test_second_step import STEP, Phone

HASH = hash_password(PASSWORD)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let passwords be hashed once, and compared as they are."""
    monkeypatch.setattr("modsvc.services.passwords.hash_password", lambda _: HASH)
    monkeypatch.setattr("modsvc.services.passwords.matches", lambda _, tried: tried == PASSWORD)


def in_hebrew(browser: Browser) -> Browser:
    browser.client.set_cookie("modsvc-language", "he")
    return browser


@pytest.fixture
def adi(browse: Callable[..., Browser]) -> Browser:
    """The browser of an admin who chose Hebrew."""
    return in_hebrew(browse("עדי", role="admin"))


def test_ones_own_settings_are_wholly_in_hebrew(adi: Browser):
    look(adi.get("/me"))
    fields = filled(adi.get("/me").text, "/me")
    look(adi.post("/me", **{**fields, "break_after": "x"}), status=422)
    look(adi.post("/me"), status=400)
    look(adi.follow(adi.post("/me", **{**fields, "language": "he"})))
    adi = in_hebrew(adi)
    look(adi.get("/me/keys"))
    look(adi.post("/me/keys", next="xyz"), status=422)
    look(adi.post("/me/keys", next="a", previous="a"), status=422)
    look(adi.follow(adi.post("/me/keys", next="q")))
    look(adi.post("/me/keys/set", keys="x"), status=400)
    for keys in ("coral", "off"):
        look(adi.follow(adi.post("/me/keys/set", keys=keys)))


def test_password_and_sessions_are_wholly_in_hebrew(
    adi: Browser, app: Flask, make_link: Callable[..., str], database: Database
):
    with database.read() as db:
        moderator = people.find(db, "עדי").id
    elsewhere = Browser(app)
    elsewhere.client.environ_base["HTTP_USER_AGENT"] = FIREFOX
    elsewhere.log_in(make_link(moderator))

    look(adi.get("/me/security"))
    assert "Firefox, Linux" in adi.get("/me/security").text
    look(adi.post("/me/password", new=PASSWORD, again="x"), status=422)
    for new in ("x", "x" * 1001):
        look(adi.post("/me/password", new=new, again=new), status=422)
    look(adi.follow(adi.post("/me/password", new=PASSWORD, again=PASSWORD)))
    look(adi.post("/me/password", current="x", new=PASSWORD, again=PASSWORD), status=401)
    look(adi.follow(adi.post("/me/sessions/end", session="x")))
    look(adi.follow(adi.post("/me/sessions/end", others="1")))


def test_the_second_step_is_wholly_in_hebrew(adi: Browser, clock: Clock, database: Database):
    with database.write() as db:
        people.set_password_hash(db, people.find(db, "עדי").id, HASH)
        sites.ask_second_step_from(db, SITE, "moderator")
    offered = adi.follow(adi.get("/queue"))
    look(offered)
    phone = Phone(offered.text, clock)
    look(adi.post("/me/second-step", code="x"), status=401)
    look(adi.post("/me/second-step", code=phone.code()))
    look(adi.get("/me/second-step"))
    look(adi.get("/people"))
    clock.advance(STEP)
    look(adi.post("/me/second-step/codes", code=phone.code()))

    adi.post("/log-out")
    adi.get("/log-in")
    look(adi.follow(adi.post("/log-in", name="עדי", password=PASSWORD)))
    look(adi.post("/log-in/code", code="x"), status=401)
    clock.advance(STEP)
    adi.post("/log-in/code", code=phone.code())
    adi.get("/me/second-step")
    clock.advance(STEP)
    for _ in range(FREE_FAILURES + 1):
        adi.post("/me/second-step/off", code="x")
    look(adi.post("/me/second-step/off", code="x"), status=429)


def test_the_people_are_wholly_in_hebrew(
    adi: Browser, browse: Callable[..., Browser], database: Database
):
    browse("דנה")
    with database.read() as db:
        dana, own = (str(people.find(db, name).id) for name in ("דנה", "עדי"))
    for role in ROLES:
        look(adi.post("/people/invite", role=role))
        look(adi.follow(adi.post("/people/role", moderator=dana, role=role)))
    look(adi.follow(adi.post("/people/withdraw", invitation="1")))
    look(adi.post("/people/withdraw", invitation="1"), status=404)
    look(adi.follow(adi.post("/people/remove", moderator=dana)))
    look(adi.post("/people/remove", moderator=dana), status=404)
    look(adi.post("/people/remove", moderator=own), status=409)
    look(adi.post("/people/remove", moderator="x"), status=400)


def test_an_invitation_is_wholly_in_hebrew(
    adi: Browser, app: Flask, browse: Callable[..., Browser]
):
    new, dana = in_hebrew(Browser(app)), in_hebrew(browse("דנה", role="lead"))
    for role in ROLES:
        look(new.get(invited(adi, role)))
    link, another = invited(adi, "lead"), invited(adi, "editor")
    new.get(link)
    look(new.post(link, name="רון", password="x", again="y"), status=422)
    look(new.post(link, name="רון", password="x", again="x"), status=422)
    for name in ("", "ר\u200bון"):
        look(new.post(link, name=name, **NEW), status=422)
    look(new.post(link, name="עדי", **NEW), status=409)
    dana.get(link)
    look(dana.get(link))
    look(dana.post(f"{link}/as-me"), status=409)
    look(dana.follow(dana.post(f"{another}/as-me")))
    look(new.follow(new.post(link, name="רון", **NEW)))
    look(new.get(link), status=404)


def test_who_may_not_is_told_so_in_hebrew(browse: Callable[..., Browser], database: Database):
    dana = in_hebrew(browse("דנה"))
    dana.get("/me")
    for refused in (dana.get("/people"), dana.get("/quality"), dana.post("/words/add")):
        look(refused, status=403)
    with database.write() as db:
        people.leave_site(db, people.find(db, "דנה").id, SITE)
    look(dana.get("/queue"), status=403)
