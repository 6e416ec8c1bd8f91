"""What is done on a case's page beside deciding it, and what is one's own."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from modsvc.store.db import Database
from tests.calm import calm_text
from tests.factories import make_body
from tests.web.browser import Browser, text
from tests.web.surroundings import FLYER, everybody_likes

Send = Callable[..., dict[str, Any]]
Feed = Callable[[], list[tuple[str, str]]]
UNDO = re.compile(r'action="(/acts/\d+/undo)\?')
GROUP = re.compile(r'name="case" value="(\d+-\d+)" checked')
FORM = re.compile(r'name="form" value="([0-9a-f]{32})"')
POSITION = re.compile(r'name="position" value="(\d+)"')


@pytest.fixture
def ben(browse: Callable[..., Browser]) -> Browser:
    return browse("Ben")


@pytest.fixture
def lea(browse: Callable[..., Browser]) -> Browser:
    return browse("Lea", role="lead")


@pytest.fixture
def feed(client: FlaskClient, headers: dict[str, str]) -> Feed:
    """Read the site's decisions: each comment's id and what is asked for."""

    def read() -> list[tuple[str, str]]:
        answer: Any = client.get("/v1/decisions", headers=headers).json
        return [(each["id"], each["action"]) for each in answer["decisions"]]

    return read


def decide(browser: Browser, case: str, code: str = "moderator.spam") -> Any:
    browser.post(f"{case}/claim")
    browser.get(case)
    return browser.decide(case, code)


def number(page: str, name: str) -> str:
    """The number that a colleague has in the form."""
    found = re.search(rf'<option value="(\d+)"[^>]*>{name}</option>', page)
    assert found is not None
    return found[1]


def test_what_stands_around_a_comment_is_shown(
    dana: Browser, send: Send, client: FlaskClient, headers: dict[str, str]
):
    send("A goodly start.", id="up", author={"id": "u-9", "name": "daywalker"})
    send("A dubious parent.", id="parent", parent={"id": "up"})
    send("A goodly sibling.", id="sibling", parent={"id": "parent"})
    send("A dreadful thing.", id="before")
    send("A dubious remark.", id="itself", parent={"id": "parent"})
    send("A goodly reply.", id="reply", parent={"id": "itself"})
    client.post(
        "/v1/comments/itself/reports",
        json={"reporter": "u-7", "reason": "abuse", "text": "Take it down."},
        headers=headers,
    )

    said = text(dana.get("/cases/2"))

    for fact in (
        "In answer to A dubious parent. nightowl id parent just now held case 1",
        "A goodly start. daywalker id up",
        "Other answers to the same A goodly sibling.",
        "Answers to it A goodly reply.",
        "Of the last 4 other comments: 2 approved, 1 rejected, 1 held.",
        "Rejected for insult (1).",
        "Their last comments",
        "Reported by readers Take it down. abuse just now",
        "Of the 60 minutes promised, 34 are left to it: its strongest score takes off 30 %",
        "30 %, then scores that leave it open 18 %.",
    ):
        assert fact in said, fact
    assert "More like this" not in said


def test_reasons_lead_to_the_cases_that_are_here_for_them(dana: Browser, case: str):
    assert 'href="/queue?reason=insult&amp;site=gazette">insult 0.30</a>' in dana.get(case).text


def test_a_decision_is_undone_by_the_button_that_comes_with_the_news(
    dana: Browser, case: str, feed: Feed
):
    page = dana.follow(decide(dana, case))

    answer = dana.follow(dana.post(UNDO.search(page.text)[1]))

    assert "Undone: the case is as it was." in text(answer)
    assert "Claim it to decide it" in text(answer)
    assert feed() == [("c-1", "hold"), ("c-1", "reject"), ("c-1", "hold")]
    assert dana.post(UNDO.search(page.text)[1]).status_code == 409


def test_nobody_undoes_what_another_did(dana: Browser, ben: Browser, case: str, feed: Feed):
    decide(dana, case)

    assert ben.post("/acts/1/undo").status_code == 404
    assert len(feed()) == 2


def test_a_closed_case_is_decided_otherwise(dana: Browser, ben: Browser, case: str, feed: Feed):
    decide(dana, case)
    page = ben.get(case)
    position = POSITION.search(page.text)[1]

    answer = ben.follow(ben.post(f"{case}/overturn", code="moderator.approved", position=position))
    late = dana.post(f"{case}/overturn", code="moderator.hate", position=position)

    assert "Case 1: the comment is approved now." in text(answer)
    assert UNDO.search(answer.text)
    assert feed()[1:] == [("c-1", "reject"), ("c-1", "approve")]
    assert late.status_code == 409
    assert "approved by Ben just now. Nothing was changed." in text(late)


def test_a_form_to_decide_otherwise_that_is_not_ours_changes_nothing(
    dana: Browser, case: str, feed: Feed
):
    decide(dana, case)

    for form in (
        {"code": "moderator.invented", "position": "2"},
        {"code": "moderator.approved"},
        {"code": "moderator.approved", "position": "-1"},
        {"code": "moderator.approved", "position": "9" * 19},
        {"code": "moderator.approved", "position": "x"},
    ):
        assert dana.post(f"{case}/overturn", **form).status_code == 400, form
    assert "Choose a reason" in text(dana.follow(dana.post(f"{case}/overturn", position="2")))
    assert len(feed()) == 2


@pytest.fixture
def flyers(send: Send) -> int:
    """Cases of the same comment under as many names."""
    for n in range(4):
        send(f"{FLYER} number {n}", id=f"c-{n}", author={"id": f"u-{n}", "name": f"owl{n}"})
    return 4


def test_what_is_nearly_the_same_is_decided_together_and_undone_as_one(
    dana: Browser, flyers: int, feed: Feed
):
    dana.post("/cases/1/claim")
    page = dana.get("/cases/1")
    group = GROUP.findall(page.text)
    form = {"case": group, "form": FORM.search(page.text)[1], "code": "moderator.spam"}

    first = dana.follow(dana.post("/cases/1/together", **form))
    again = dana.follow(dana.post("/cases/1/together", **form))  # Sent twice, it counts once.

    assert sorted(group) == ["1-1", "2-1", "3-1", "4-1"]
    assert "4 comments were rejected." in text(first)
    assert "4 comments were rejected." in text(again)
    assert "left as it is" not in text(again)
    assert [action for _, action in feed()].count("reject") == 4
    assert "rejected case" in text(first)  # What became of those like it.

    undone = dana.follow(dana.post(UNDO.search(first.text)[1]))
    assert "Undone: 4 cases are as they were." in text(undone)
    assert "4 open cases" in text(dana.get("/queue"))
    # The page that was gone back to: what was undone is not done again, and another reason is new.
    back = dana.follow(dana.post("/cases/1/together", **form))
    other = dana.follow(
        dana.post("/cases/1/together", **{**form, "code": "moderator.hate", "case": group[:3]})
    )
    assert "Nothing was decided: this was undone, and nothing more is done of it." in text(back)
    assert "3 comments were rejected." in text(other)
    assert [action for _, action in feed()].count("reject") == 4 + 3


def test_of_a_group_what_no_longer_fits_is_left_and_said(
    dana: Browser, ben: Browser, flyers: int, send: Send, feed: Feed
):
    group = GROUP.findall(dana.get("/cases/1").text)
    decide(ben, "/cases/2", "moderator.approved")
    ben.post("/cases/1/release")  # Which came next.
    send(f"{FLYER} number 2 as edited", id="c-2", author={"id": "u-2"})

    answer = dana.follow(dana.post("/cases/1/together", case=group, code="moderator.spam"))

    assert "2 comments were rejected." in text(answer)
    assert "Case 2 was left as it is: this case was decided already." in text(answer)
    assert "Case 3 was left as it is: the comment was edited" in text(answer)


def test_a_group_that_is_not_ours_is_refused(dana: Browser, flyers: int, feed: Feed):
    for cases in (["1"], ["1-1", "x"], [f"{2**63}-1"], [f"{n}-1" for n in range(501)]):
        answer = dana.post("/cases/1/together", case=cases, code="moderator.spam")
        assert answer.status_code == 400
    nobody = dana.follow(dana.post("/cases/1/together", code="moderator.spam"))
    no_reason = dana.follow(dana.post("/cases/1/together", case=["1-1"]))

    assert "Choose the comments to decide." in text(nobody)
    assert "Choose a reason" in text(no_reason)
    assert all(action == "hold" for _, action in feed())


def test_a_case_is_passed_on_without_a_word_about_it(dana: Browser, case: str, send: Send):
    send("Another dubious remark.", id="c-2")
    dana.post("/queue/next")

    answer = dana.follow(dana.post(f"{case}/pass"))

    assert "Case 1 goes to somebody else. Nobody counts this." in text(answer)
    assert "Case 2" in text(answer)
    assert "No case is free" in text(dana.follow(dana.post("/cases/2/pass")))


def test_what_is_left_to_leads_they_alone_can_claim(
    dana: Browser, ben: Browser, lea: Browser, case: str
):
    answer = dana.follow(dana.post(f"{case}/escalate", note="Is this lawful?"))

    assert "Case 1 waits for a lead." in text(answer)
    ben.post(f"{case}/claim")
    assert "This case waits for a lead." in text(ben.get(case))
    assert "/decide" not in ben.get(case).text
    assert "Left to leads" in text(lea.get("/for-me"))
    assert "A dubious remark." in text(lea.get("/for-me"))
    assert "Left to leads" not in text(ben.get("/for-me"))
    assert lea.post("/queue/next").headers["Location"].startswith(case)
    assert "Is this lawful? Dana" in text(lea.get(case))
    # A lead who leaves it to other leads is not handed it at once.
    assert "No case is free" in text(lea.follow(lea.post(f"{case}/escalate")))


def test_a_second_opinion_is_asked_for_with_a_note(dana: Browser, ben: Browser, case: str):
    to = number(dana.get(case).text, "Ben")

    answer = dana.follow(dana.post(f"{case}/assign", to=to, note="What do you think?"))

    assert "Case 1 waits for Ben." in text(answer)
    assert "For me 1 new" in text(ben.get("/queue"))
    page = text(ben.get("/for-me"))
    assert "What do you think? new Dana just now case 1" in page
    assert "Cases that wait for you A dubious remark." in page
    assert "This case waits for Ben." in text(dana.get(case))
    assert "You have this case" in text(ben.follow(ben.post(f"{case}/claim")))


def test_what_was_read_is_not_new_any_more(dana: Browser, ben: Browser, case: str):
    dana.post(f"{case}/note", note="@ben look")
    until = re.search(r'name="until" value="(\d+)"', ben.get("/for-me").text)

    page = ben.follow(ben.post("/for-me/seen", until=until[1]))

    assert "@ben look Dana" in text(page)
    assert "new" not in text(page)


def test_what_waits_for_one_is_handed_over(dana: Browser, ben: Browser, case: str):
    dana.get(case)
    dana.post(f"{case}/assign", to=number(dana.get(case).text, "Dana"))
    to = number(dana.get("/for-me").text, "Ben")

    answer = dana.follow(dana.post("/for-me/hand-over", to=to, note="Good night."))

    assert "1 case was handed over." in text(answer)
    assert "No case waits for you" in text(answer)
    assert "Good night. new Dana" in text(ben.get("/for-me"))
    assert "Choose somebody." in text(dana.follow(dana.post("/for-me/hand-over")))


@pytest.mark.parametrize("act", ["pass", "escalate", "assign"])
def test_a_case_that_somebody_reads_is_not_handed_on_and_it_is_said_who_does(
    dana: Browser, ben: Browser, case: str, act: str
):
    ben.post(f"{case}/claim")
    assert "Not for me" not in text(dana.get(case))

    answer = dana.post(f"{case}/{act}")

    assert answer.status_code == 409
    assert "Ben has taken case 1 in the meantime. Nothing was changed." in text(answer)
    decide(ben, case)
    late = dana.post(f"{case}/{act}")
    assert late.status_code == 409
    assert "rejected by Ben just now." in text(late)


def test_notes_are_kept_as_they_were_written(dana: Browser, case: str):
    dana.post(f"{case}/note", note="  One\r\n\0two  ")
    empty = dana.follow(dana.post(f"{case}/note", note=" \r\n"))
    long = dana.post(f"{case}/note", note="x" * 2_001)

    assert ">One\ntwo</div>" in dana.get(case).text
    assert "Write something first." in text(empty)
    assert long.status_code == 400


def test_what_one_did_last_is_listed_and_each_can_be_undone(
    dana: Browser, ben: Browser, flyers: int, send: Send, feed: Feed
):
    decide(dana, "/cases/1")
    dana.post("/cases/2/together", case=["3-1", "4-1"], code="moderator.approved")

    page = dana.get("/done")

    said = text(page)
    assert "2 cases together approved just now Undo 2 cases" in said
    assert "spam or advertising case 1 just now Undo case 1 Decide otherwise, case 1" in said
    assert text(ben.get("/done")).count("You have decided nothing yet.") == 1
    for path in UNDO.findall(page.text):
        dana.post(path)
    assert "Undo case" not in text(dana.get("/done"))
    assert "4 open cases" in text(dana.get("/queue"))


@pytest.fixture
def blind(dana: Browser, database: Database) -> None:
    everybody_likes(database, blind=True)


def test_who_judges_blind_sees_the_author_when_they_ask_or_have_decided(
    dana: Browser, send: Send, blind: None, caplog: pytest.LogCaptureFixture
):
    caplog.set_level("INFO")
    send(f"{FLYER} one", id="c-1", parent={"id": "c-0", "body": "Hm."})
    send(f"{FLYER} two", id="c-2", parent={"id": "c-1"})

    hidden = dana.get("/cases/2")
    shown = dana.post("/cases/2/author")

    assert "nightowl" not in hidden.text
    assert not re.search(r"(?<![\w-])u-1(?![\w-])", hidden.text)
    assert "Of the last" not in text(hidden)
    assert "Author Hidden until you have decided." in text(hidden)
    assert "Author nightowl id u-1" in text(shown)
    assert "Of the last 1 other comment: 1 held." in text(shown)
    assert [r.getMessage() for r in caplog.records if "shown" in r.getMessage()] == [
        "author.shown: moderator 1, case 2"
    ]
    assert dana.get("/cases/2/author").status_code == 303
    assert "nightowl" not in dana.get("/cases/2").text
    decide(dana, "/cases/2")
    assert "Author nightowl" in text(dana.get("/cases/2"))


def test_what_was_asked_for_first_is_still_shown_when_more_is_asked_for(
    dana: Browser, send: Send, blind: None
):
    send("A dubious remark.", author={"id": "dana.levi@mail.example.com"})
    dana.post("/cases/1/personal")

    page = dana.post("/cases/1/author", also="personal")
    alone = dana.post("/cases/1/author")

    assert "id dana.levi@mail.example.com" in text(page)
    assert "levi" not in alone.text


def test_a_site_can_have_all_its_moderators_judge_blind(
    make_app: Callable[..., Flask],
    make_moderator: Callable[..., int],
    make_link: Callable[..., str],
    headers: dict[str, str],
    tmp_path: Path,
):
    policy = tmp_path / "policy.toml"
    policy.write_text(calm_text().replace("\nhidden = []", '\nhidden = ["author"]'))
    app = make_app(policy=policy)
    app.test_client().post("/v1/comments", json=make_body("dubious"), headers=headers)
    dana = Browser(app)
    dana.log_in(make_link(make_moderator("Dana")))

    assert "nightowl" not in dana.get("/cases/1").text
    assert "nightowl" not in dana.get("/queue").text
    assert "Author Hidden until you have decided." in text(dana.get("/cases/1"))


def test_nothing_is_left_to_leads_where_nobody_leads(
    dana: Browser, ben: Browser, case: str
) -> None:
    dana.get(case)

    page = dana.follow(dana.post(f"{case}/escalate", note="Hard."))

    assert "Nobody leads here; hand it to a colleague, or pass it." in text(page)
    assert "Hard." not in text(page)
    assert "/cases/1" in ben.get("/queue").text
