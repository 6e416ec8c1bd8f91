"""Nothing is released that was not among what a sample was drawn from, as it was then."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import orjson
import pytest
import sqlalchemy as sa
from flask import Flask

from modsvc.services.decide_cases import Seen
from modsvc.store import draws
from modsvc.store.db import Database
from modsvc.store.tables import acts, cases
from tests.conftest import SITE
from tests.factories import make_body
from tests.fakes import Clock, FakeScorer
from tests.web.browser import Browser, text
from tests.web.filled import filled
from tests.web.releasing import are_enough, draw, is_open, release, say
from tests.web.surroundings import everybody_likes


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    are_enough(monkeypatch)


def test_an_address_that_says_otherwise_than_what_was_seen_is_refused(
    lea: Browser, held: Callable[[int], None], database: Database
) -> None:
    held(6)
    page = draw(lea, size="3")
    told = {name: values[0] for name, values in filled(page.text, "/release/judge").items()}
    changes = {"fine": "1.2.3", "bad": "1", "size": "30", "low": "0.1", "draw": "9", "as_of": "99"}

    for part, value in {**changes, "sig": "x"}.items():
        answer = lea.post("/release/all", **{**told, "count": "6", part: value})
        assert (answer.status_code, "was changed, or is somebody" in answer.text) == (400, True)
    assert is_open(database) == 6


def test_what_one_lead_looked_at_another_does_not_release(
    lea: Browser, browse: Callable[..., Browser], held: Callable[[int], None]
) -> None:
    held(3)
    page = say(lea, say(lea, say(lea, draw(lea), "fine"), "fine"), "fine")

    answer = browse("Olga", role="lead").get(f"/release?{page.request.query_string.decode()}")

    assert (answer.status_code, "somebody else" in answer.text) == (400, True)


@pytest.mark.parametrize("happens", ["edited", "decided", "claimed", "escalated"])
def test_what_changed_while_it_was_looked_at_does_not_count_as_seen(
    lea: Browser, held: Callable[[int], None], send: Callable[..., Any], dana: Browser, app: Flask,
    make_moderator: Callable[..., int], database: Database, clock: Clock, happens: str,
) -> None:  # fmt: skip
    held(5)
    page = draw(lea, size="3")
    case = int(re.findall(r'name="case" value="(\d+)"', page.text)[0])
    if happens == "edited":
        send("A dubious remark, edited.", id=f"h-{case - 1}")
    elif happens == "decided":
        decide = app.extensions["modsvc"].decide_cases
        decide.one(SITE, make_moderator("Olga"), Seen(case, 1), "moderator.abuse")
    elif happens == "claimed":
        dana.post(f"/cases/{case}/claim")
    else:
        with database.write() as db:
            db.execute(sa.update(cases).where(cases.c.id == case).values(escalated_at=clock()))

    page = say(lea, page, "fine")

    assert f"Case {case} was decided, taken or edited meanwhile" in text(page)
    assert "1 of 3" in text(page)
    assert f'name="case" value="{case}"' not in page.text


def test_a_case_that_was_not_among_those_drawn_from_is_not_released_unseen(
    lea: Browser, held: Callable[[int], None], dana: Browser, lapse: Callable[[], None],
    database: Database,
) -> None:  # fmt: skip
    held(5)
    dana.post("/cases/5/claim")
    page = say(lea, say(lea, say(lea, draw(lea, size="3"), "fine"), "fine"), "fine")
    lapse()

    page = lea.get(f"/release?{page.request.query_string.decode()}")

    assert "1 came or came back meanwhile, and stays in the queue" in text(page)
    assert "Release 4 comments" in page.text
    assert "4 of 4 released" in text(release(lea, page))
    with database.read() as db:
        assert db.execute(sa.select(cases.c.closed_at).where(cases.c.id == 5)).scalar_one() is None


def test_more_than_the_page_said_is_not_released(
    lea: Browser, held: Callable[[int], None], dana: Browser, lapse: Callable[[], None],
    database: Database,
) -> None:  # fmt: skip
    held(5)
    page = say(lea, say(lea, say(lea, draw(lea, size="3"), "fine"), "fine"), "fine")
    seen = re.findall(r'name="fine" value="([\d.]+)"', page.text)[0].split(".")
    unseen = next(n for n in range(1, 6) if str(n) not in seen)
    dana.post(f"/cases/{unseen}/claim")
    page = lea.get(f"/release?{page.request.query_string.decode()}")
    assert "Release 4 comments" in page.text
    lapse()

    answer = release(lea, page)

    assert "More would be released by now than the page said" in text(answer)
    assert "Release 5 comments" in answer.text
    assert is_open(database) == 5


def test_a_case_that_a_person_is_to_see_since_is_left(
    app: Flask, held: Callable[[int], None], make_moderator: Callable[..., int], database: Database
) -> None:
    held(2)
    lead = make_moderator("Lea", role="lead")
    with database.write() as db:
        db.execute(sa.update(cases).where(cases.c.id == 1).values(assigned_to=lead))

    done = app.extensions["modsvc"].decide_cases.many(
        SITE, lead, [Seen(1, 1), Seen(2, 1)], "moderator.released"
    )

    assert (done.decided, done.refused) == ([2], {1: "a person is to see this case by now"})


def test_the_act_keeps_what_the_release_rests_on(
    lea: Browser, held: Callable[[int], None], database: Database
) -> None:
    held(5)
    page = draw(lea, size="3")
    seed = parse_qs(page.request.query_string.decode())["seed"][0]

    page = release(lea, say(lea, say(lea, say(lea, page, "fine"), "bad"), "fine"))

    assert f"drawn by chance of 5: draw 1, seed {seed}" in text(page)
    with database.read() as db:
        (act,) = db.execute(sa.select(acts.c.detail, acts.c.n_cases))
    detail = orjson.loads(act.detail)
    assert act.n_cases == detail["total"] == 4
    assert (detail["drawn"], detail["seen"], detail["seed"], detail["size"]) == (5, 3, seed, 3)
    assert (len(detail["fine"]), len(detail["bad"])) == (2, 1)
    assert detail["share"] == pytest.approx(0.8647, abs=0.001)


def test_what_was_drawn_long_ago_is_drawn_anew(
    lea: Browser, held: Callable[[int], None], database: Database, clock: Clock
) -> None:
    held(3)
    page = draw(lea)
    with database.write() as db:
        assert draws.prune(db, before=clock() - draws.KEPT) == 0
        assert draws.prune(db, before=clock() + timedelta(seconds=1)) == 1

    answer = lea.get(f"/release?{page.request.query_string.decode()}")

    assert (answer.status_code, "draw anew" in answer.text) == (404, True)


def test_slurs_and_threats_are_covered_and_no_author_is_named(
    make_app: Callable[..., Flask], browse_in: Callable[..., Browser], headers: dict[str, str],
    database: Database,
) -> None:  # fmt: skip
    app = make_app(scorer=FakeScorer({"threat": 0.3}))
    lea = browse_in(app, "Lea", role="lead")
    body = make_body(id="h-1", author={"id": "u-77", "name": "Pat Example"})
    assert app.test_client().post("/v1/comments", json=body, headers=headers).status_code == 201

    page = draw(lea, label="threat")

    assert "Pat Example" not in page.text
    assert "u-77" not in page.text
    assert 'class="word"' in page.text
    assert "Show all masked words" in page.text
    everybody_likes(database, blurred=frozenset())
    page = lea.get(f"/release?{page.request.query_string.decode()}")
    assert 'class="word"' not in page.text
    assert "Show all masked words" not in page.text


def test_what_is_looked_at_here_counts_for_who_looks_as_anywhere(
    lea: Browser, held: Callable[[int], None]
) -> None:
    held(4)
    page = say(lea, draw(lea, size="3"), "fine")
    (case,) = filled(page.text, "/release/judge")["case"]

    assert "2 cases opened in this session" in text(lea.get(f"/cases/{case}"))
