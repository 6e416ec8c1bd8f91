"""What is looked at once more is told from what was just held on no page: not even by who decided."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.calm import calm_text
from tests.fakes import Clock
from tests.web.browser import Browser, text

Browse = Callable[..., Browser]
Send = Callable[..., dict[str, Any]]
CASE = re.compile(r"/cases/(\d+)")


@pytest.fixture
def app(make_app: Callable[..., Flask], tmp_path: Path) -> Flask:
    """An application that has each decision of a moderator looked at once more."""
    policy = tmp_path / "policy.toml"
    policy.write_text(re.sub(r"(?m)^second_looks = .*$", "second_looks = 1", calm_text()))
    return make_app(policy=policy)


@pytest.fixture
def ben(browse: Browse) -> Browser:
    return browse("Ben")


@pytest.fixture
def second(dana: Browser, ben: Browser, send: Send, index: Callable[[], None], clock: Clock) -> str:
    """A second look at what Dana approved, case 2; beside it case 3, which was just held."""
    send("A dubious flapdoodle.", id="c-1")
    clock.advance(timedelta(hours=2))
    dana.get("/queue")
    dana.post("/queue/decide", approve="1.1")
    send("Another dubious flapdoodle.", id="c-2")
    clock.advance(timedelta(minutes=2))
    index()
    return "/cases/2"


@pytest.mark.usefixtures("second")
def test_a_search_finds_it_as_if_it_were_just_held(ben: Browser) -> None:
    found = ben.get("/search?text=flapdoodle")

    assert sorted(CASE.findall(found.text)) == ["2", "3"]
    assert text(found).count("held on An article") == 2
    assert text(found).count("2 min ago") == 2
    assert CASE.findall(ben.get("/search?text=flapdoodle&status=approved").text) == []
    assert len(CASE.findall(ben.get("/search?text=flapdoodle&status=held").text)) == 2


@pytest.mark.usefixtures("second")
def test_whoever_decided_finds_their_decision_and_not_that_it_is_looked_at(dana: Browser) -> None:
    found = dana.get("/search?text=flapdoodle")

    assert sorted(CASE.findall(found.text)) == ["1", "3"]
    assert "approved on An article" in text(found)
    assert CASE.findall(dana.get("/search?text=flapdoodle&status=approved").text) == ["1"]
    assert CASE.findall(dana.get("/search?text=flapdoodle&status=held").text) == ["3"]


@pytest.mark.usefixtures("second")
def test_beside_another_case_it_is_as_old_as_on_its_own_page(dana: Browser, ben: Browser) -> None:
    def beside(reader: Browser) -> str:
        page = text(reader.get("/cases/3"))
        return page[page.index("Said before it") : page.index("Author")]

    assert "2 min ago held" in beside(ben)
    assert "case 2" in beside(ben)
    assert "2 h ago approved" in beside(dana)
    assert "case 1" in beside(dana)
    assert "held 2 min ago" in text(ben.get("/cases/2"))


def test_whoever_decided_the_last_one_is_told_that_the_queue_is_clear(
    dana: Browser, ben: Browser, send: Send
) -> None:
    send()
    dana.get("/queue")
    dana.post("/queue/decide", approve="1.1")

    page = dana.get("/queue")

    assert "The queue is clear" in text(page)
    assert '<span id="open">0</span>' in page.text
    live = html.unescape(re.findall(r'data-live="([^"]+)"', page.text)[0])
    assert dana.get(f"{live}&shown=").json["open"] == "0"
    assert '<span id="open">1</span>' in ben.get("/queue").text


@pytest.mark.usefixtures("second")
def test_handed_to_whoever_decided_it_waits_as_anything_does_and_others_get_it(
    dana: Browser, ben: Browser, browse: Browse
) -> None:
    cy = browse("Cy")
    ben.get("/queue")

    told = []
    for case in (2, 3):
        page = text(ben.follow(ben.post(f"/cases/{case}/assign", to="1", note="@Dana, please.")))
        claimed = ben.post(f"/cases/{case}/claim")
        told.append(
            [
                "waits for Dana." in page,
                "This case waits for Dana." in page,
                "Claim to decide" in page or 'data-do="claim"' in page,
                "You have this case" in text(ben.follow(claimed)),
            ]
        )

    assert told == [[True, True, False, False]] * 2
    assert CASE.findall(ben.get("/queue").text) == []
    mine = dana.get("/for-me")
    assert "/cases/3" in mine.text
    assert "/cases/2" not in mine.text
    assert text(mine).count("please.") == 1
    assert "2" in CASE.findall(cy.get("/queue").text)
    assert "waits for Dana" not in text(cy.get("/cases/2"))
    # Everybody's again, it is theirs as well who handed it on; that takes a lead.
    assert ben.post("/cases/2/assign", to="").status_code == 409
    assert ben.post("/cases/3/assign", to="").status_code == 409
    lea = browse("Lea", role="lead")
    lea.get("/queue")
    assert lea.post("/cases/2/assign", to="").status_code == 303
    assert "2" in CASE.findall(ben.get("/queue").text)


@pytest.mark.usefixtures("second")
def test_handed_to_whoever_decided_it_comes_back_where_nobody_else_is_left(ben: Browser) -> None:
    ben.get("/queue")
    ben.post("/cases/2/assign", to="1")

    assert "2" in CASE.findall(ben.get("/queue").text)


@pytest.mark.usefixtures("second")
def test_whoever_decided_is_told_at_its_address_that_it_is_not_for_them(
    dana: Browser, ben: Browser
) -> None:
    page = dana.get("/cases/2")

    assert "You decided this yourself" in text(page)
    assert not re.search(r"/cases/2/(claim|decide|pass|escalate|assign)", page.text)
    for act in ("pass", "escalate", "assign"):
        refused = dana.post(f"/cases/2/{act}")
        assert refused.status_code == 409
        assert "You decided this yourself" in text(refused)
    ben.get("/queue")
    ben.post("/queue/decide", approve="2.1")
    assert dana.get("/cases/2").headers["Location"].startswith("/cases/1?")


@pytest.mark.usefixtures("second")
def test_what_is_said_of_the_look_does_not_reach_whoever_decided(
    dana: Browser, ben: Browser, browse: Browse
) -> None:
    dana.post("/cases/1/note", note="A note of Dana's.")
    ben.get("/queue")
    ben.post("/cases/2/note", note="@Dana and @Cy, what is this?")
    cy = browse("Cy")
    ben.post("/cases/2/note", note="@Dana and @Cy, so?")

    assert "1 new" in text(cy.get("/for-me"))
    assert "Nobody has written to you" in text(dana.get("/for-me"))
    assert "what is this" in text(cy.get("/cases/2"))
    assert "what is this" not in text(dana.get("/cases/1"))
    assert "A note of Dana's" in text(dana.get("/cases/1"))


@pytest.mark.usefixtures("second")
def test_whoever_is_to_judge_anew_is_led_to_that_and_not_to_what_was_decided(
    dana: Browser, ben: Browser
) -> None:
    assert ben.get("/cases/1").headers["Location"].startswith("/cases/2?")
    assert "Approved by Dana" in text(dana.get("/cases/1"))


@pytest.mark.usefixtures("second")
def test_whoever_handed_it_on_neither_reads_nor_decides_it_from_the_list(
    ben: Browser, browse: Browse
) -> None:
    browse("Cy")
    ben.get("/queue")
    ben.post("/cases/2/assign", to="1")

    assert ben.post("/queue/reading", case="2").json["mine"] is False
    told = ben.get("/queue/live?newest=3&since=0&shown=2.1-3.1").json
    assert told["gone"] == {"2": "This comment waits for somebody else."}
    answer = ben.client.post(
        "/queue/decide",
        data={"csrf_token": ben.csrf_token, "approve": "2.1"},
        headers={"Accept": "application/json"},
    )
    assert answer.json["refused"] == {"2": "This case waits for somebody else."}


def test_a_lead_is_not_shown_the_look_at_their_own_decision_among_what_is_left_to_leads(
    ben: Browser, browse: Browse, send: Send
) -> None:
    lea = browse("Lea", role="lead")
    send("A dubious flapdoodle.")
    lea.get("/queue")
    lea.post("/queue/decide", approve="1.1")
    ben.get("/queue")
    ben.post("/cases/2/escalate")

    assert "Nothing was left to leads" in text(lea.get("/for-me"))
    assert "/cases/2" in browse("Lu", role="lead").get("/for-me").text
