"""Which language a page speaks, and that only pages speak any but English."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from modsvc.web import translations
from modsvc.web.language import LANGUAGES
from tests.web.browser import Browser, text
from tests.web.test_forms import page_routes

HEBREW = '<html lang="he" dir="rtl">'
ENGLISH = '<html lang="en" dir="ltr">'


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What language a page is in does not depend on the database."""
    return sqlite_url


@pytest.mark.parametrize(
    ("asked", "start"),
    [
        ("he", HEBREW),
        ("he-IL,he;q=0.9,en-US;q=0.8", HEBREW),
        ("ar, he;q=0.5, en;q=0.4", HEBREW),
        ("en-GB,en;q=0.9,he;q=0.8", ENGLISH),
        ("fr", ENGLISH),
        ("*", ENGLISH),
        ("", ENGLISH),
        ("he;q=0", ENGLISH),
        ("x" * 5_000, ENGLISH),
    ],
)
def test_a_page_speaks_what_the_browser_asks_for_and_else_english(
    app: Flask, asked: str, start: str
):
    page = app.test_client().get("/log-in", headers={"Accept-Language": asked})

    assert start in page.text
    assert ("כניסה" in page.text) == (start == HEBREW)
    assert page.headers["Content-Language"] == start[12:14]


def test_what_is_chosen_goes_before_what_the_browser_asks_for_and_outlasts_log_in_and_out(
    dana: Browser, case: str
):
    dana.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    dana.get("/queue?site=gazette")
    answer = dana.post("/language", language="he", back="/queue?site=gazette")
    page = dana.follow(answer)
    assert answer.headers["Location"] == "/queue?site=gazette"
    assert HEBREW in page.text
    assert "מדיניות" in text(page)

    page = dana.follow(dana.post("/log-out"))
    assert "יצאת מהמערכת." in text(page)
    page = dana.follow(dana.post("/language", language="en", back="/log-in"))
    assert ENGLISH in page.text


def test_the_choice_is_a_form_on_every_page_that_has_a_session(dana: Browser, case: str):
    for path in ("/log-in", "/queue", case, "/policy", "/words"):
        form = re.search(r'<form[^>]*action="/language".*?</form>', dana.get(path).text, re.DOTALL)

        assert form, path
        assert f'name="back" value="{path}"' in form[0]
        assert (
            '<button class="quiet" name="language" value="he" lang="he" dir="rtl">עברית' in form[0]
        )
        assert "csrf_token" in form[0]


@pytest.mark.parametrize("code", ["", "xx", "HE", "he\0", "../he"])
def test_a_language_that_pages_do_not_speak_is_refused(dana: Browser, code: str):
    dana.get("/log-in")

    answer = dana.post("/language", language=code, back="/log-in")

    assert answer.status_code == 400
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example", "", "x"])
def test_a_choice_leads_to_no_other_site(dana: Browser, back: str):
    dana.get("/log-in")

    answer = dana.post("/language", language="he", back=back)

    assert answer.headers["Location"] == "/queue"


def test_a_forged_choice_is_none(app: Flask):
    for value in ("xx", "he;dir", '"><b>', "x" * 3_000):
        client = app.test_client()
        client.set_cookie("modsvc-language", value)

        assert ENGLISH in client.get("/log-in").text


def test_a_choice_is_kept_from_scripts_and_from_other_sites(dana: Browser):
    dana.get("/log-in")
    cookie = dana.post("/language", language="he", back="/").headers["Set-Cookie"]

    for part in ("modsvc-language=he", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=31536000"):
        assert part in cookie


def test_an_error_speaks_the_visitors_language(dana: Browser):
    dana.client.set_cookie("modsvc-language", "he")
    for path, said in (
        ("/nowhere", "אין עמוד כזה."),
        ("/cases/77", "אין מקרה 77."),
        ("/queue?after=x", "הכתובת הזאת אינה מובילה לחלק מן התור."),
    ):
        page = dana.get(path)

        assert HEBREW in page.text
        assert said in text(page)
        assert page.headers["Content-Language"] == "he"


def test_pages_tell_caches_what_they_depend_on(app: Flask, dana: Browser, case: str):
    paths = [
        rule
        for method, rule in page_routes(app)
        if method == "GET" and "<" not in rule and not rule.startswith("/docs")
    ]
    for path in (*paths, case, "/nowhere"):
        answer = dana.get(path)
        if answer.mimetype == "application/json" or answer.status_code == 403:
            continue  # It says nothing to people, or is for others.

        assert {"Accept-Language", "Cookie"} <= {*answer.vary}, path
        assert answer.headers["Cache-Control"] == "no-store", path
        assert answer.headers["Content-Language"] == "en", path


def test_what_programs_read_stays_english(
    client: FlaskClient, headers: dict[str, str], send: Callable[..., dict[str, Any]]
):
    client.set_cookie("modsvc-language", "he")
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "he"

    answer = send("A dubious remark.")
    problem = client.get("/v1/comments/none", headers=headers)
    docs = client.get("/docs", headers={"Accept": "text/html"})

    assert "Reads as" in answer["reasons"][0]["message"]
    assert "Content-Language" not in problem.headers
    assert not re.search("[א-ת]", f"{answer}{problem.text}{docs.text}")
    assert ENGLISH in docs.text


def test_what_programs_ask_opens_no_catalogue(send: Callable[..., dict[str, Any]]):
    translations.read.cache_clear()

    send("A dubious remark.")

    assert translations.read.cache_info().misses == 0


def test_each_language_names_itself_and_its_direction():
    assert {each.direction for each in LANGUAGES.values()} == {"ltr", "rtl"}
    assert all(code == each.code for code, each in LANGUAGES.items())
