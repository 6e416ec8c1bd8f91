from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask

from modsvc.core.decision import Action
from modsvc.core.word_lines import Wanted
from modsvc.core.words import Entry
from modsvc.store import sites, words
from modsvc.store.db import Database
from modsvc.words import read_seed, seeds
from tests.conftest import SITE
from tests.fakes import Clock
from tests.web.browser import Browser, text
from tests.web.test_strangers_text import OUR_TAGS, PAYLOADS, TAGS
from tests.web.wordlist import NOTHING, Put, Send, ask, phrases, value_of


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What a page shows does not depend on the database: the store is tested on both."""
    return sqlite_url


def test_another_note_keeps_the_entry(edna: Browser, put: Put, clock: Clock):
    ends_at = clock() - timedelta(days=3)
    number = put("fool", ends_at=ends_at)
    page = edna.get(f"/words/{number}").text
    form = {"phrases": "fool", "action": "hold", "language": "", "last_day": value_of(page, "last_day")}  # fmt: skip

    answer = edna.post(f"/words/{number}", **form, note="it was for the election", do="save")

    assert answer.headers["Location"] == f"/words/{number}?site=gazette"
    said = text(edna.follow(answer))
    assert "Saved." in said
    assert "it was for the election" in said
    assert "ended, and no longer looked for; its last day was 19 November 2026" in said


def test_anything_else_makes_it_a_new_entry(edna: Browser, put: Put, send: Send):
    number = put("fool")
    edna.get(f"/words/{number}")

    answer = edna.post(f"/words/{number}", **{**NOTHING, "phrases": "fool", "action": "reject", "do": "save"})  # fmt: skip

    assert answer.headers["Location"] != f"/words/{number}?site=gazette"
    assert "rejects not found yet" in text(edna.follow(answer))
    assert send("You fool!")["action"] == "reject"
    assert edna.get(f"/words/{number}").status_code == 404


def test_what_an_entry_should_be_instead_can_be_tried(
    edna: Browser, put: Put, send: Send, database: Database
):
    number = put("fool")
    send("A dolt and a f.o.o.l")
    edna.get(f"/words/{number}")

    answer = edna.post(f"/words/{number}", **{**NOTHING, "phrases": "dolt", "do": "try"})

    assert "What dolt would have found 1 of the newest 1 comments has it." in text(answer)
    assert value_of(answer.text, "phrases") == "dolt"
    assert phrases(database) == ["fool"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"phrases": "?!"}, "The entry has no letter or digit to be found by."),
        ({"phrases": "D.O.L.T"}, "another entry of the list reads the same in that language."),
        ({"last_day": "2020-01-01"}, "The form has the last day 2020-01-01, which is past."),
        ({"note": "n" * 501}, "The form has a note of 501 characters; 500 are the most."),
        ({"action": "ban"}, "says “ban”"),
        ({"language": "x"}, "names the language “x”"),
    ],
)
def test_a_change_that_is_refused_loses_nothing(
    edna: Browser, put: Put, database: Database, changed: dict[str, str], said: str
):
    put("dolt")
    number = put("fool")
    edna.get(f"/words/{number}")
    form = {**NOTHING, "phrases": "fool!", "note": "a note", **changed}

    answer = edna.post(f"/words/{number}", **form, do="save")

    assert answer.status_code == 422
    assert said in text(answer)
    for name in ("phrases", "note", "last_day"):
        assert value_of(answer.text, name) == form[name]
    assert phrases(database) == ["dolt", "fool"]


def test_a_change_of_what_somebody_else_has_removed_loses_nothing(
    edna: Browser, put: Put, database: Database
):
    number = put("fool")
    edna.get(f"/words/{number}")
    with database.write() as db:
        words.remove(db, SITE, [number], by=None, now=Clock().now)

    answer = edna.post(
        f"/words/{number}", **{**NOTHING, "phrases": "fools", "note": "mine", "do": "save"}
    )

    assert answer.status_code == 409
    assert "Somebody else has removed or changed this entry since you opened it." in text(answer)
    assert ">\nfools</textarea>" in answer.text
    assert value_of(answer.text, "note") == "mine"


def test_an_entrys_page_shows_its_hits_by_day_and_where_it_was_found(
    app: Flask, edna: Browser, put: Put, send: Send, clock: Clock, database: Database
):
    number = put("fool")
    with database.write() as db:
        words.add_hits(db, {(SITE, number, clock().date() - timedelta(days=1)): 3})
    send("You f.o.o.l, ring 050-123-4567!")
    app.extensions["modsvc"].count_words.keep()

    page = edna.get(f"/words/{number}")

    said = text(page)
    assert "Comments by day: 4 in all, 3 on the day with most." in said
    assert "25 August 2026 at most 3 on a day today" in said
    assert "Day Comments 22 November 2026 1 21 November 2026 3" in said
    assert len(re.findall("<rect", page.text)) == 2
    assert "You f.o.o.l, ring hidden telephone number!" in said
    assert "f.o.o.l was read as fool" in said


def test_a_list_to_begin_with_is_shown_with_its_licence_before_it_is_added(
    edna: Browser, send: Send, database: Database
):
    send("You f.u.c.k, you!")
    count = seeds()["en"]
    page = edna.get("/words/seeds/en")

    said = text(page)
    assert f"{count} English phrases." in said
    assert "by Shutterstock and contributors, under CC BY 4.0." in said
    assert 'href="https://creativecommons.org/licenses/by/4.0/"' in page.text
    assert "Not all of it is abuse." in said
    tried = edna.post("/words/seeds/en", action="hold", do="try")
    assert "1 of the newest 1 comments has one of them." in text(tried)
    assert "fuck 1" in text(tried)
    assert phrases(database) == []
    added = edna.follow(edna.post("/words/seeds/en", action="hold", do="add"))
    assert "phrases were added" in text(added)
    assert "From the English list to begin with" in text(added)
    assert set(phrases(database)) <= set(read_seed("en"))
    again = edna.follow(edna.post("/words/seeds/en", action="hold", do="add"))
    assert f"{count} were on the list already" in text(again)


def test_our_own_lists_are_shown_as_ours(edna: Browser):
    said = text(edna.get("/words/seeds/he"))

    assert f"{seeds()['he']} Hebrew phrases." in said
    assert "from the modsvc authors, under Apache-2.0." in said
    assert "from the modsvc authors" in text(edna.get("/words/seeds/ar"))
    assert "Shutterstock" in text(edna.get("/words/seeds/ar"))


def test_a_list_that_is_not_there_and_a_form_that_is_not_ours_are_refused(edna: Browser):
    edna.get("/words/add")

    assert edna.get("/words/seeds/xx").status_code == 404
    assert edna.post("/words/seeds/xx", do="add").status_code == 404
    assert edna.post("/words/seeds/en", action="ban", do="add").status_code == 422


def test_a_long_list_has_pages_orders_and_a_search(edna: Browser, put: Put, database: Database):
    with database.write() as db:
        wanted = [Wanted(Entry(f"word {n:03}", Action.HOLD)) for n in range(205)]
        words.add(db, SITE, wanted, by=None, now=Clock().now)
    put("quisling", note="The Desk")

    first, third = text(edna.get("/words")), text(edna.get("/words?page=3"))
    assert "Words 206 entries" in first
    assert "word 098" in first
    assert "word 099" not in first
    assert "Next page" in first
    assert "Previous page" not in first
    assert "word 204" in third
    assert "Next page" not in third
    assert "quisling" in text(edna.get("/words?order=newest")).partition("word 204")[0]
    found = text(edna.get("/words?search=the desk"))
    assert "1 of 206 entries has the desk in phrase or note." in found
    assert "0 of 206 entries have xyzzy" in text(edna.get("/words?search=xyzzy"))
    assert "nothing more on this page" in text(edna.get("/words?page=9"))


@pytest.mark.parametrize(
    "query", ["page=x", "page=-5", "page=" + "9" * 30, "order=x", "search=%00", "search=%25_", "removed=x-1-" + "9" * 30]
)  # fmt: skip
def test_an_odd_address_shows_a_list(edna: Browser, put: Put, query: str):
    put("fool")

    assert edna.get(f"/words?{query}").status_code == 200


def test_an_empty_list_says_what_it_is_for(edna: Browser, dana: Browser):
    assert "There are no words yet." in text(edna.get("/words"))
    assert "Add the first" in text(edna.get("/words"))
    assert "Add" not in text(dana.get("/words"))


def test_a_moderator_reads_all_of_it_and_changes_nothing(
    dana: Browser, put: Put, send: Send, database: Database
):
    number = put("fool", note="why")
    send("You f.o.o.l!")

    for path in ("/words", f"/words/{number}", "/words?removed=1"):
        page = dana.get(path)
        assert "fool" in text(page)
        content = page.text.partition("<main")[2].partition("</main>")[0]
        buttons = re.findall(r"<button[^>]*>([^<]*)", content)
        assert set(buttons) <= {"Search"}, path
        assert "checkbox" not in content
        assert "/words/add" not in content
    for path in ("/words/add", f"/words/{number}", "/words/remove", "/words/restore", "/words/seeds/en"):  # fmt: skip
        for do in ("try", "add", "save"):
            answer = dana.post(path, phrases="dolt", action="hold", do=do, id=str(number))
            assert answer.status_code == 403, path
            assert "Editors change this" in text(answer)
    assert phrases(database) == ["fool"]


def test_another_sites_words_are_not_ours(edna: Browser, put: Put, database: Database):
    with database.write() as db:
        sites.add_site(db, "courier", "The Courier", Clock().now)
    theirs = put("fool", site="courier")
    edna.get("/words")

    assert edna.get(f"/words/{theirs}").status_code == 404
    edna.post("/words/remove", id=str(theirs))
    edna.post("/words/restore", id=str(theirs))
    assert edna.post(f"/words/{theirs}", **NOTHING, phrases="x", do="save").status_code == 409
    assert "fool" not in text(edna.get(f"/words?removed={theirs}"))
    assert edna.get("/words?site=courier").status_code == 403
    with database.read() as db:
        assert [entry.phrase for entry in words.entries(db, "courier")] == ["fool"]


def test_a_case_shows_the_entry_its_note_and_the_evidence(
    edna: Browser, dana: Browser, put: Put, send: Send
):
    number = put("fool", note="asked for by the desk")
    gone = put("dolt", Action.HOLD)
    send("You f.o.o.l, you DOLT!")
    edna.get("/words")
    edna.post("/words/remove", id=str(gone))

    page = dana.get("/cases/1")

    said = text(page)
    assert "fool, written f.o.o.l and read as fool asked for by the desk" in said
    assert "dolt, written DOLT No longer on the list." in said
    assert f'<a href="/words/{number}?site=gazette">' in page.text
    assert f"/words/{gone}?" not in page.text


def test_a_case_keeps_back_the_evidence_that_is_personal_data(dana: Browser, put: Put, send: Send):
    put("mail")
    send("Write to f.o.o.l@mail.example.com, all of you.")

    hidden = dana.get("/cases/1")
    shown = dana.post("/cases/1/personal")

    assert "mail, written hidden e-mail address" in text(hidden)
    assert "mail.example" not in hidden.text
    assert "mail, written mail" in text(shown)


def test_an_edited_comments_old_evidence_is_not_shown_on_the_new_text(
    dana: Browser, put: Put, send: Send
):
    put("fool")
    send("You f.o.o.l, you!")
    send("Nothing at all, I was dubious.")

    assert "f.o.o.l" not in text(dana.get("/cases/1"))


@pytest.mark.parametrize("payload", [*PAYLOADS, "\u202eturned"])
def test_what_editors_write_is_shown_as_text(edna: Browser, put: Put, send: Send, payload: str):
    phrase = f"fool {payload}"
    number = put(phrase, note=payload)
    send(f"A dubious {phrase}", id="c-1")
    form = {**NOTHING, "phrases": f"{phrase}\n!!!\t{payload}", "note": payload}
    pages = [
        edna.get("/words"),
        edna.get(f"/words/{number}"),
        edna.get("/cases/1"),
        edna.get(f"/words?search={payload[:5]}"),
        ask(edna, "/words/add", **form, do="add"),
        ask(edna, "/words/add", **{**form, "phrases": phrase}, do="try"),
        edna.follow(ask(edna, "/words/add", **{**form, "phrases": phrase}, do="add")),
    ]
    edna.get("/words")
    pages.append(edna.follow(edna.post("/words/remove", id=str(number))))

    ours = OUR_TAGS | {"svg", "rect", "line", "b", "i", "select", "option", "textarea", "code"}
    for page in pages:
        assert page.status_code in (200, 422)
        for _, name, attributes in TAGS.findall(page.text.partition(">")[2]):
            assert name in ours, name
            assert not re.search(r"\son\w+\s*=|javascript:", re.sub('"[^"]*"', "", attributes))
    for page in (pages[0], pages[1], pages[2]):
        assert "\u202eturned" not in re.sub('"[^"]*"', "", page.text.partition("<main")[2])


def test_phrases_and_notes_find_their_own_direction(edna: Browser, put: Put):
    number = put("בן של זונה", note="הערה של העורכת")
    put("يا حمار", note="ملاحظة")

    for page in (edna.get("/words"), edna.get(f"/words/{number}")):
        assert "<bdi>בן של זונה</bdi>" in page.text
        assert re.search('dir="auto">הערה', page.text)
    assert re.search('name="phrases" value="בן של זונה" dir="auto"', page.text)
