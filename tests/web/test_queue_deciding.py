"""Deciding from the queue's lists, by forms alone, and as the page's script asks for it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from werkzeug.test import TestResponse

from modsvc.services import decide_cases
from tests.fakes import Clock
from tests.web.browser import Browser, text

Send = Callable[..., dict[str, object]]
Browse = Callable[..., Browser]


@pytest.fixture
def three(send: Send) -> None:
    """Three open cases."""
    for n in (1, 2, 3):
        send("A dubious remark.", id=f"c-{n}")


def ask(browser: Browser, path: str, form: dict[str, object]) -> TestResponse:
    """Ask as the page's script does."""
    data = {"csrf_token": browser.csrf_token, **form}
    return browser.client.post(path, data=data, headers={"Accept": "application/json"})


def decide(browser: Browser, **form: object) -> TestResponse:
    data = {"csrf_token": browser.csrf_token, **form}
    return browser.client.post("/queue/decide?order=oldest", data=data)


@pytest.mark.usefixtures("three")
def test_a_button_of_a_line_decides_that_line_and_can_be_undone(dana: Browser) -> None:
    dana.get("/queue")

    page = dana.follow(decide(dana, approve="2.1", case=["1.1", "3.1"]))

    assert "1 comment was approved. Undo" in text(page)
    assert "2 open cases" in text(page)
    act = re.search(r'name="act" value="(\d+)"', page.text)
    assert act is not None
    back = dana.follow(dana.post("/queue/undo", act=act[1]))
    assert "Undone: 1 comment waits in the queue again." in text(back)
    assert "3 open cases" in text(back)


@pytest.mark.usefixtures("three")
def test_the_ticked_are_rejected_for_one_reason(dana: Browser) -> None:
    dana.get("/queue")

    page = dana.follow(
        decide(dana, reject="ticked", reason="moderator.spam", case=["1.1", "3.1", "3.1"])
    )

    assert "2 comments were rejected. Undo" in text(page)
    assert "2 cases together spam or advertising" in text(dana.get("/done"))


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"reject": "ticked", "case": "1.1"}, "choose a reason for rejecting first"),
        ({"approve": "ticked"}, "tick some comments first"),
    ],
)
def test_an_unfinished_form_decides_nothing_and_says_why(
    dana: Browser, form: dict[str, object], said: str
) -> None:
    dana.get("/queue")

    page = dana.follow(decide(dana, **form))

    assert f"Nothing was decided: {said}." in text(page)
    assert "3 open cases" in text(page)


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize("case", ["", "x", "1", "1.", "1.1.1", "9999999999999999999.1"])
def test_what_no_form_of_ours_sends_is_refused(dana: Browser, case: str) -> None:
    dana.get("/queue")

    assert decide(dana, approve="ticked", case=["2.1", case]).status_code == 400
    assert decide(dana, code="moderator.nonsense", case="1.1").status_code == 400
    assert "3 open cases" in text(dana.get("/queue"))


@pytest.mark.usefixtures("three")
def test_what_is_left_is_named_with_its_reason(dana: Browser, browse: Browse, send: Send) -> None:
    ben = browse("Ben")
    dana.get("/queue")
    ben.post("/cases/1/claim")
    decide(ben, approve="2.1")

    told = ask(
        dana, "/queue/decide", {"code": "moderator.approved", "case": ["1.1", "2.1", "3.1", "9.1"]}
    ).json

    assert told["decided"] == [3]
    assert "another moderator has taken this case" in told["refused"]["1"].lower()
    assert "decided already" in told["refused"]["2"]
    assert "no case 9" in told["refused"]["9"]
    page = dana.follow(decide(dana, approve="ticked", case=["1.1"]))
    assert "Case 1 was left: another moderator has taken this case in the meantime." in text(page)


@pytest.mark.usefixtures("three")
def test_a_form_sent_twice_counts_once(dana: Browser) -> None:
    dana.get("/queue")
    form: dict[str, object] = {
        "code": "moderator.approved",
        "case": ["1.1"],
        "form": "a-form-of-this-page",
    }

    first, second = (ask(dana, "/queue/decide", form).json for _ in range(2))

    assert first == second
    assert (first["decided"], first["refused"]) == ([1], {})
    # Who goes back to the page can still press another of its buttons.
    other = ask(dana, "/queue/decide", {**form, "case": ["2.1"]}).json
    assert other["decided"] == [2]
    # What was undone is no answer, and is not done again by itself.
    ask(dana, "/queue/undo", {"act": first["act"]})
    third = ask(dana, "/queue/decide", form)
    assert third.status_code == 409
    assert third.json == {"why": "This was undone, and nothing more is done of it."}
    page = dana.follow(decide(dana, **form))
    assert "Nothing was decided: this was undone, and nothing more is done of it." in text(page)
    assert "2 open cases" in text(page)


@pytest.mark.usefixtures("three")
def test_undoing_twice_says_so(dana: Browser) -> None:
    dana.get("/queue")
    act = ask(dana, "/queue/decide", {"code": "moderator.spam", "case": "1.1"}).json["act"]

    first = ask(dana, "/queue/undo", {"act": act})
    second = ask(dana, "/queue/undo", {"act": act})

    assert (first.status_code, first.json["back"]) == (200, [1])
    assert second.status_code == 409
    assert second.json == {"why": "This was undone before.", "undone": True}
    assert ask(dana, "/queue/undo", {"act": 9}).json["undone"] is False


@pytest.mark.usefixtures("three")
def test_where_nothing_is_undone_only_the_reason_is_said(dana: Browser, send: Send) -> None:
    dana.get("/queue")
    act = ask(dana, "/queue/decide", {"code": "moderator.spam", "case": "1.1"}).json["act"]
    send("A dubious remark, edited.", id="c-1")

    said = text(dana.follow(dana.post("/queue/undo", act=act)))

    assert "Case 1 was left: this was decided anew since." in said
    assert "Undone" not in said


@pytest.mark.usefixtures("three")
def test_nobody_undoes_what_another_did(dana: Browser, browse: Browse) -> None:
    ben = browse("Ben")
    dana.get("/queue")
    act = ask(dana, "/queue/decide", {"code": "moderator.spam", "case": "1.1"}).json["act"]
    ben.get("/queue")

    assert ask(ben, "/queue/undo", {"act": act}).status_code == 409
    assert "rejected. Undo" not in text(ben.get(f"/queue?did={act}"))


def counted(page: TestResponse) -> dict[str, str]:
    """What the page of all that match sends along."""
    return dict(re.findall(r'name="(form|newest|as_of|at)" value="(\w+)"', page.text))


def test_all_that_match_are_counted_first_and_decided_as_one(dana: Browser, send: Send) -> None:
    for n in range(4):
        send("A dubious remark.", id=f"c-{n}")
    send("DUBIOUS SHOUTING IS THIS, AND NOTHING ELSE AT ALL", id="loud")
    page = dana.get("/queue/matching?label=toxicity&from=0.2")
    send("A dubious remark that came too late.", id="c-9")

    assert "5 cases match" in text(page)
    answer = dana.post(
        "/queue/matching?label=toxicity&from=0.2",
        reject="ticked",
        reason="moderator.spam",
        **counted(page),
    )
    done = text(dana.follow(answer))
    assert "5 comments were rejected. Undo" in done
    assert "1 open case" in done


@pytest.mark.usefixtures("three")
def test_what_has_changed_since_the_count_is_left_and_said(
    dana: Browser, browse: Browse, send: Send
) -> None:
    ben = browse("Ben")
    form = counted(dana.get("/queue/matching?label=toxicity"))
    send("A dubious remark that nobody has read.", id="c-1")
    ben.get("/queue")
    act = ask(ben, "/queue/decide", {"code": "moderator.spam", "case": "2.1"}).json["act"]
    ask(ben, "/queue/undo", {"act": act})

    answer = dana.post("/queue/matching?label=toxicity", approve="ticked", **form)
    page = text(dana.follow(answer))

    assert "2 comments were left: they have changed since the count." in page
    assert "1 comment was approved. Undo" in page
    # As there is nothing else, it is sent once more, and says no more than that.
    twice = text(dana.follow(dana.post("/queue/matching?label=toxicity", approve="ticked", **form)))
    assert "1 comment was approved. Undo" in twice
    form = {**form, "form": "another-form-of-the-same"}
    none = text(dana.follow(dana.post("/queue/matching?label=toxicity", approve="ticked", **form)))
    assert "2 comments were left: they have changed since the count." in none
    assert "Nothing was decided" not in none
    assert dana.post("/queue/matching", approve="ticked", newest="9").status_code == 400


def test_what_matches_only_by_the_time_that_went_by_since_the_count_is_left(
    dana: Browser, send: Send, clock: Clock
) -> None:
    send("A dubious remark.", id="c-1")
    clock.advance(timedelta(minutes=50))
    send("A dubious remark.", id="c-2")
    clock.advance(timedelta(minutes=11))
    page = dana.get("/queue/matching?held=over-1h")
    clock.advance(timedelta(minutes=55))

    answer = dana.post("/queue/matching?held=over-1h", approve="ticked", **counted(page))

    assert "1 case matches" in text(page)
    assert "1 comment was approved. Undo" in text(dana.follow(answer))


def test_no_act_has_more_cases_than_it_may_even_if_its_form_is_sent_twice(
    dana: Browser, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(7):
        send("A dubious remark.", id=f"c-{n}")
    monkeypatch.setattr("modsvc.services.show_queue.MOST_TOGETHER", 3)
    monkeypatch.setattr("modsvc.web.queue.deciding.MOST_TOGETHER", 3)
    monkeypatch.setattr(decide_cases, "MOST_TOGETHER", 3)

    monkeypatch.setattr(decide_cases, "DECIDED_TOGETHER", 2)

    page = dana.get("/queue/matching")
    form = counted(page)
    first, again = (dana.post("/queue/matching", approve="ticked", **form) for _ in range(2))

    assert "7 cases match At most 3 are decided in one go" in text(page)
    done = text(dana.follow(first))
    assert "3 comments were approved" in done
    # Sent twice, it counts once, though others match by now.
    assert text(dana.follow(again)) == done
    assert "4 open cases" in done
