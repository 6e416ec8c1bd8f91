from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask

from modsvc.core.keyboard import CORAL, OURS
from modsvc.core.preferences import Preferences
from modsvc.services.passwords import hash_password
from modsvc.services.throttle import FREE_FAILURES
from modsvc.store import people
from modsvc.store.db import Database
from tests.web.browser import Browser, text
from tests.web.filled import filled

OLD, NEW = "correct horse battery", "an even better staple"
HASH = hash_password(OLD)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"


@pytest.fixture
def likes(database: Database) -> Callable[[], Preferences]:
    def read() -> Preferences:
        with database.read() as db:
            return people.find(db, "Dana").preferences

    return read


@pytest.fixture
def elsewhere(app: Flask, make_link: Callable[..., str], dana: Browser, database: Database):
    """Another browser of Dana's."""
    with database.read() as db:
        moderator = people.find(db, "Dana").id
    browser = Browser(app)
    browser.client.environ_base["HTTP_USER_AGENT"] = FIREFOX
    browser.log_in(make_link(moderator))
    return browser


def form_of(browser: Browser, page: str, path: str | None = None) -> dict[str, list[str]]:
    return filled(browser.get(page).text, path or page)


def test_the_form_as_it_comes_changes_nothing(dana: Browser, likes: Callable[[], Preferences]):
    answer = dana.post("/me", **form_of(dana, "/me"))

    assert "Saved." in text(dana.follow(answer))
    assert likes() == Preferences()


def test_what_is_chosen_is_kept_and_shown_again(dana: Browser, likes: Callable[[], Preferences]):
    chosen = {
        "theme": "dark",
        "language": "en",
        "zone": "Asia/Jerusalem",
        "reading": "one",
        "blurred": ["threats", "severe"],
        "break_after": "7",
        "blind": "1",
    }
    dana.get("/me")
    dana.post("/me", **chosen)

    again = form_of(dana, "/me")

    assert {name: again[name] for name in chosen} == {
        name: value if isinstance(value, list) else [value] for name, value in chosen.items()
    }
    assert likes() == Preferences(
        theme="dark",
        language="en",
        zone="Asia/Jerusalem",
        reading="one",
        blurred=frozenset({"threats", "severe"}),
        break_after=7,
        blind=True,
    )


def test_nothing_ticked_is_nothing_masked(dana: Browser, likes: Callable[[], Preferences]):
    form = form_of(dana, "/me")
    del form["blurred"]

    dana.post("/me", **form)

    assert likes().blurred == frozenset()


@pytest.mark.parametrize("number", ["x", "-1", "501", "1e3", "٣", "9" * 40])
def test_a_number_that_cannot_be_is_said_and_the_rest_kept_on_the_page(
    dana: Browser, likes: Callable[[], Preferences], number: str
):
    form = form_of(dana, "/me") | {"theme": ["dark"], "break_after": [number]}

    answer = dana.post("/me", **form)

    assert answer.status_code == 422
    assert "Write a number from 0 to 500" in text(answer)
    assert filled(answer.text, "/me")["theme"] == ["dark"]
    assert likes() == Preferences()


@pytest.mark.parametrize(
    "wrong",
    [
        {"theme": "pink"},
        {"reading": ""},
        {"language": "<b>"},
        {"zone": "../etc"},
        {"zone": "Nowhere/Land"},
    ],
)
def test_what_no_form_of_ours_sends_is_refused(dana: Browser, wrong: dict[str, str]):
    assert dana.post("/me", **{**form_of(dana, "/me"), **wrong}).status_code == 400


@pytest.mark.parametrize(
    ("theme", "tag"), [("system", '<html lang="en" dir="ltr">'), ("dark", 'data-theme="dark">')]
)
def test_colours_are_in_the_page_as_it_is_sent(dana: Browser, theme: str, tag: str):
    dana.post("/me", **{**form_of(dana, "/me"), "theme": theme})

    page = dana.get("/queue").text

    assert tag in page
    content = "light dark" if theme == "system" else theme
    assert f'<meta name="color-scheme" content="{content}">' in page


def test_colours_are_switched_on_any_page_and_lead_back_to_it(
    dana: Browser, likes: Callable[[], Preferences]
):
    form = form_of(dana, "/search?text=council", "/me/theme")
    answer = dana.post("/me/theme", **form, theme="dark")

    assert dana.follow(answer).request.full_path == "/search?text=council"
    assert likes() == Preferences(theme="dark")
    assert dana.post("/me/theme", **form, theme="pink").status_code == 400


def test_a_set_of_keys_is_chosen_as_it_comes(dana: Browser, likes: Callable[[], Preferences]):
    form_of(dana, "/me/keys")
    dana.post("/me/keys", **{**OURS, "skip": ";"})
    assert likes().keymap == {**OURS, "skip": ";"}

    dana.post("/me/keys/set", keys="coral")
    assert likes().keymap == CORAL

    page = dana.follow(dana.post("/me/keys/set", keys="off"))
    assert likes().keymap == {}
    assert "What each key does" not in text(page)


def test_a_key_can_be_another_or_none(dana: Browser, likes: Callable[[], Preferences]):
    form = form_of(dana, "/me/keys")
    assert {action: keys[0] for action, keys in form.items()} == OURS

    dana.post("/me/keys", **{**OURS, "approve": " y ", "skip": ""})

    assert likes().changed_keys == {"approve": "y", "skip": ""}
    assert form_of(dana, "/me/keys")["approve"] == ["y"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            {"approve": "r"},
            "One key would start both “Approve” and “Reject, then a digit for the reason”.",
        ),
        ({"approve": "ab"}, "“Approve” cannot have this key."),
        ({"approve": "1"}, "“Approve” cannot have this key."),
    ],
)
def test_keys_that_cannot_be_are_said_and_kept_on_the_page(
    dana: Browser, likes: Callable[[], Preferences], changed: dict[str, str], said: str
):
    form_of(dana, "/me/keys")

    answer = dana.post("/me/keys", **{**OURS, **changed})

    assert answer.status_code == 422
    assert said in text(answer)
    assert filled(answer.text, "/me/keys")["approve"] == [changed["approve"]]
    assert likes() == Preferences()


def test_sessions_are_shown_with_their_devices_and_one_is_ended(dana: Browser, elsewhere: Browser):
    page = dana.get("/me/security")
    assert "Firefox on Linux" in text(page)
    assert page.text.count('name="session"') == 1  # Not the one that asks.
    (digest,) = re.findall(r'name="session" value="([0-9a-f]{64})"', page.text)

    ended = dana.follow(dana.post("/me/sessions/end", session=digest))

    assert "That session has ended." in text(ended)
    assert elsewhere.get("/queue").status_code == 303
    assert dana.get("/queue").status_code == 200
    again = dana.follow(dana.post("/me/sessions/end", session=digest))
    assert "had ended already" in text(again)


def test_all_other_sessions_are_ended(dana: Browser, elsewhere: Browser):
    dana.get("/me/security")

    dana.post("/me/sessions/end", others="1")

    assert elsewhere.get("/queue").status_code == 303
    assert dana.get("/queue").status_code == 200


def test_a_session_of_somebody_else_is_not_ended(dana: Browser, browse: Callable[..., Browser]):
    ben = browse("Ben")
    browse("Ben's other").get("/me/security")
    digest = re.search(r'value="([0-9a-f]{64})"', ben.get("/me/security").text)
    dana.get("/me/security")

    assert digest is None  # One's own cannot be named even by oneself.
    for other in ("0" * 64, "\0"):
        ended = dana.follow(dana.post("/me/sessions/end", session=other))
        assert "had ended already" in text(ended)
    assert ben.get("/queue").status_code == 200


@pytest.fixture
def known(database: Database, dana: Browser) -> Browser:
    """Dana's browser; she has a password."""
    with database.write() as db:
        people.set_password_hash(db, people.find(db, "Dana").id, HASH)
    dana.get("/me/security")
    return dana


def change(browser: Browser, current: str, new: str = NEW, again: str | None = None):
    return browser.post("/me/password", current=current, new=new, again=again or new)


def test_a_new_password_ends_the_other_sessions_and_changes_this_one(
    known: Browser, elsewhere: Browser
):
    before, token = known.client.get_cookie("modsvc").value, known.csrf_token

    changed = known.follow(change(known, OLD))

    assert "Your password is changed" in text(changed)
    assert elsewhere.get("/queue").status_code == 303
    assert known.csrf_token != token
    thief = Browser(known.client.application)
    thief.client.set_cookie("modsvc", before)
    assert thief.get("/queue").status_code == 303


@pytest.mark.parametrize(
    ("current", "new", "again", "status", "said"),
    [
        ("wrong horse battery", NEW, NEW, 401, "That is not your present password."),
        (OLD, NEW, NEW + "!", 422, "The two new passwords differ."),
        (OLD, "tooshortxyz", "tooshortxyz", 422, "A password has at least 12 characters."),
    ],
)
def test_what_is_wrong_with_a_new_password_is_said(
    known: Browser, current: str, new: str, again: str, status: int, said: str
):
    answer = change(known, current, new, again)

    assert answer.status_code == status
    assert said in text(answer)
    assert not any(secret in answer.text for secret in (current, new))
    assert known.get("/queue").status_code == 200


def test_guessing_the_present_password_must_wait(known: Browser, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("modsvc.services.passwords.matches", lambda *_: False)
    monkeypatch.setattr("modsvc.services.passwords.hash_password", lambda _: HASH)
    for _ in range(FREE_FAILURES + 1):
        assert change(known, "wrong horse battery").status_code == 401

    refused = change(known, OLD)

    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "15"


def test_who_came_by_a_link_chooses_a_password(dana: Browser, app: Flask):
    page = dana.get("/me/security")
    assert 'name="current"' not in page.text

    dana.post("/me/password", new=NEW, again=NEW)

    again = Browser(app)
    again.get("/log-in")
    assert again.post("/log-in", name="Dana", password=NEW).status_code == 303
