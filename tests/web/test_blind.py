"""Who judges blind is told on no page who wrote what waits."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from modsvc.store.db import Database
from tests.calm import calm_text
from tests.web.browser import Browser, text
from tests.web.releasing import are_enough, draw
from tests.web.surroundings import FLYER, everybody_likes

Send = Callable[..., dict[str, Any]]
# As words: the random letters of what signs a form may have one of them within.
NAMES = re.compile(r"(?<![\w-])(nightowl|u-1|lark|u-2)(?![\w-])")
PAGES = (
    "/queue",
    "/queue?read=card",
    "/queue?read=one",
    "/queue?by=1",
    "/queue?like=1",
    "/queue?label=toxicity",
    "/queue/matching?label=toxicity",
    "/search?text=dubious",
    "/search?text=dubious&status=held",
    "/cases/1",
    "/cases/1/beside",
    "/cases/2",
    "/cases/2/beside",
    "/done",
    "/for-me",
)


@pytest.fixture
def by_policy(make_app: Callable[..., Flask], tmp_path: Path) -> Flask:
    """An application whose site has all its moderators judge blind."""
    policy = tmp_path / "policy.toml"
    policy.write_text(calm_text().replace("\nhidden = []", '\nhidden = ["author"]'))
    return make_app(policy=policy)


@pytest.mark.parametrize("why", ["liking", "policy"])
def test_no_page_names_who_wrote_what_waits(
    request: pytest.FixtureRequest,
    browse_in: Callable[..., Browser],
    lea: Browser,
    database: Database,
    send: Send,
    index: Callable[[], None],
    why: str,
    monkeypatch: pytest.MonkeyPatch,
):
    are_enough(monkeypatch)
    send(f"{FLYER} one", id="c-1")
    send(f"{FLYER} two", id="c-2", author={"id": "u-2", "name": "lark"}, parent={"id": "c-1"})
    send(f"{FLYER} three", id="c-3")
    index()
    reader, own = lea, "1"
    if why == "policy":
        own = "2"
        reader = browse_in(request.getfixturevalue("by_policy"), "Lee", role="lead")
    reader.get("/queue")
    assert reader.post("/cases/1/assign", to=own, note="Look.").status_code == 303
    reader.post("/cases/2/escalate")
    reader.post("/queue/decide", approve="1.1")
    reader.post("/queue/undo", act="1")
    if why == "liking":
        assert "nightowl" in reader.get("/queue").text
        everybody_likes(database, blind=True)

    answers = {page: reader.get(page) for page in PAGES}
    answers["/release"] = draw(reader, size="2")
    for page, answer in answers.items():
        assert answer.status_code == 200, page
        assert "flapdoodle" in answer.text, page
        assert NAMES.findall(answer.text) == [], page


def test_beside_what_is_decided_what_waits_names_nobody(
    lea: Browser, database: Database, send: Send
):
    send(f"{FLYER} one", id="c-1")
    send(f"{FLYER} two", id="c-2", author={"id": "u-2", "name": "lark"})
    send(f"{FLYER} three", id="c-3")
    everybody_likes(database, blind=True)
    lea.get("/queue")
    lea.post("/queue/decide", approve="1.1")

    page = lea.get("/cases/1")

    assert "Author nightowl id u-1" in text(page)
    assert "lark" not in page.text
    assert "case 2" in text(page)
    # Nor is it listed as the author's.
    latest = page.text.split("Their last comments")[1].split("</section>")[0]
    assert "/cases/3" not in latest
    asked = lea.post("/cases/3/author").text
    assert "nightowl" in asked
    assert "lark" not in asked


def test_nothing_is_asked_for_by_an_author_whom_one_is_not_to_know(
    lea: Browser, database: Database, send: Send
):
    send(f"{FLYER} one", id="c-1")
    send(f"{FLYER} two", id="c-2", author={"id": "u-2", "name": "lark"})
    send(f"{FLYER} three", id="c-3")
    lea.get("/queue")
    lea.post("/queue/views?author=u-1", name="The owl", shared="1")
    lea.post("/queue/views?by=1&order=newest", name="The same", shared="1")
    lea.post("/queue/views?order=oldest", name="Old ones", shared="1")
    assert "u-1" in lea.get("/queue").text
    everybody_likes(database, blind=True)
    lea.post("/queue/decide", approve="1.1")

    for asked in ("author=u-1", "by=1"):
        # Of what is decided the author is known; that the third is theirs too is not.
        answer = lea.get(f"/queue?{asked}")
        assert "Authors are hidden from you" in text(answer)
        assert re.findall(r'id="case-(\d)"', answer.text) == ["2", "3"]
        assert [name for name in ("lark", "The owl", "The same") if name in answer.text] == []
        assert "Old ones" in answer.text
        live = re.findall(r'data-live="([^"]*)"', answer.text)[0]
        assert asked not in live
        assert lea.get(html.unescape(live)).json["open"] == "2"
