"""What strangers write is text on every page, whatever it looks like."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from modsvc.store import people, sites
from modsvc.store.db import Database
from tests.fakes import Clock
from tests.web.browser import Browser, text
from tests.web.surroundings import FLYER, hand_around, surround

PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</textarea></title><svg onload=alert(1)>",
    "{{ 7 * 7 }}{% raw %}",
    "&lt;b&gt;",
    "javascript:alert(1)",
)
TAGS = re.compile(r"<(/?)([a-z0-9]+)([^>]*)>", re.IGNORECASE)
OUR_TAGS = {
    *(
        "html",
        "head",
        "meta",
        "title",
        "link",
        "body",
        "header",
        "nav",
        "main",
        "footer",
        "section",
        "div",
    ),
    *("h1", "h2", "p", "a", "ul", "ol", "li", "span", "bdi", "mark", "q", "time", "meter"),
    *("form", "fieldset", "legend", "label", "input", "button", "details", "summary"),
    *("table", "thead", "tbody", "tr", "th", "td", "b", "textarea", "select", "option"),
    *("article", "dialog", "kbd", "script"),
}
FOREIGN = re.compile(r'<(script(?! src="/static/)|img|svg)')


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_in_every_field_is_shown_as_text(
    dana: Browser, send: Callable[..., dict[str, Any]], payload: str
):
    send(
        f"dubious {payload}",
        id=payload,
        article=dict.fromkeys(("id", "title", "url", "section", "body"), payload),
        author={"id": payload, "name": payload},
        parent={"id": payload, "body": payload},
    )
    dana.post("/cases/1/claim")

    for page in (dana.get("/queue"), dana.get("/cases/1")):
        said = text(page)
        assert page.status_code == 200
        assert f"dubious {payload}" in said
        assert not FOREIGN.search(page.text)
        for _, name, attributes in TAGS.findall(page.text.partition(">")[2]):
            assert name in OUR_TAGS
            assert not re.search(r'\son\w+\s*=|="\s*javascript:', attributes)
        assert page.text.count("<textarea") == page.text.count("</textarea")
    assert text(dana.get("/cases/1")).count(payload) >= 8


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_in_all_that_stands_around_a_comment_is_shown_as_text(
    dana: Browser,
    edna: Browser,
    send: Callable[..., dict[str, Any]],
    client: FlaskClient,
    headers: dict[str, str],
    payload: str,
):
    case = surround(send, client, headers, payload)
    hand_around(dana, case, payload, to="2")
    dana.post("/cases/2/claim")
    dana.get("/cases/2")
    dana.decide("/cases/2", "moderator.spam")

    for path, times in ((case, 20), ("/for-me", 4), ("/cases/2", 10)):
        page = edna.get(path)
        assert text(page).count(payload) >= times, path
        for _, name, attributes in TAGS.findall(page.text.partition(">")[2]):
            assert name in OUR_TAGS
            assert not re.search(r"\son\w+\s*=|javascript:", attributes)
        assert page.text.count("<textarea") == page.text.count("</textarea")
    assert text(dana.get("/done")).count(payload) == 1


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_in_a_name_of_ours_is_shown_as_text(
    browse: Callable[..., Browser], database: Database, clock: Clock, payload: str
):
    with database.write() as db:
        sites.add_site(db, payload, payload, clock())

    page = browse(payload, payload).get("/queue")

    assert text(page).count(payload) == 2
    assert not FOREIGN.search(page.text)


def test_every_text_of_a_stranger_finds_its_own_direction(
    dana: Browser, send: Callable[..., dict[str, Any]]
):
    send(
        "תגובה dubious",
        article={"id": "a", "title": "כותרת", "section": "מדור", "body": "תוכן"},
        author={"id": "u", "name": "שם"},
        parent={"id": "p", "body": "הורה"},
    )

    page = re.sub("</?mark[^>]*>", "", dana.get("/cases/1").text)

    for said in ("תגובה", "כותרת", "מדור", "תוכן", "שם", "הורה"):
        assert re.search(rf'(<bdi>|dir="auto">)(<a [^>]*>)?{said}', page), said


def test_every_text_around_a_comment_finds_its_own_direction(
    dana: Browser,
    edna: Browser,
    send: Callable[..., dict[str, Any]],
    client: FlaskClient,
    headers: dict[str, str],
):
    case = surround(send, client, headers, "מילה")
    hand_around(dana, case, "מילה", to="2")

    for path in (case, "/for-me"):
        page = re.sub("</?(?:mark|label|a)[^>]*>", "", edna.get(path).text)
        # What begins a text or a name, or stands in one that has begun.
        loose = re.sub(
            rf'(?s)(?:<bdi>|dir="auto">)(?:…|{re.escape(FLYER)}|@Edna|[^<])*?מילה', "", page
        )
        assert "מילה" not in loose, path


def test_a_failed_log_in_shows_the_name_as_text(app: Any):
    browser = Browser(app)
    browser.get("/log-in")

    page = browser.post("/log-in", name='"><script>', password="x", next='"><script>')

    assert "<script" not in page.text


def test_moderators_names_are_shown_as_text_on_a_closed_case(
    dana: Browser, browse: Callable[..., Browser], case: str, database: Database
):
    ben = browse("<i>Ben</i>")
    ben.post(f"{case}/claim")
    taken = dana.get(case)
    ben.get(case)
    ben.decide(case, "moderator.spam")

    assert "<i>Ben</i> has this case" in text(taken)
    assert "by <i>Ben</i>" in text(dana.get(case))
    with database.read() as db:
        assert people.find(db, "<i>Ben</i>") is not None
