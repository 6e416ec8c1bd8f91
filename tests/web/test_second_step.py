from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from pyotp import TOTP, parse_uri

from modsvc.services.passwords import hash_password
from modsvc.services.throttle import FREE_FAILURES
from modsvc.store import people, sites
from modsvc.store.db import Database
from modsvc.web.me.second_step import picture
from tests.conftest import SITE
from tests.fakes import Clock
from tests.web.browser import TOKEN, Browser, text

PASSWORD = "correct horse battery"
HASH = hash_password(PASSWORD)
STEP = timedelta(seconds=30)
ADDRESS = re.compile(r'href="(otpauth://[^"]+)"')
RECOVERY = re.compile(r"<code>([A-Z2-7 ]{19})</code>")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let passwords be compared as they are; what is tested comes after them."""
    monkeypatch.setattr("modsvc.services.passwords.matches", lambda _, tried: tried == PASSWORD)


class Phone:
    """An app that was told by a page."""

    def __init__(self, page: str, clock: Clock) -> None:
        address = ADDRESS.search(page)
        assert address is not None
        self.totp, self._clock = parse_uri(html.unescape(address[1])), clock
        assert isinstance(self.totp, TOTP)

    def code(self, ahead: int = 0) -> str:
        return self.totp.at(self._clock() + ahead * STEP)


@pytest.fixture
def phone(dana: Browser, clock: Clock, database: Database) -> Phone:
    """Dana's telephone, whose second step is on; she has a password."""
    with database.write() as db:
        people.set_password_hash(db, people.find(db, "Dana").id, HASH)
    phone = Phone(dana.get("/me/second-step").text, clock)
    assert dana.post("/me/second-step", code=phone.code()).status_code == 200
    clock.advance(STEP)
    return phone


@pytest.fixture
def visitor(app: Flask) -> Browser:
    """A browser that nobody is logged in with."""
    browser = Browser(app)
    browser.get("/log-in")
    return browser


def enter(browser: Browser, **more: str):
    browser.get("/log-in")
    return browser.post("/log-in", name="Dana", password=PASSWORD, **more)


def test_a_second_step_is_offered_as_picture_and_text_and_confirmed(dana: Browser, clock: Clock):
    page = dana.get("/me/second-step")
    phone = Phone(page.text, clock)
    secret = re.search(r'<code class="code" dir="ltr">([A-Z2-7 ]+)</code>', page.text)

    done = dana.post("/me/second-step", code=phone.code())

    assert secret is not None
    assert secret[1].replace(" ", "") == phone.totp.secret
    assert (phone.totp.name, phone.totp.issuer) == ("Dana", "modsvc")
    assert "<svg" in page.text
    assert len(set(RECOVERY.findall(done.text))) == 10
    assert "You have 10 recovery codes left." in text(dana.get("/me/second-step"))


def test_the_picture_is_nothing_but_squares():
    drawn = picture("otpauth://totp/x?secret=A")

    assert set(re.findall(r"</?(\w+)", drawn)) == {"svg", "path"}
    assert "style=" not in drawn  # Our policy would refuse it.


def test_the_offer_stays_the_same_until_it_is_taken(dana: Browser, clock: Clock):
    first = Phone(dana.get("/me/second-step").text, clock)
    wrong = dana.post("/me/second-step", code=first.code(9))

    assert wrong.status_code == 401
    assert "This code does not count." in text(wrong)
    assert Phone(dana.get("/me/second-step").text, clock).totp.secret == first.totp.secret


def test_log_in_asks_for_a_code_and_leads_where_one_wanted_to_go(visitor: Browser, phone: Phone):
    asked = enter(visitor, next=f"/words?site={SITE}")
    assert asked.headers["Location"] == "/log-in/code"
    assert visitor.get("/queue").status_code == 303

    form = visitor.get("/log-in/code")
    entered = visitor.post("/log-in/code", code=phone.code())

    assert "One step more" in text(form)
    assert entered.headers["Location"] == f"/words?site={SITE}"
    assert visitor.get("/queue").status_code == 200


def test_a_wrong_a_used_and_an_old_code_read_the_same(
    visitor: Browser, phone: Phone, clock: Clock, app: Flask
):
    used, old = phone.code(), phone.code()
    enter(visitor)
    visitor.get("/log-in/code")
    assert visitor.post("/log-in/code", code=used).status_code == 303
    answers = []
    for code, later in ((used, 0), ("000000", 0), ("x", 0), (old, 10)):
        clock.advance(STEP * later)
        other = Browser(app)
        enter(other)
        other.get("/log-in/code")
        answers.append(other.post("/log-in/code", code=code))

    assert {answer.status_code for answer in answers} == {401}
    assert len({TOKEN.sub("", answer.text) for answer in answers}) == 1


def test_a_recovery_code_lets_in_once(visitor: Browser, dana: Browser, phone: Phone, clock: Clock):
    dana.get("/me/second-step")
    codes = RECOVERY.findall(dana.post("/me/second-step/codes", code=phone.code()).text)
    enter(visitor)
    visitor.get("/log-in/code")

    assert visitor.post("/log-in/code", code=codes[4]).status_code == 303
    assert "You have 9 recovery codes left." in text(visitor.get("/me/second-step"))
    enter(visitor)
    visitor.get("/log-in/code")
    assert visitor.post("/log-in/code", code=codes[4]).status_code == 401


def test_both_steps_change_the_session(visitor: Browser, phone: Phone):
    def seen() -> tuple[str, str]:
        return visitor.client.get_cookie("modsvc").value, visitor.csrf_token

    visitor.get("/log-in")
    before = seen()
    enter(visitor)
    visitor.get("/log-in/code")
    between = seen()
    visitor.post("/log-in/code", code=phone.code())
    visitor.get("/queue")
    after = seen()

    for moments in zip(before, between, after, strict=True):
        assert len(set(moments)) == 3


def test_the_cookie_between_the_steps_opens_nothing_later(
    visitor: Browser, phone: Phone, app: Flask
):
    enter(visitor)
    between = visitor.client.get_cookie("modsvc").value
    visitor.get("/log-in/code")
    visitor.post("/log-in/code", code=phone.code())
    thief = Browser(app)
    thief.client.set_cookie("modsvc", between)

    assert thief.get("/queue").status_code == 303
    thief.get("/log-in/code")
    answer = thief.post("/log-in/code", code=phone.code(1))

    assert answer.status_code == 401
    assert "That took too long" in text(answer)


def test_guessing_codes_must_wait_and_waiting_helps(visitor: Browser, phone: Phone, clock: Clock):
    enter(visitor)
    visitor.get("/log-in/code")
    for _ in range(FREE_FAILURES + 1):
        assert visitor.post("/log-in/code", code=phone.code(9)).status_code == 401

    refused = visitor.post("/log-in/code", code=phone.code())
    clock.advance(timedelta(seconds=int(refused.headers["Retry-After"])))

    assert refused.status_code == 429
    assert visitor.post("/log-in/code", code=phone.code()).status_code == 303


def test_the_page_for_codes_leads_to_log_in_without_the_first_step(visitor: Browser):
    assert visitor.get("/log-in/code").headers["Location"] == "/log-in"
    assert visitor.post("/log-in/code", code="123456").headers["Location"] == "/log-in"


def test_a_link_asks_for_the_code_too(
    visitor: Browser, phone: Phone, make_link: Callable[..., str], database: Database
):
    with database.read() as db:
        link = f"/log-in/link/{make_link(people.find(db, 'Dana').id)}"
    visitor.get(link)

    assert visitor.post(link).headers["Location"] == "/log-in/code"
    assert visitor.get("/queue").status_code == 303


def test_it_is_switched_off_by_a_code(dana: Browser, visitor: Browser, phone: Phone):
    dana.get("/me/second-step")
    assert dana.post("/me/second-step/off", code="000000").status_code == 401

    off = dana.follow(dana.post("/me/second-step/off", code=phone.code()))

    assert "The second step is off" in text(off)
    assert enter(visitor).headers["Location"] == "/queue"


def test_recovery_codes_are_not_shown_again(dana: Browser, phone: Phone, clock: Clock):
    dana.get("/me/second-step")
    made = dana.post("/me/second-step/codes", code=phone.code())
    codes = RECOVERY.findall(made.text)

    again = dana.post("/me/second-step/codes", code=phone.code())

    assert len(codes) == 10
    assert again.status_code == 401
    assert not RECOVERY.findall(again.text + dana.get("/me/second-step").text)


@pytest.mark.parametrize(
    ("asked_from", "role", "led"),
    [
        ("editor", "editor", True),
        ("editor", "admin", True),
        ("editor", "lead", False),
        ("moderator", "moderator", True),
        (None, "admin", False),
    ],
)
def test_a_site_can_ask_it_of_a_role_and_those_above(
    browse: Callable[..., Browser],
    database: Database,
    asked_from: str | None,
    role: str,
    led: bool,
):
    browser = browse("Edna", role=role)
    with database.write() as db:
        assert sites.ask_second_step_from(db, SITE, asked_from)

    answer = browser.get("/queue")

    assert (answer.status_code == 303) == led
    if led:
        assert answer.headers["Location"] == "/me/second-step"


def test_who_must_set_it_up_opens_nothing_else_until_then(
    dana: Browser, database: Database, clock: Clock, case: str
):
    dana.get("/queue")
    with database.write() as db:
        sites.ask_second_step_from(db, SITE, "moderator")

    for path in ("/queue", case, "/me", "/me/security", "/words", "/policy"):
        assert dana.get(path).headers["Location"] == "/me/second-step", path
    assert dana.post(f"{case}/claim").headers["Location"] == "/me/second-step"
    page = dana.get("/me/second-step")
    assert "Your role asks for a second step." in text(page)
    assert 'href="/queue' not in page.text.partition("<main")[0]

    dana.post("/me/second-step", code=Phone(page.text, clock).code())

    assert dana.get("/queue").status_code == 200
    assert "Nobody has this case" in text(dana.get(case))


def test_enter_in_the_code_is_neither_new_codes_nor_switching_off(dana: Browser, phone: Phone):
    page = dana.get("/me/second-step").text
    field = page.index('name="code"')

    # A browser presses a form's first button.
    assert "<button disabled hidden></button>" in page[page.rindex("<form", 0, field) : field]
