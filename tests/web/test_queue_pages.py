"""The queue's pages: what they show, what they ask while open, views, search; without scripts."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from modsvc.core.review import RELEASE
from modsvc.services.decide_cases import Seen
from modsvc.store.db import Database
from modsvc.web import assets
from modsvc.web.queue.listing import SIZES
from tests.fakes import Clock
from tests.web.browser import Browser, text
from tests.web.surroundings import everybody_likes

Send = Callable[..., dict[str, object]]
Browse = Callable[..., Browser]
JSON = {"Accept": "application/json"}
MAX_FIRST_BYTES = 100_000


def live(browser: Browser, page: str, shown: str = "1.1", **headers: str) -> Any:
    address = re.search(r'data-live="([^"]+)"', page)
    assert address is not None
    path = f"{address[1].replace('&amp;', '&')}&shown={shown}"
    return browser.client.get(path, headers={**JSON, **headers})


def test_a_filter_narrows_the_list_and_is_named(dana: Browser, send: Send) -> None:
    send("A dubious remark.", id="c-1")
    send("A dubious one http://a.example http://b.example http://c.example", id="c-2")

    page = dana.get("/queue?reason=links.too_many")

    assert re.findall(r'id="case-(\d+)"', page.text) == ["2"]
    assert "here for links" in text(page)
    assert "1 matches" in text(page)
    assert "2 open cases" in text(page)
    assert 'href="/queue?reason=links.too_many' in dana.get("/queue").text


def test_an_order_puts_the_worst_first(dana: Browser, send: Send, clock: Clock) -> None:
    send("A dubious remark.", id="c-1")
    clock.advance(timedelta(minutes=1))
    send("Hidden\u200b\u200b\u200b\u200b\u200b words, but goodly.", id="c-2")

    assert re.findall(r'id="case-(\d+)"', dana.get("/queue?order=worst").text) == ["1", "2"]
    assert re.findall(r'id="case-(\d+)"', dana.get("/queue?order=newest").text) == ["2", "1"]


def test_what_cannot_be_asked_for_is_said(dana: Browser, case: str) -> None:
    page = dana.get("/queue?label=toxicity&from=much")

    assert page.status_code == 200
    assert "A score is a number from 0 to 1, such as 0.6." in text(page)
    assert "1 matches" in text(page)


def test_how_cases_are_read_is_remembered(dana: Browser, case: str) -> None:
    assert 'class="as-list"' in dana.get("/queue").text
    assert 'class="as-one"' in dana.get("/queue?read=one").text
    assert 'class="as-one"' in dana.get("/queue?read=nonsense").text
    assert 'class="as-card"' in dana.get("/queue?read=card").text


def test_a_line_says_why_it_is_due_when_it_is(dana: Browser, case: str) -> None:
    assert (
        "Due sooner than the promised 60 min: the classifier is 30% sure of its strongest reason,"
        " and its scores leave it open." in text(dana.get("/queue"))
    )


def test_a_clear_queue_tells_what_somebody_judged(
    app: Flask, dana: Browser, send: Send, clock: Clock
) -> None:
    for n in range(1, 6):
        send("A dubious remark.", id=f"c-{n}")
    assert "The queue is clear" not in text(dana.get("/queue"))
    clock.advance(timedelta(minutes=7))
    dana.post("/queue/decide", approve="1.1")
    clock.advance(timedelta(hours=2))
    # Neither what its author changed nor what was released with others was judged by anybody.
    send("A goodly remark.", id="c-2")
    decide = app.extensions["modsvc"].decide_cases
    decide.many("gazette", 1, [Seen(n, 1) for n in (3, 4, 5)], RELEASE)

    said = text(dana.get("/queue"))
    decide.overturn("gazette", 1, 1, "moderator.spam", position=6)
    more = text(dana.get("/queue"))

    assert "The queue is clear" in said
    assert "1 judged in the last 24 hours; it had waited about 7 min." in said
    assert "2 judged in the last 24 hours; half of them had waited about 7 min or less." in more


def test_an_open_page_is_told_what_has_changed_and_nothing_twice(
    dana: Browser, browse: Browse, send: Send
) -> None:
    for n in (1, 2, 3):
        send("A dubious remark.", id=f"c-{n}")
    page, ben = dana.get("/queue").text, browse("Ben")
    ben.get("/queue")

    before = live(dana, page, "1.1-2.1-3.1")
    ben.post("/queue/decide", code="moderator.spam", case="1.1")
    ben.post("/queue/reading", case="2")
    send("A dubious remark, edited.", id="c-3")
    send("A dubious remark, and new.", id="c-4")
    after = live(dana, page, "1.1-2.1-3.1", **{"If-None-Match": before.headers["ETag"]})
    again = live(dana, page, "1.1-2.1-3.1", **{"If-None-Match": after.headers["ETag"]})

    nothing = {"open": "3", "count": None, "new": 0, "gone": {}, "edited": [], "held": {}}
    assert before.json == nothing
    assert after.json == {
        "open": "3",
        "count": None,
        "new": 1,
        "gone": {"1": "Ben rejected this comment."},
        "edited": [3],
        "held": {"2": "Ben"},
    }
    assert (again.status_code, again.data) == (304, b"")


def test_what_one_reads_oneself_is_not_told(dana: Browser, case: str) -> None:
    page = dana.get("/queue").text

    assert dana.post("/queue/reading", case="1").json == {"mine": True, "nudge": None}
    assert live(dana, page).json["held"] == {}


def test_reading_the_next_lets_the_last_one_go(dana: Browser, browse: Browse, send: Send) -> None:
    for n in (1, 2):
        send("A dubious remark.", id=f"c-{n}")
    ben = browse("Ben")
    dana.get("/queue")
    dana.post("/queue/reading", case="1")
    ben.get("/queue")

    assert ben.post("/queue/reading", case="1").json == {"mine": False, "nudge": None}
    dana.post("/queue/reading", case="2", left="1")
    assert ben.post("/queue/reading", case="1").json == {"mine": True, "nudge": None}


@pytest.mark.parametrize(
    "query",
    [
        "",
        "newest=x&since=1",
        "newest=1&since=-1",
        "newest=1&since=1&shown=1",
        f"newest={'9' * 19}&since=1",
    ],
)
def test_what_no_page_of_ours_asks_is_refused(dana: Browser, query: str) -> None:
    assert dana.get(f"/queue/live?{query}").status_code == 400


def test_a_page_can_be_signed_anew_by_whoever_made_it(dana: Browser, case: str) -> None:
    page = dana.get("/queue").text
    told = dana.get("/queue/token").json
    dana.csrf_token = told["token"]

    assert f'data-visitor="{told["visitor"]}"' in page
    assert dana.post("/queue/decide", approve="1.1").status_code == 303


def test_views_are_ones_own_or_the_sites_and_lead_to_their_filters(
    dana: Browser, browse: Browse, case: str
) -> None:
    lee = browse("Lee", role="lead")
    dana.get("/queue?label=toxicity&order=worst")
    dana.post("/queue/views?label=toxicity&order=worst", name=" My  rude ones ", shared="1")
    lee.get("/queue")
    lee.post("/queue/views?late=1", name="Late", shared="1")

    mine, theirs = dana.get("/queue"), lee.get("/queue")

    assert "My rude ones" in text(mine)
    assert "Late for everybody, by Lee" in text(mine)
    assert "My rude ones" not in text(theirs)
    address = re.search(r'href="([^"]+)"><bdi>My rude ones', mine.text)
    assert address is not None
    assert 'aria-current="true">Worst' in dana.get(address[1].replace("&amp;", "&")).text
    twice = dana.post("/queue/views?late=1", name="My rude ones")
    assert "you have a view called" in text(dana.follow(twice))
    assert dana.post("/queue/views/2/delete").status_code == 404
    assert lee.post("/queue/views/2/delete").status_code == 303
    assert dana.post("/queue/views/1/delete").status_code == 303
    assert "Saved views" not in text(dana.get("/queue"))


def test_ones_own_views_are_there_however_many_leads_share(
    dana: Browser, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("modsvc.store.views.MOST", 2)
    for lead in (browse("Lee", role="lead"), browse("Lou", role="lead")):
        lead.get("/queue")
        for name in "ab":
            lead.post("/queue/views?late=1", name=name, shared="1")
    dana.get("/queue")
    dana.post("/queue/views?late=1", name="zebras")

    again = text(dana.follow(dana.post("/queue/views?late=1", name="zebras")))

    assert "you have a view called" in again
    assert "zebras yours" in again


def test_comments_are_found_by_their_words_wherever_they_stand(
    dana: Browser, send: Send, index: Callable[[], None]
) -> None:
    send("A dubious flapdoodle.", id="c-1")
    send("A goodly flapdoodle.", id="c-2")
    assert "New comments are found after some seconds." in text(dana.get("/search?text=flapdoodle"))
    index()

    both, held = dana.get("/search?text=FLAP*"), dana.get("/search?text=flapdoodle&status=held")

    assert re.findall(r"<mark[^>]*>([^<]*)", both.text) == ["flapdoodle", "flapdoodle"]
    assert "approved on An article" in text(both)
    assert "goodly" not in text(held)
    assert re.findall(r'id="case-(\d+)"', dana.get("/queue?text=flapdoodle").text) == ["1"]
    assert "No comment has these words." in text(dana.get("/search?text=nonsense"))
    assert "Type a word to look for" in text(dana.get('/search?text="*'))


def test_what_is_found_keeps_personal_data_back(
    dana: Browser, send: Send, index: Callable[[], None]
) -> None:
    send("A dubious flapdoodle: ring +972 50-123-4567", author={"id": "m@mail.example.com"})
    index()

    page = dana.get("/search?text=flapdoodle")

    assert "50-123" not in page.text
    assert "mail.example" not in page.text
    assert "hidden telephone number" in text(page)
    # Nor is it told digit after digit by what is found and what is not.
    for asked in ("50", "45*", "4567", "972*", "mail*"):
        for at in ("search", "queue"):
            assert "dubious" not in text(dana.get(f"/{at}?text={asked}")), (at, asked)


def test_the_first_page_and_all_it_needs_are_small(
    dana: Browser, send: Send, database: Database
) -> None:
    for n in range(SIZES["list"] + 1):
        send(f"A dubious remark, no {n}: it goes on for a while about the council.", id=f"c-{n}")

    page = dana.get("/queue")
    sent = len(gzip.compress(page.data))
    for name in re.findall(r'(?:href|src)="/static/([^"?]+)\?', page.text):
        sent += len(gzip.compress(assets.content(name)))

    assert page.text.count("<article") == SIZES["list"]
    assert sent <= MAX_FIRST_BYTES


def test_blind_reading_hides_who_wrote(dana: Browser, case: str, database: Database) -> None:
    everybody_likes(database, blind=True, keys="off")

    page = dana.get("/queue")

    assert "nightowl" not in page.text
    assert 'data-keys="{}"' in page.text


def test_a_search_names_no_author_of_what_waits_to_who_judges_blind(
    dana: Browser, case: str, index: Callable[[], None], database: Database
) -> None:
    index()
    assert "nightowl" in dana.get("/search?text=dubious").text
    everybody_likes(database, blind=True)
    assert "nightowl" not in dana.get("/search?text=dubious").text

    dana.post(f"{case}/claim")
    dana.get(case)
    dana.decide(case, "moderator.approved")

    assert "nightowl" in dana.get("/search?text=dubious").text


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/queue?order=sideways", "There is no such order."),
        ("/queue?read=aloud", "Cases are read as a list, as cards or one at a time."),
        ("/search?text=dubious&status=gone", "Comments are approved, held or rejected."),
        ("/search?text=dubious&before=x", "does not lead to a part of what was found."),
    ],
)
def test_what_of_an_address_cannot_be_understood_is_said(
    dana: Browser, address: str, said: str
) -> None:
    page = dana.get(address)

    assert page.status_code == 200
    assert said in text(page)
