"""What is hard to read is covered, comes seldom, and is counted for nobody else."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from itsdangerous import URLSafeTimedSerializer

from modsvc.core.decision import Action, Reason
from modsvc.core.signals import Signal, Span
from modsvc.store.db import Database
from modsvc.store.tables import metadata
from modsvc.web import exposure
from modsvc.web.marking import beginning, excerpt, marked, words_of
from tests.fakes import FakeScorer
from tests.web.browser import Browser, text
from tests.web.surroundings import everybody_likes

BODY = "You flapdoodle, I say"
WORD = Reason(Signal("threat", spans=(Span(4, 14),)), Action.HOLD)
MASKS = frozenset({"threat"})
COVER = 'masked<span class="unseen"> word, severe</span>'


@pytest.fixture
def scorer() -> FakeScorer:
    return FakeScorer({"threat": 0.3})


@pytest.fixture
def severe(make_app: Callable[..., Flask], scorer: FakeScorer) -> Flask:
    """An application that finds a threat in the first four letters of every comment."""
    return make_app(scorer=scorer)


@pytest.fixture
def app(severe: Flask) -> Flask:
    return severe


@pytest.fixture
def likes(database: Database) -> Callable[..., None]:
    """Have everybody like something else."""
    return lambda **liking: everybody_likes(database, **liking)


def test_a_word_has_a_cover_that_says_what_it_is_and_a_box_to_lift_it():
    page = marked(BODY, [WORD], masks=MASKS)

    assert page == (
        f'You <mark title="threat"><label class="mask" dir="ltr"><input type="checkbox">'
        f'<span class="cover">{COVER}</span><span class="word" dir="auto">flapdoodle</span>'
        "</label></mark>, I say"
    ).replace("<mark title", '<mark class="heavy" title')  # fmt: skip


def test_what_nobody_asked_to_have_covered_is_not():
    other = Reason(Signal("insult", spans=WORD.signal.spans), Action.HOLD)

    assert "mask" not in marked(BODY, [other], masks=MASKS)
    assert "mask" not in marked(BODY, [WORD])
    assert "mask" in marked(BODY, [other, WORD], masks=MASKS)


def test_in_lists_the_word_is_not_even_in_the_page():
    page = excerpt(BODY, [WORD], MASKS)

    assert "flapdoodle" not in page
    assert COVER in page
    assert "<label" not in page


def test_wherever_the_word_stands_again_it_is_covered():
    around = Reason(Signal("insult", spans=(Span(0, 14),)), Action.HOLD)

    for page in (
        beginning(BODY, False, [WORD], MASKS),
        *words_of(BODY, WORD, False, [WORD]),
        *words_of(BODY, around, False, [WORD]),
    ):
        assert re.search(r'<span class="word" dir="auto">flapdoodle</span></span>', page)
        assert page.count("flapdoodle") == 1


def test_personal_data_has_a_cover_of_its_own():
    body = "write to dana.levi@mail.example.com"
    reason = Reason(Signal("threat", spans=(Span(0, len(body)),)), Action.HOLD)

    kept, told = marked(body, [reason], False, MASKS), marked(body, [reason], True, MASKS)

    assert "dana" not in kept
    assert kept.count('class="word"') == 1
    assert '<bdi><mark class="heavy" title="threat"><label' in told


def test_a_case_and_the_queue_cover_what_is_severe(dana: Browser, send: Callable[..., Any]):
    send("flapdoodle.")

    queue, case = dana.get("/queue"), dana.get("/cases/1")

    assert COVER in queue.text
    assert "flap" not in queue.text
    assert "> Show all masked words" in case.text
    shown = re.sub(r'<span class="word" dir="auto">.*?</span>', "", case.text)
    assert re.search(r"(?<!class=)flap", shown) is None


@pytest.mark.parametrize("asked", ["flap", "doodle -nothing", "hangs", "doo*"])
def test_a_search_finds_it_and_leaves_it_covered(
    dana: Browser, send: Callable[..., Any], index: Callable[[], None], asked: str
):
    send("flap doodle" + " goes on" * 60 + " and hangs there")
    index()

    page = dana.get(f"/search?text={asked}").text

    found = page.split('<ol class="deeds">')[1].split("</ol>")[0]
    assert "flap" not in found
    assert (COVER in found) is (asked != "hangs")
    assert 'title="found' in found


@pytest.mark.parametrize("read", ["card", "one"])
def test_where_cases_are_read_in_the_queue_words_are_covered_until_a_box_is_ticked(
    dana: Browser, send: Callable[..., Any], likes: Callable[..., None], read: str
):
    send("flapdoodle.")

    page = dana.get(f"/queue?read={read}").text

    assert '<span class="word" dir="auto">flap</span>' in page
    assert page.count("flap") == 1 + page.count('title="flap')
    assert '<input type="checkbox" data-do="blur"> Show masked words' in page
    likes(blurred=frozenset())
    page = dana.get(f"/queue?read={read}").text
    assert "flapdoodle" in re.sub("<[^>]*>", "", page)
    assert "Show masked words" not in page


def test_who_likes_it_uncovered_has_it_so(
    dana: Browser, send: Callable[..., Any], likes: Callable[..., None]
):
    send("flapdoodle.")
    likes(blurred=frozenset({"slurs"}))

    assert COVER not in dana.get("/queue").text + dana.get("/cases/1").text


def test_a_word_list_entry_is_covered_as_well(
    edna: Browser, send: Callable[..., Any], put: Callable[..., int], database: Database
):
    put("flapdoodle", Action.REJECT)
    put("flapdoodle", Action.HOLD)
    send("A flapdoodle.")
    with database.write() as db:  # As if it had come under review.
        row = db.execute(sa.select(metadata.tables["comments"])).one()
        db.execute(
            sa.insert(metadata.tables["cases"]).values(
                site=row.site, comment=row.key, revision=1, about=row.position,
                opened_at=row.received_at, due_at=row.received_at,
            )
        )  # fmt: skip

    page = edna.get("/cases/1").text

    start = page.index('<ul class="entries">')
    listed = page[start : page.index("</section>", start)]
    covered = '<span class="word" dir="auto">flapdoodle</span>'
    # The entry, and what was written: as long as nothing else of it is marked.
    assert listed.count(covered) == 2
    assert "flapdoodle" not in listed.replace(covered, "")


def test_what_was_opened_is_counted_once_each_and_shown_to_oneself(
    dana: Browser, browse: Callable[..., Browser], send: Callable[..., Any]
):
    for n in range(2):
        send(f"flapdoodle {n}", id=f"c-{n}")
    for case in ("/cases/1", "/cases/2", "/cases/1"):
        page = dana.get(case)

    assert "2 cases opened in this session, 2 of them severe. Only you see this" in text(page)
    assert "1 case opened" in text(browse("Ben").get("/cases/1"))


def test_the_count_is_in_the_cookie_and_nowhere_else(
    severe: Flask, dana: Browser, send: Callable[..., Any], database: Database
):
    send("flapdoodle")
    with database.read() as db:
        before = {t.name: db.execute(sa.select(t)).all() for t in metadata.sorted_tables}
    dana.get("/cases/1")

    with database.read() as db:
        after = {t.name: db.execute(sa.select(t)).all() for t in metadata.sorted_tables}
    cookie = dana.client.get_cookie("modsvc")
    assert after == before
    assert cookie is not None
    signed: Any = severe.session_interface.get_signing_serializer(severe)  # type: ignore[attr-defined]  # Flask's own.
    assert isinstance(signed, URLSafeTimedSerializer)
    assert signed.loads(cookie.value)[exposure.KEY] == [1, 1, 1, [[1, 1]]]


def test_a_break_is_proposed_after_so_many_and_can_be_waved_away(
    dana: Browser, send: Callable[..., Any], likes: Callable[..., None]
):
    likes(break_after=2)
    for n in range(3):
        send(f"flapdoodle {n}", id=f"c-{n}")

    first, second = dana.get("/cases/1"), dana.get("/cases/2")
    after = dana.follow(dana.post("/cases/2/rest"))
    third = dana.get("/cases/3")

    assert "since the last break" not in text(first) + text(after) + text(third)
    assert "2 severe comments since the last break." in text(second)


def test_who_wants_no_proposals_gets_none(
    dana: Browser, send: Callable[..., Any], likes: Callable[..., None]
):
    likes(break_after=0)
    send("flapdoodle")

    assert "since the last break" not in text(dana.get("/cases/1"))


def test_after_a_severe_case_two_milder_ones_come_first(
    dana: Browser, send: Callable[..., Any], database: Database
):
    for n in range(4):
        send(f"flapdoodle {n}", id=f"c-{n}")
    with database.write() as db:
        db.exec_driver_sql('UPDATE case_signals SET is_reason = (1 = 0) WHERE "case" IN (3, 4)')
        db.exec_driver_sql("UPDATE cases SET due_at = '2100-01-01 00:00:00+00'")

    got = []
    for _ in range(4):
        answer = dana.post("/queue/next")
        got.append(answer.headers["Location"].partition("?")[0])
        dana.follow(answer)
        dana.decide(got[-1], "moderator.spam")

    assert got == ["/cases/1", "/cases/3", "/cases/4", "/cases/2"]


@pytest.mark.parametrize("reading", ["card", "one"])
def test_what_the_queue_shows_whole_is_covered_as_on_a_case(
    dana: Browser, send: Callable[..., Any], reading: str
):
    send("flapdoodle.")

    page = dana.get(f"/queue?read={reading}").text

    assert COVER in page
    shown = re.sub(r'<span class="word" dir="auto">.*?</span>', "", page)
    assert re.search(r"(?<!class=)flap", shown) is None


def test_one_at_a_time_severe_ones_are_spread_out(
    scorer: FakeScorer, dana: Browser, send: Callable[..., Any], database: Database
):
    for n in range(4):
        scorer.scores = FakeScorer({"threat" if n < 2 else "insult": 0.3}).scores
        send(f"flapdoodle {n}", id=f"c-{n}")
    with database.write() as db:
        db.exec_driver_sql("UPDATE cases SET due_at = '2100-01-01 00:00:00+00'")

    def shown(asked: str) -> list[str]:
        return re.findall(r'id="case-(\d)"', dana.get(f"/queue?{asked}").text)

    assert shown("read=one") == ["1", "3", "4", "2"]
    assert shown("read=list") == ["1", "2", "3", "4"]
    assert shown("read=one&order=newest") == ["4", "3", "2", "1"]


def test_what_is_read_in_the_queue_counts_and_a_break_is_proposed_there(
    dana: Browser, send: Callable[..., Any], likes: Callable[..., None]
):
    likes(break_after=2)
    for n in range(2):
        send(f"flapdoodle {n}", id=f"c-{n}")
    assert 'data-severe="1"' in dana.get("/queue").text

    first = dana.post("/queue/reading", case="1", severe="1").json
    second = dana.post("/queue/reading", case="2", severe="1", left="1").json

    assert first == {"mine": True, "nudge": None}
    assert second["nudge"].startswith("2 severe comments since the last break.")
    assert "2 severe comments since the last break." in text(dana.get("/queue"))
    after = dana.follow(dana.post("/queue/rest"))
    assert "since the last break" not in text(after)
    assert "2 cases opened in this session, 2 of them severe" in text(dana.get("/cases/1"))
