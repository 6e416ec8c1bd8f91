from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from modsvc.config import Settings
from modsvc.services.passwords import hash_password
from modsvc.services.throttle import FREE_FAILURES
from modsvc.store import people
from modsvc.store.db import Database
from modsvc.web import session
from modsvc.web.log_in import local
from tests.conftest import SITE
from tests.fakes import Clock
from tests.web.browser import TOKEN, Browser, text

PASSWORD = "correct horse battery"
HASH = hash_password(PASSWORD)


@pytest.fixture
def visitor(app: Flask) -> Browser:
    """A browser that nobody is logged in with."""
    browser = Browser(app)
    browser.get("/log-in")
    return browser


def enter(browser: Browser, password: str = PASSWORD, **form: str) -> TestResponse:
    return browser.post("/log-in", **{"name": "Dana", "password": password, **form})


def test_name_and_password_lead_to_the_queue(visitor: Browser, make_moderator: Callable[..., int]):
    make_moderator("Dana", password_hash=HASH)

    answer = enter(visitor)

    assert (answer.status_code, answer.headers["Location"]) == (303, "/queue")
    assert "Dana" in text(visitor.follow(answer))


def test_a_wrong_password_an_unknown_name_and_no_password_read_the_same(
    visitor: Browser, make_moderator: Callable[..., int]
):
    make_moderator("Dana", password_hash=HASH)
    make_moderator("Ben")

    tries = {"Dana": "wrong horse battery", "Nobody": PASSWORD, "Ben": PASSWORD, "a\0b": PASSWORD}

    answers = {name: enter(visitor, password, name=name) for name, password in tries.items()}

    assert {answer.status_code for answer in answers.values()} == {401}
    pages = {TOKEN.sub("", a.text).replace(f'value="{name}"', "") for name, a in answers.items()}
    assert len(pages) == 1
    assert visitor.get("/queue").status_code == 303


def test_too_many_failures_must_wait_and_waiting_helps(
    visitor: Browser, make_moderator: Callable[..., int], clock: Clock
):
    make_moderator("Dana", password_hash=HASH)
    for _ in range(FREE_FAILURES + 1):
        assert enter(visitor, "wrong horse battery").status_code == 401

    refused = enter(visitor)
    clock.advance(timedelta(seconds=int(refused.headers["Retry-After"])))
    accepted = enter(visitor)

    assert refused.status_code == 429
    assert "Try again in 15 seconds." in text(refused)
    assert accepted.status_code == 303


def test_a_link_lets_in_once_and_looking_at_it_uses_nothing(
    app: Flask, make_moderator: Callable[..., int], make_link: Callable[..., str]
):
    link = f"/log-in/link/{make_link(make_moderator('Dana'))}"
    first, second = Browser(app), Browser(app)

    for browser in (first, second):
        assert browser.get(link).status_code == 200

    assert first.follow(first.post(link)).status_code == 200
    assert second.post(link).status_code == 401
    assert second.get("/queue").status_code == 303


def test_an_old_link_lets_nobody_in(
    visitor: Browser,
    clock: Clock,
    make_moderator: Callable[..., int],
    make_link: Callable[..., str],
):
    link = f"/log-in/link/{make_link(make_moderator('Dana'), timedelta(minutes=5))}"
    clock.advance(timedelta(minutes=5))

    answer = visitor.post(link)

    assert answer.status_code == 401
    assert "too old" in text(answer)


def test_logging_in_changes_the_session_and_ends_the_one_before(
    app: Flask, dana: Browser, make_moderator: Callable[..., int], make_link: Callable[..., str]
):
    thief = Browser(app)
    stolen = dana.client.get_cookie("modsvc").value
    thief.client.set_cookie("modsvc", stolen)
    csrf_token = dana.csrf_token

    dana.log_in(make_link(make_moderator("Ben")))

    assert dana.csrf_token != csrf_token
    assert dana.client.get_cookie("modsvc").value != stolen
    assert thief.get("/queue").status_code == 303


def test_logging_out_ends_the_session_itself(app: Flask, dana: Browser):
    cookie = dana.client.get_cookie("modsvc").value

    dana.post("/log-out")
    dana.client.set_cookie("modsvc", cookie)

    assert dana.get("/queue").status_code == 303


def test_disabling_a_moderator_ends_their_session_at_once(
    dana: Browser, database: Database, clock: Clock
):
    assert dana.get("/queue").status_code == 200

    with database.write() as db:
        people.disable(db, "Dana", clock())

    assert dana.get("/queue").status_code == 303


def test_a_session_ends_when_idle_and_is_kept_by_being_used(dana: Browser, clock: Clock):
    for _ in range(3):
        clock.advance(timedelta(hours=7))
        assert dana.get("/queue").status_code == 200

    clock.advance(timedelta(hours=8))

    assert dana.get("/queue").status_code == 303


def test_a_session_ends_after_seven_days_however_it_is_used(dana: Browser, clock: Clock):
    for _ in range(7 * 24 // 7 - 1):
        clock.advance(timedelta(hours=7))
        assert dana.get("/queue").status_code == 200

    clock.advance(timedelta(hours=7))

    assert dana.get("/queue").status_code == 303


def test_log_in_leads_back_to_where_one_wanted_to_go(
    visitor: Browser, make_moderator: Callable[..., int]
):
    make_moderator("Dana", password_hash=HASH)
    asked = visitor.get(f"/cases/3?site={SITE}")

    form = visitor.follow(asked)
    answer = enter(visitor, next=f"/cases/3?site={SITE}")

    assert f'name="next" value="/cases/3?site={SITE}"' in form.text
    assert answer.headers["Location"] == f"/cases/3?site={SITE}"


def test_log_in_leads_nowhere_else(app: Flask):
    elsewhere = (
        "https://elsewhere.example/",
        "//elsewhere.example/",
        "/\\elsewhere.example/",
        "\\\\elsewhere.example",
        "javascript:alert(1)",
        "/\t/elsewhere.example",
        "/queue\r\nSet-Cookie: a=b",
        "queue",
        "",
    )

    with app.test_request_context():
        assert {local(address) for address in elsewhere} == {"/queue"}


def test_cookies_are_hidden_from_scripts_and_from_other_sites_forms(visitor: Browser):
    cookie = visitor.client.get_cookie("modsvc")

    assert (cookie.http_only, cookie.same_site, cookie.path) == (True, "Lax", "/")


def test_secure_cookies_carry_the_prefix_that_browsers_insist_on():
    other = Flask("other")
    session.register(other, Settings(secure_cookies=True), pages=())

    assert other.config["SESSION_COOKIE_NAME"] == "__Host-modsvc"
    assert other.config["SESSION_COOKIE_SECURE"] is True
