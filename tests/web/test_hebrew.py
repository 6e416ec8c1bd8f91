"""Pages as whoever chose Hebrew reads them: no word of ours is left in English."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from modsvc.core.decision import Action
from tests.web.browser import Browser
from tests.web.hebrew import english, look
from tests.web.wordlist import Put

# Lines that cannot be used, each for another reason.
WRONG = (
    "!",
    "א" * 201,
    "א\tב",
    "א\t\t12",
    "א\t\t\t" + "ב" * 501,
    "א\t\t\t\t12",
    "א\t\t\t\t2020-01-01",
    "א\t\t\t\t\tב",
    "א\x01",
)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def dalia(dana: Browser) -> Browser:
    """The browser of Dana, who chose Hebrew."""
    dana.client.set_cookie("modsvc-language", "he")
    return dana


@pytest.fixture
def told(send: Callable[..., dict[str, Any]]) -> None:
    """A comment in which a lot is noticed."""
    send(
        "dubious ז.נ.ב.ו.ר https://a.example https://b.example https://c.example ring 050-123-4567 "
        "zo\u200b\u200b\u200b\u200b\u200b\u200bnk \u202eturned\u202c a@gazette.example "
        + "😀"
        * 30,
        id="1",
        article={"id": "7", "title": "המועצה הצביעה", "section": "עיר", "body": "הצביעו. " * 90},
        author={"id": "3", "name": "לילה", "joined_at": "2026-11-21T10:00:00Z"},
        parent={"id": "2", "body": "הייתי שם."},
    )


def test_the_queue_and_search_are_wholly_in_hebrew(dalia: Browser, told: None):
    look(dalia.get("/queue"))
    for asked in (
        "after=99-9",
        "read=one",
        "read=card&order=worst&whose=mine&late=1&held=over-3h&language=en&like=1&by=1&text=dubious",
        "label=spam&from=0.1&to=0.9&reason=links.too_many&article=7&author=3&held=under-1h&read=list",
        "reason=x&label=x&from=x&language=5&held=x&whose=x&like=x&text=!",
        "whose=others&from=0.5",
    ):
        look(dalia.get(f"/queue?{asked}"))
    look(dalia.get("/queue/matching"))
    look(dalia.get("/queue/matching?label=spam&from=1"))
    for path in ("/search", "/search?text=dubious", "/search?text=none", "/search?text=!"):
        look(dalia.get(path))
    look(dalia.follow(dalia.post("/queue/decide", reject="ticked")))
    look(dalia.follow(dalia.post("/queue/decide", approve="ticked")))
    look(dalia.follow(dalia.post("/queue/views", name="א")))
    look(dalia.follow(dalia.post("/queue/views", name="א")))
    look(dalia.follow(dalia.post("/queue/views", name="")))
    decided = dalia.post("/queue/decide", case="1.1", approve="ticked")
    look(dalia.follow(decided))
    look(dalia.follow(dalia.post("/queue/decide", case="1.1", approve="ticked")))
    look(dalia.follow(dalia.post("/queue/undo", act="1")))
    look(dalia.follow(dalia.post("/queue/undo", act="1")))
    look(dalia.follow(dalia.post("/queue/undo", act="99")))


def test_a_case_is_wholly_in_hebrew(dalia: Browser, told: None):
    look(dalia.get("/cases/1"))
    look(dalia.post("/cases/1/personal"))
    dalia.post("/cases/1/claim")
    look(dalia.get("/cases/1"))
    look(dalia.follow(dalia.post("/cases/1/decide")))
    seen = dict(dalia.form)
    look(dalia.follow(dalia.decide("/cases/1", "moderator.other")))
    look(dalia.get("/cases/1"))
    dalia.form = seen
    look(dalia.decide("/cases/1", "moderator.other"), status=409)
    look(dalia.get("/cases/9"), status=404)
    look(dalia.post("/cases/1/overturn", code="moderator.approved", position="x"), status=400)
    for path in ("/done", "/for-me"):
        look(dalia.get(path))


def test_what_is_undone_and_handed_on_is_wholly_in_hebrew(dalia: Browser, told: None):
    dalia.get("/cases/1")
    dalia.post("/cases/1/claim")
    dalia.get("/cases/1")
    look(dalia.follow(dalia.decide("/cases/1", "moderator.approved")))
    look(dalia.get("/done"))
    look(dalia.follow(dalia.post("/acts/1/undo")))
    look(dalia.get("/done"))
    look(dalia.follow(dalia.post("/cases/1/note", note="")))
    for path in ("note", "claim", "release", "pass", "assign", "together", "escalate"):
        look(dalia.follow(dalia.post(f"/cases/1/{path}", note="הערה")))
        look(dalia.get("/cases/1"))
    look(dalia.post("/cases/1/author"))
    look(dalia.get("/for-me"))
    look(dalia.follow(dalia.post("/for-me/hand-over")))


def test_the_log_in_is_wholly_in_hebrew(dalia: Browser):
    look(dalia.follow(dalia.post("/log-out")))
    look(dalia.post("/log-in", name="x", password="x"), status=401)
    for _ in range(12):
        page = dalia.post("/log-in", name="x", password="x")
    look(page, status=429)
    look(dalia.get("/log-in/link/x"))
    look(dalia.post("/log-in/link/x"), status=401)


def test_the_pages_about_words_are_wholly_in_hebrew(edna: Browser, told: None, put: Put):
    edna.client.set_cookie("modsvc-language", "he")
    look(edna.get("/words"))
    number = put("זנבור", note="הערה", ago=9)
    put("זונק", Action.REJECT, language="he", ends_at=datetime(2026, 11, 1, tzinfo=UTC), ago=50)
    for path in ("/words", "/words?search=זנבור", "/words?search=none", "/words?page=9"):
        look(edna.get(path))
    for path in (f"/words/{number}", "/words/add", "/words/seeds/he", "/words/seeds/en"):
        look(edna.get(path))
    look(edna.post("/words/add", action="hold", phrases="זנבור", do="try"))
    look(edna.post("/words/add", action="hold", phrases="זנבור\nnone", do="try"))
    look(
        edna.post("/words/add", action="hold", phrases="\n".join(WRONG), last_day="x", do="add"),
        status=422,
    )
    look(edna.follow(edna.post("/words/add", action="hold", phrases="זנבור\nאחר\nעוד", do="add")))
    look(edna.post("/words/seeds/he", action="hold", do="try"))
    look(edna.post(f"/words/{number}", phrases="זנבור", action="reject", do="try"))
    look(edna.post(f"/words/{number}", phrases="", action="x", do="save"), status=422)
    look(edna.follow(edna.post("/words/remove", only=str(number))))
    look(edna.follow(edna.post("/words/remove")))
    look(edna.follow(edna.post("/words/restore", id=str(number))))
    look(edna.post("/words/99", phrases="זנבור", action="hold", do="save"), status=409)
    look(edna.get("/words/99"), status=404)


def test_english_that_is_left_is_found(dana: Browser, told: None):
    assert {"Queue", "held", "links", "Skip"} <= english(dana.get("/queue"))
    assert not re.search("dubious|turned|gazette", " ".join(english(dana.get("/cases/1"))))
