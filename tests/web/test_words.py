from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta

import pytest

from modsvc.core.decision import Action
from modsvc.store import words
from modsvc.store.db import Database
from tests.conftest import SITE
from tests.fakes import Clock
from tests.web.browser import Browser, text
from tests.web.wordlist import NOTHING, Put, Send, ask, phrases, value_of


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What a page shows does not depend on the database: the store is tested on both."""
    return sqlite_url


def test_a_line_tells_all_that_is_known_of_an_entry(
    edna: Browser, put: Put, database: Database, clock: Clock
):
    ends_at = datetime(2026, 11, 22, tzinfo=UTC)
    facts = {"language": "en", "ends_at": ends_at, "ago": 214}
    put("quisling", Action.REJECT, note="asked for by the desk", **facts)
    dead = put("dolt", ago=100)
    with database.write() as db:
        words.add_hits(db, {(SITE, 1, clock().date() - timedelta(days=2)): 1_234})

    page = edna.get("/words")
    said = text(page)

    for fact in (
        "Words 2 entries",
        "quisling rejects English ended asked for by the desk found in 1,234 comments, last 2 days ago",
        "added by the command line 214 days ago last day 21 November 2026",
        "dolt holds never found in 100 days",
    ):
        assert fact in said
    assert f'href="/words/{dead}?site=gazette"' in page.text


def test_an_over_eager_entry_says_what_moderators_made_of_it(edna: Browser, put: Put, send: Send):
    put("council")
    send("The council votes.")
    edna.post("/cases/1/claim")
    edna.get("/cases/1")
    edna.decide("/cases/1", "moderator.approved")

    assert "moderators approved 1 of the 1 they judged lately" in text(edna.get("/words"))


def test_what_is_added_is_in_force_from_the_next_comment_on(
    edna: Browser, send: Send, database: Database
):
    before = send("You fool!", id="c-1")
    answer = ask(edna, "/words/add", **{**NOTHING, "phrases": "fool", "do": "add"})
    after = send("You f.o.o.l!", id="c-2")

    assert "words.suspect" not in [reason["code"] for reason in before["reasons"]]
    assert answer.status_code == 303
    page = text(edna.follow(answer))
    assert "1 phrase was added. From the next comment on it is looked for." in page
    assert "added by Edna just now" in page
    (reason,) = (each for each in after["reasons"] if each["code"] == "words.suspect")
    assert (after["action"], reason["action"]) == ("hold", "hold")
    assert [(span["start"], span["end"]) for span in reason["spans"]] == [(4, 11)]


def test_before_it_is_added_one_sees_what_it_would_have_found(
    edna: Browser, send: Send, database: Database
):
    for n, body in enumerate(("Good morning.", "You fool!", "A dubious f.o.o.l", "No foolery")):
        send(body, id=f"c-{n}")

    answer = ask(edna, "/words/add", **{**NOTHING, "phrases": "fool", "do": "try"})

    said = text(answer)
    assert answer.status_code == 200
    assert "2 of the newest 4 comments have it. 1 is approved 1 is held" in said
    assert "“f.o.o.l”" not in said.partition("Read 2 of them")[0]
    assert "A dubious f.o.o.l f.o.o.l was read as fool" in said.partition("Read 2 of them")[2]
    assert '<a href="/cases/1?site=gazette">A dubious <mark' in answer.text
    assert "Add it" in said
    assert phrases(database) == []


@pytest.mark.parametrize(
    ("phrase", "said"), [("zonk", "Not found. None of the newest 1 comments has it.")]
)
def test_what_finds_nothing_says_so(edna: Browser, send: Send, phrase: str, said: str):
    form = {**NOTHING, "phrases": phrase, "do": "try"}

    assert "This site has no comments yet" in text(ask(edna, "/words/add", **form))
    send()
    assert said in text(ask(edna, "/words/add", **form))


def test_personal_data_is_kept_back_where_words_are_tried(edna: Browser, send: Send):
    send("A fool is fool@mail.example.com, you know.")

    answer = ask(edna, "/words/add", **{**NOTHING, "phrases": "fool", "do": "try"})

    assert "A fool is hidden e-mail address, you know." in text(answer)
    assert "mail.example" not in answer.text


def test_many_are_pasted_with_columns_and_what_is_known_is_said(
    edna: Browser, put: Put, database: Database
):
    put("fool")
    pasted = "dolt\treject\ten\tfrom the desk\t2027-01-31\r\nF.O.O.L\r\nטיפש\r\nטיפש"

    answer = ask(edna, "/words/add", **{**NOTHING, "phrases": pasted, "note": "all", "do": "add"})

    said = text(edna.follow(answer))
    assert "2 phrases were added. From the next comment on they are looked for." in said
    assert "2 were on the list already, or read as something that is: F.O.O.L, טיפש." in said
    assert "dolt rejects English from the desk not found yet" in said
    assert "last day 31 January 2027" in said
    assert "טיפש holds all not found yet" in said


def test_a_line_that_cannot_be_used_is_named_and_nothing_is_lost(edna: Browser, database: Database):
    pasted = "\ngood\n!!!\nfool\tban\n"
    form = {
        "phrases": pasted.replace("\n", "\r\n"),
        "action": "reject",
        "language": "he",
        "note": 'a "note"',
        "last_day": "2020-01-01",
    }

    for do in ("add", "try"):
        answer = ask(edna, "/words/add", **form, do=do)

        said = text(answer)
        assert answer.status_code == 422
        assert "Nothing was added or changed." in said
        assert "The form has the last day 2020-01-01, which is past." in said
        assert "Line 3 has no letter or digit to be found by: !!!" in said
        assert "Line 4 says “ban” where it must say hold or reject: fool ban" in said
        kept = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", answer.text, re.DOTALL)[1]
        assert html.unescape(kept).replace("\r\n", "\n") == pasted
        assert re.search(r'value="reject" checked', answer.text)
        assert '<option value="he" selected>' in answer.text
        assert value_of(answer.text, "note") == 'a "note"'
        assert value_of(answer.text, "last_day") == "2020-01-01"
    assert phrases(database) == []


@pytest.mark.parametrize("pasted", ["", " \r\n "])
def test_a_form_without_a_phrase_asks_for_one(edna: Browser, pasted: str):
    answer = ask(edna, "/words/add", **{**NOTHING, "phrases": pasted, "do": "add"})

    assert answer.status_code == 422
    assert "There is no phrase yet." in text(answer)


def test_thousands_can_be_pasted_at_once_in_any_script(edna: Browser, database: Database):
    pasted = "\r\n".join(f"מילה ארוכה מאוד מספר {n}" for n in range(5_000))

    assert ask(edna, "/words/add", **{**NOTHING, "phrases": pasted, "do": "add"}).status_code == 303
    assert len(phrases(database)) == 5_000
    more = ask(edna, "/words/add", **{**NOTHING, "phrases": pasted + "\r\nועוד", "do": "add"})
    assert "Line 5001 is one too many" in text(more)


def test_what_is_removed_can_be_put_back(edna: Browser, put: Put, database: Database):
    ids = [put(phrase) for phrase in ("dolt", "eejit", "fool")]
    edna.get("/words?order=newest&search=o")

    answer = edna.post("/words/remove?order=newest&search=o", id=[str(ids[0]), str(ids[2])])
    page = edna.follow(answer)

    assert "2 entries were removed. From the next comment on they are not looked for." in text(page)
    assert phrases(database) == ["eejit"]
    assert 'value="o"' in page.text
    back = edna.follow(edna.post("/words/restore", id=[str(ids[0]), str(ids[2])]))
    assert "2 entries are on the list again." in text(back)
    assert phrases(database) == ["dolt", "eejit", "fool"]
    assert "already" in text(edna.follow(edna.post("/words/restore", id=[str(ids[0])])))


def test_one_is_removed_by_its_own_button_whatever_is_ticked(
    edna: Browser, put: Put, database: Database
):
    dolt, fool = put("dolt"), put("fool")
    edna.get("/words")

    answer = edna.post("/words/remove", only=str(dolt), id=str(fool))

    assert "dolt was removed." in text(edna.follow(answer))
    assert phrases(database) == ["fool"]


def test_the_enter_key_in_the_list_presses_the_button_that_removes_what_is_ticked(
    edna: Browser, put: Put
):
    put("fool")
    form = edna.get("/words").text.partition('<form class="card lines"')[2]

    assert re.search(r"<button[^>]*>", form)[0] == '<button class="quiet" name="ticked" value="1">'


@pytest.mark.parametrize("ids", [[], ["x", "-1", "9" * 30], ["99"]])
def test_removing_nothing_says_so(edna: Browser, put: Put, ids: list[str]):
    put("fool")
    edna.get("/words")

    assert "Nothing was removed" in text(edna.follow(edna.post("/words/remove", id=ids)))
