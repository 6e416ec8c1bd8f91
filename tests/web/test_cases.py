from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from modsvc.core.review import REJECTIONS
from modsvc.services.judge_late import JudgeLate
from modsvc.store import sites
from modsvc.store.db import Database
from tests.factories import make_body
from tests.fakes import BothStages, Clock
from tests.web.browser import Browser, text

Send = Callable[..., dict[str, Any]]
Feed = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def feed(client: FlaskClient, headers: dict[str, str]) -> Feed:
    """Read the site's decisions."""
    return lambda: list(client.get("/v1/decisions", headers=headers).json["decisions"])


@pytest.fixture
def ben(browse: Callable[..., Browser]) -> Browser:
    return browse("Ben")


def claimed(browser: Browser, case: str) -> Browser:
    browser.post(f"{case}/claim")
    browser.get(case)
    return browser


def test_a_case_shows_all_that_is_known(dana: Browser, send: Send, clock: Clock):
    send(
        "A dubious remark.",
        article={
            "id": "a-7",
            "title": "The council votes",
            "url": "https://gazette.example/council",
            "section": "Town",
            "body": "They voted all night.",
        },
        author={"id": "u-3", "name": "nightowl", "joined_at": "2024-05-01T10:00:00Z"},
        parent={"id": "c-990", "body": "I was there."},
    )

    page = dana.get("/cases/1")

    for fact in (
        "A dubious remark.",
        (
            "Reads as rude or disrespectful. Weighs more because it speaks to the person it answers."
            " Strength 0.39, hold."
        ),
        "The council votes gazette.example Town They voted all night.",
        "In answer to I was there. id c-990",
        "Author nightowl id u-3 joined 1 May 2024",
        "identity attack 0.00",
        "Scores Judged by fake.",
        "Held by the policy 22 November 2026, 12:00 UTC, judged by fake",
        "Nobody has this case.",
    ):
        assert fact in text(page)
    # The bar beside a score's number is for eyes alone.
    assert page.text.count("<meter") == page.text.count('<td aria-hidden="true"><meter') > 0
    assert '<a href="https://gazette.example/council" rel="noopener noreferrer">' in page.text


def test_a_case_names_every_stage_that_judged(
    make_app: Callable[..., Flask], make_moderator, make_link, headers: dict[str, str]
):
    app = make_app(scorer=BothStages({"insult": 0.3}))
    app.test_client().post("/v1/comments", json=make_body(), headers=headers)
    dana = Browser(app)
    dana.log_in(make_link(make_moderator("Dana")))

    assert "Judged by linear-9 and encoder-9." in text(dana.get("/cases/1"))


def test_a_comment_held_after_its_approval_says_so_and_by_which_stages(
    make_app: Callable[..., Flask], make_moderator, make_link, headers: dict[str, str]
):
    app = make_app(encoder="late", again=BothStages({"insult": 0.99}))
    app.test_client().post("/v1/comments", json=make_body(), headers=headers)
    ours = app.extensions["modsvc"]
    JudgeLate(
        scorer=BothStages({"insult": 0.99}), policies=ours.policies, db=ours.db,
        writer=ours.writer, now=Clock(),
    )()  # fmt: skip
    dana = Browser(app)
    dana.log_in(make_link(make_moderator("Dana")))

    said = text(dana.get("/cases/1"))

    assert "Reads as an insult. Strength 0.99, reject." in said
    assert "Judged by linear-9 and encoder-9." in said
    assert "Approved by the policy 22 November 2026, 12:00 UTC, judged by fake" in said
    assert "Held by the policy 22 November 2026, 12:00 UTC, judged by linear-9 and" in said


def test_looking_at_a_case_claims_nothing(dana: Browser, ben: Browser, case: str):
    dana.get(case)

    assert "Nobody has this case." in text(ben.get(case))


def test_only_the_one_who_claimed_a_case_has_a_form_for_it(dana: Browser, ben: Browser, case: str):
    claimed(dana, case)
    ben.post(f"{case}/claim")

    mine, theirs = dana.get(case), ben.get(case)

    assert "You have this case until" in text(mine)
    assert "Dana has this case until" in text(theirs)
    assert "/decide" in mine.text
    assert "/decide" not in theirs.text


def test_a_released_case_is_free(dana: Browser, ben: Browser, case: str):
    claimed(dana, case)

    answer = dana.follow(dana.post(f"{case}/release"))

    assert "Case 1 is free again." in text(answer)
    assert "You have this case" in text(claimed(ben, case).get(case))


def test_an_approval_reaches_the_site(dana: Browser, case: str, feed: Feed):
    answer = claimed(dana, case).decide(case, "moderator.approved")

    newest = feed()[-1]
    assert answer.headers["Location"].startswith("/queue")
    assert "Case 1: the comment was approved." in text(dana.follow(answer))
    assert (newest["id"], newest["action"], newest["decided_by"]) == ("c-1", "approve", "moderator")


def test_every_rejection_reaches_the_site_with_its_reason(dana: Browser, send: Send, feed: Feed):
    for number, code in enumerate(REJECTIONS, start=1):
        send(id=f"c-{number}")
        claimed(dana, f"/cases/{number}").decide(f"/cases/{number}", code)

        newest = feed()[-1]
        assert (newest["action"], newest["decided_by"]) == ("reject", "moderator")
        assert [reason["code"] for reason in newest["reasons"]] == [code]


def test_deciding_leads_to_the_next_case_claimed(dana: Browser, case: str, send: Send):
    send("Another dubious remark.", id="c-2")

    answer = claimed(dana, case).decide(case, "moderator.approved")

    assert answer.headers["Location"].startswith("/cases/2")
    assert "You have this case" in text(dana.follow(answer))


def test_a_closed_case_says_who_closed_it_and_how(dana: Browser, ben: Browser, case: str):
    claimed(dana, case).decide(case, "moderator.spam")

    page = ben.get(case)

    assert "Rejected by Dana just now." in text(page)
    assert "spam or advertising A moderator found it to be spam." in text(page)
    assert "/decide" not in page.text
    assert "Held by the policy" in text(page)


def test_a_rejection_without_a_reason_asks_for_one(dana: Browser, case: str, feed: Feed):
    claimed(dana, case)

    answer = dana.post(f"{case}/decide", **dana.form)

    assert "Choose a reason for rejecting." in text(dana.follow(answer))
    assert len(feed()) == 1


def test_a_form_that_is_not_ours_changes_nothing(dana: Browser, case: str, feed: Feed):
    claimed(dana, case)

    for changed in (
        {"code": "moderator.invented"},
        {"code": "toxicity"},
        {"claim_token": "x"},
        {"claim_token": "-1"},
        {"claim_token": "9" * 30},
        {"revision": ""},
    ):
        form = {"code": "moderator.approved", **dana.form, **changed}
        assert dana.post(f"{case}/decide", **form).status_code == 400, changed

    assert len(feed()) == 1


def test_a_late_form_is_told_who_was_first_and_changes_nothing(
    dana: Browser, ben: Browser, case: str, feed: Feed, lapse: Callable[[], None]
):
    claimed(dana, case)
    lapse()  # Dana reads for a long time.
    claimed(ben, case)

    taken = dana.decide(case, "moderator.approved")
    ben.decide(case, "moderator.spam")
    late = dana.decide(case, "moderator.approved")

    assert (taken.status_code, late.status_code) == (409, 409)
    assert "Ben has taken case 1 in the meantime. Nothing was changed." in text(taken)
    assert "rejected by Ben just now. Nothing was changed." in text(late)
    assert f'href="{case}?site=gazette"' in late.text
    assert [decision["action"] for decision in feed()] == ["hold", "reject"]


def test_an_edit_while_the_form_is_open_is_not_decided_by_it(
    dana: Browser, case: str, feed: Feed, send: Send
):
    claimed(dana, case)
    send("A dubious remark, with more to it.")

    answer = dana.decide(case, "moderator.approved")

    assert answer.status_code == 409
    assert "has edited the comment" in text(answer)
    assert [decision["action"] for decision in feed()] == ["hold", "hold"]
    assert "with more to it" in text(dana.get(case))


def test_a_claim_that_lapsed_is_not_taken_for_an_edit(
    dana: Browser, ben: Browser, case: str, send: Send, lapse: Callable[[], None]
):
    send("A dubious remark, with more to it.")
    claimed(dana, case)
    lapse()
    claimed(ben, case).post(f"{case}/release")

    answer = dana.decide(case, "moderator.approved")

    assert answer.status_code == 409
    assert "Your claim on case 1 is no longer the one" in text(answer)


def test_a_case_that_waits_again_is_not_decided_otherwise_and_no_claim_is_made_up(
    dana: Browser, ben: Browser, case: str
):
    claimed(dana, case).decide(case, "moderator.spam")
    position = re.findall(r'name="position" value="(\d+)"', ben.get(case).text)[0]
    dana.get("/done")
    dana.post("/acts/1/undo")

    answer = ben.post(f"{case}/overturn", code="moderator.approved", position=position)

    assert answer.status_code == 409
    assert "Something else is in force by now; read it again." in text(answer)


def test_a_form_after_release_is_not_decided(dana: Browser, case: str, feed: Feed):
    claimed(dana, case)
    dana.post(f"{case}/release")

    answer = dana.decide(case, "moderator.approved")

    assert answer.status_code == 409
    assert "Open it again" in text(answer)
    assert len(feed()) == 1


def test_a_case_that_is_not_there_is_not_found(dana: Browser):
    form = {"code": "moderator.approved", "claim_token": "1", "revision": "1"}

    for number in ("7", "0", "9223372036854775807", "9223372036854775808", "x"):
        assert dana.get(f"/cases/{number}").status_code == 404, number
        for act in ("claim", "release", "decide"):
            assert dana.post(f"/cases/{number}/{act}", **form).status_code == 404, (number, act)


def test_a_site_cannot_decide_another_sites_case(
    app: Flask,
    dana: Browser,
    case: str,
    browse: Callable[..., Browser],
    database: Database,
    feed: Feed,
):
    with database.write() as db:
        sites.add_site(db, "courier", "The Courier", Clock()())
    cleo = browse("Cleo", "courier")
    claimed(dana, case)

    for act in ("claim", "release", "decide"):
        answer = cleo.post(f"{case}/{act}", code="moderator.approved", **dana.form)
        assert answer.status_code == 404, act

    assert "You have this case" in text(dana.get(case))
    assert len(feed()) == 1
