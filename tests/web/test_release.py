from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask

from modsvc.core import releasing
from modsvc.services import decide_cases
from modsvc.services.decide_cases import Seen
from modsvc.store.db import Database
from modsvc.store.tables import acts, cases, decisions
from tests.conftest import SITE
from tests.fakes import Clock
from tests.web.browser import Browser, text
from tests.web.filled import filled
from tests.web.releasing import RANGE, are_enough, draw, is_open, release, say


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    are_enough(monkeypatch)


def test_a_range_is_looked_at_and_released_with_one_act_and_one_undo(
    lea: Browser, held: Callable[[int], None], database: Database
) -> None:
    held(8)
    page = draw(lea, size="3")
    assert "1 of 3" in page.text
    assert "8 cases" in text(page)

    page = say(lea, say(lea, say(lea, page, "fine"), "bad"), "fine")
    assert "1 of 3 looked at was bad" in text(page)
    assert "of the 7 that would be released at most 5" in text(page)
    page = release(lea, page)
    assert "5 of 7 released" in text(page)
    assert "2 are left" in text(page)
    act = urlsplit(page.request.path).path
    page = lea.follow(lea.post(f"{act}/more"))

    assert "7 of 7 released" in text(page)
    assert is_open(database) == 1
    with database.read() as db:
        (told,) = db.execute(sa.select(acts)).all()
        kept = db.execute(sa.select(decisions.c.reasons).where(decisions.c.decided_by == "moderator")).all()  # fmt: skip
    assert (told.code, told.n_cases) == ("moderator.released", 7)
    assert len(kept) == 7
    assert all("moderator.released" in row.reasons for row in kept)
    page = lea.follow(lea.post(f"{act}/undo", after="0"))
    assert "It is being undone" in page.text
    page = lea.follow(lea.post(f"{act}/undo", **{n: v[0] for n, v in filled(page.text, f"{act}/undo").items()}))  # fmt: skip
    assert "It was undone" in page.text
    assert is_open(database) == 8


def test_what_is_rejected_right_there_is_gone_and_counts_as_bad(
    lea: Browser, held: Callable[[int], None], database: Database
) -> None:
    held(4)

    page = say(lea, draw(lea, size="3"), "moderator.spam")
    assert "the comment was rejected" in page.text
    page = say(lea, say(lea, page, "fine"), "fine")
    assert "1 of 3 looked at was bad" in text(page)
    release(lea, page)

    with database.read() as db:
        actions = db.execute(sa.select(decisions.c.action).where(decisions.c.decided_by == "moderator")).scalars()  # fmt: skip
        assert sorted(actions) == ["approve", "approve", "approve", "reject"]
    assert is_open(database) == 0


def test_few_can_all_be_looked_at_and_then_all_is_known(
    lea: Browser, held: Callable[[int], None]
) -> None:
    held(2)

    page = say(lea, say(lea, draw(lea), "fine"), "fine")

    assert "All were looked at: none of the 2 that would be released was bad" in text(page)
    assert "Release 2 comments" in page.text


def test_too_few_looked_at_release_nothing(
    lea: Browser, held: Callable[[int], None], database: Database
) -> None:
    held(6)
    page = draw(lea, size="2")
    unfinished = {name: v[0] for name, v in filled(page.text, "/release/judge").items()}

    early = lea.follow(lea.post("/release/all", count="6", **unfinished))
    page = say(lea, say(lea, page, "fine"), "fine")

    assert "Too few were looked at" in early.text
    assert "Too few were looked at" in page.text
    assert "/release/all" not in page.text
    assert "Look at 3 in all" in page.text
    assert is_open(database) == 6


def test_a_number_that_was_raised_later_is_not_called_chosen_beforehand(
    lea: Browser, held: Callable[[int], None]
) -> None:
    held(8)
    page = say(lea, say(lea, draw(lea, size="2"), "fine"), "bad")
    more = re.search(r'href="([^"]+)">Look at 3 in all', page.text)
    assert more is not None

    page = say(lea, lea.get(html.unescape(more[1])), "fine")

    assert "chosen beforehand" not in page.text
    assert "Their number was raised after some had been looked at" in page.text


def test_what_came_or_changed_or_was_decided_since_is_told_and_stays(
    lea: Browser, held: Callable[..., None], send: Callable[..., Any], database: Database,
    dana: Browser, app: Flask, make_moderator: Callable[..., int],
) -> None:  # fmt: skip
    held(7)
    page = say(lea, say(lea, say(lea, draw(lea, size="3"), "fine"), "fine"), "fine")
    seen = re.findall(r'name="fine" value="([\d.]+)"', page.text)[0].split(".")
    unseen = [n for n in range(1, 8) if str(n) not in seen]
    held(2, start=7)  # Two are new,
    send("A dubious remark, edited.", id=f"h-{unseen[0] - 1}")  # one is another text now,
    other = make_moderator("Olga")  # one is rejected,
    app.extensions["modsvc"].decide_cases.one(SITE, other, Seen(unseen[1], 1), "moderator.abuse")
    dana.post(f"/cases/{unseen[2]}/claim")  # and one is being read.

    page = lea.get(f"/release?{page.request.query_string.decode()}")

    assert "3 were decided, taken or edited by others." in text(page)
    assert "3 came or came back meanwhile, and stay in the queue." in text(page)
    assert "Release 4 comments" in page.text, text(page)
    release(lea, page)
    with database.read() as db:
        (act,) = db.execute(sa.select(acts.c.n_cases).where(acts.c.code == "moderator.released"))
    assert act.n_cases == 4
    assert is_open(database) == 4


def test_sending_the_form_twice_releases_once(
    lea: Browser, held: Callable[[int], None], database: Database
) -> None:
    held(3)
    page = say(lea, say(lea, say(lea, draw(lea), "fine"), "fine"), "fine")

    first, second = release(lea, page), release(lea, page)

    assert first.request.path == second.request.path
    with database.read() as db:
        assert len(db.execute(sa.select(acts)).all()) == 1


def test_the_sample_is_the_same_when_the_page_is_loaded_again_and_another_for_another_seed(
    lea: Browser, held: Callable[[int], None]
) -> None:
    held(30)
    asked = draw(lea).request.query_string.decode()

    def shown(query: str) -> str:
        return re.findall(r'name="case" value="(\d+)"', lea.get(f"/release?{query}").text)[0]

    assert len({shown(asked) for _ in range(3)}) == 1
    others = [draw(lea).request.query_string.decode() for _ in range(12)]
    assert len({parse_qs(each)["seed"][0] for each in others}) == 12
    assert len({shown(each) for each in others}) > 4


def test_only_what_was_held_for_a_reason_or_stands_in_a_section_is_counted(
    lea: Browser, held: Callable[..., None], send: Callable[..., Any]
) -> None:
    sports = {"id": "a-2", "title": "A match", "section": "Sports"}
    held(2)
    held(3, start=2, article=sports)
    link = "A dubious remark: https://a.example https://b.example https://c.example"
    assert send(link, id="l-1")["action"] == "hold"

    assert "6 cases" in text(draw(lea))
    assert "3 cases" in text(draw(lea, section="Sports"))
    assert "1 case." in text(draw(lea, reason="links.too_many"))
    nothing = lea.post("/release", **{**RANGE, "low": "0.5", "high": "0.6"})
    assert (nothing.status_code, "No case that could be released" in nothing.text) == (422, True)


def test_second_looks_escalated_and_assigned_cases_are_not_released(
    lea: Browser, held: Callable[[int], None], database: Database, clock: Clock
) -> None:
    held(5)
    with database.write() as db:
        for number, change in enumerate(({"kind": "second"}, {"kind": "sample"}, {"escalated_at": clock()}, {"assigned_to": 1}), start=1):  # fmt: skip
            db.execute(sa.update(cases).where(cases.c.id == number).values(**change))

    assert "1 case." in text(draw(lea))


def test_only_leads_and_those_above_them_release(
    browse: Callable[..., Browser], dana: Browser
) -> None:
    assert dana.get("/release").status_code == 403
    assert dana.post("/release", **RANGE).status_code == 403
    assert dana.get("/quality").status_code == 403
    assert "/release" not in dana.get("/queue").text
    for role in ("lead", "editor", "admin"):
        browser = browse(role.title(), role=role)
        assert browser.get("/release").status_code == 200
        assert "/quality?site=" in browser.get("/queue").text


def test_what_one_did_last_leads_to_a_release_where_it_is_undone_step_by_step(
    lea: Browser, held: Callable[[int], None]
) -> None:
    held(3)
    page = release(lea, say(lea, say(lea, say(lea, draw(lea), "fine"), "fine"), "fine"))
    act = urlsplit(page.request.path).path

    done = lea.get("/done").text

    assert f'href="{act}?site={SITE}"' in done
    assert "/undo" not in done
    # It is no rejection, and does not look like one.
    assert '<span class="chip">released with others</span>' in done


def test_a_release_is_undone_only_by_who_made_it(
    lea: Browser, browse: Callable[..., Browser], held: Callable[[int], None], database: Database
) -> None:
    held(3)
    page = release(lea, say(lea, say(lea, say(lea, draw(lea), "fine"), "fine"), "fine"))
    other = browse("Olga", role="lead")

    seen = other.get(page.request.path)

    assert "3 of 3 released" in text(seen)
    assert "Undo" not in seen.text
    assert other.post(f"{page.request.path}/undo", after="0").status_code == 404
    assert other.post(f"{page.request.path}/more").status_code == 404
    assert is_open(database) == 0


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"label": "kindness"}, "Choose a label"),
        ({"low": "0.4"}, "must begin below"),
        ({"low": "many"}, "number from 0 to 1"),
        ({"high": "1.5"}, "number from 0 to 1"),
        ({"size": "7"}, "Choose to look at"),
    ],
)
def test_a_range_that_is_none_is_refused_with_a_reason(
    lea: Browser, changes: dict[str, str], told: str
) -> None:
    lea.get("/release")

    answer = lea.post("/release", **{**RANGE, **changes})

    assert (answer.status_code, told in answer.text) == (422, True)


@pytest.mark.parametrize("query", ["seed=x", "seed=abcdef", "seed=abcdef&label=toxicity&low=0&high=1&size=3&as_of=x&with=1", "seed=abcdef&label=toxicity&low=0&high=1&size=3&as_of=1&with=1&fine=1.b"])  # fmt: skip
def test_an_address_that_is_none_of_ours_is_refused(lea: Browser, query: str) -> None:
    assert lea.get(f"/release?{query}").status_code == 400


def test_a_release_takes_no_second_looks(
    lea: Browser, held: Callable[[int], None], database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("modsvc.services.sampling.Sampling.takes", lambda *_: True)
    held(3)
    page = say(lea, say(lea, say(lea, draw(lea), "fine"), "fine"), "fine")

    release(lea, page)

    assert is_open(database) == 0


def test_what_was_undone_is_not_gone_on_with(
    lea: Browser, held: Callable[[int], None], clock: Clock, database: Database
) -> None:
    held(9)
    page = release(lea, say(lea, say(lea, say(lea, draw(lea, size="3"), "fine"), "fine"), "fine"))
    clock.advance(timedelta(seconds=1))
    lea.post(f"{page.request.path}/undo", after="0")
    lea.post(f"{page.request.path}/undo", after="5")

    answer = lea.post(f"{page.request.path}/more")

    assert answer.status_code == 409
    assert is_open(database) == 9
    assert decide_cases.MOST_TOGETHER == 5
    assert releasing.LEAST == 3
    with database.read() as db:
        assert db.execute(sa.select(acts.c.site)).scalar_one() == SITE
