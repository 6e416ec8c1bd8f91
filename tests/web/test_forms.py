"""Forms that another site sent, and pages that are open to nobody but moderators."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from modsvc import protocols
from tests.web.browser import Browser, text

# Every page that can be asked for without a log-in; all others cannot.
PUBLIC = {
    ("GET", "/log-in"),
    ("POST", "/log-in"),
    ("GET", "/log-in/link/<token>"),
    ("POST", "/log-in/link/<token>"),
    ("GET", "/log-in/code"),
    ("POST", "/log-in/code"),
    ("GET", "/people/join/<token>"),
    ("POST", "/people/join/<token>"),
    ("POST", "/people/join/<token>/as-me"),
    ("POST", "/log-out"),
    ("POST", "/language"),
    ("GET", "/static/<path:filename>"),
    ("GET", "/docs"),
}
# Pages that are shown without the store.
STORELESS = {
    ("POST", "/language"),
    ("GET", "/log-in"),
    ("GET", "/log-in/link/<token>"),
    # Without a first step before it, each only leads to that.
    ("GET", "/log-in/code"),
    ("POST", "/log-in/code"),
    ("GET", "/static/<path:filename>"),
    ("GET", "/docs"),
}
API = ("/v1/", "/healthz", "/readyz", "/openapi.json", *protocols.PATHS)


def page_routes(app: Flask) -> set[tuple[str, str]]:
    return {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        if not rule.rule.startswith(API)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def address(rule: str) -> str:
    return re.sub(r"<int\([^>]*>", "1", rule)


def test_every_page_asks_for_a_log_in_but_those_listed(app: Flask, case: str):
    browser = Browser(app)
    browser.get("/log-in")

    for method, rule in sorted(page_routes(app) - PUBLIC):
        ask = browser.get if method == "GET" else browser.post
        answer = ask(address(rule))

        assert answer.status_code == 303, (method, rule)
        assert answer.headers["Location"].startswith("/log-in"), (method, rule)


def test_the_list_of_public_pages_names_only_pages_that_are_there(app: Flask):
    assert page_routes(app) >= PUBLIC


def test_every_form_is_refused_without_its_token(app: Flask, dana: Browser, case: str):
    dana.post(f"{case}/claim")
    dana.get(case)
    for token in ("", "x" * 90):
        dana.csrf_token = token
        for method, rule in sorted(page_routes(app)):
            if method == "POST":
                answer = dana.post(address(rule), code="moderator.approved", **dana.form)

                assert answer.status_code == 400, rule
                assert "Nothing was changed" in text(answer), rule

    assert "You have this case" in text(dana.get(case))


def test_a_form_of_another_session_is_refused(
    dana: Browser, browse: Callable[..., Browser], case: str
):
    dana.post(f"{case}/claim")
    dana.get(case)
    dana.csrf_token = browse("Ben").csrf_token

    assert dana.decide(case, "moderator.approved").status_code == 400
    assert "You have this case" in text(dana.get(case))


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_form_that_the_browser_says_came_from_elsewhere_is_refused(
    dana: Browser, case: str, site: str
):
    answer = dana.client.post(
        f"{case}/claim",
        data={"csrf_token": dana.csrf_token},
        headers={"Sec-Fetch-Site": site},
    )

    assert answer.status_code == 400
    assert "Nobody has this case" in text(dana.get(case))


def test_a_huge_form_is_refused(dana: Browser, case: str):
    answer = dana.post(f"{case}/claim", more="x" * 70_000)

    assert answer.status_code == 413


def test_the_api_needs_neither_token_nor_secret(app: Flask, send: Callable[..., dict[str, object]]):
    send()

    assert app.secret_key is None


def test_without_its_database_every_page_says_so_and_no_more(app: Flask, dana: Browser, case: str):
    dana.get(case)
    app.extensions["modsvc"].db.close()
    app.extensions["modsvc"].db.engine = sa.create_engine("sqlite:////nowhere/modsvc.db")

    for method, rule in sorted(page_routes(app) - STORELESS):
        ask = dana.get if method == "GET" else dana.post
        answer = ask(address(rule))

        assert answer.status_code == 503, (method, rule)
        assert "Retry-After" in answer.headers, (method, rule)
        assert "try again shortly" in text(answer), (method, rule)


def test_an_error_of_ours_shows_nothing_of_itself(
    app: Flask, dana: Browser, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    def broken(*_: object, **__: object) -> None:
        raise ValueError("cannot show 'A dubious remark.'")

    monkeypatch.setattr("modsvc.web.queue.listing.render_template", broken)

    answer = dana.get("/queue")

    assert answer.status_code == 500
    assert "dubious" not in answer.text + caplog.text
    assert "ValueError at test_forms.py" in caplog.text


def test_pages_that_are_not_there_are_pages_too(app: Flask):
    answer = Browser(app).get("/nowhere")

    assert answer.status_code == 404
    assert "Nothing here" in text(answer)
