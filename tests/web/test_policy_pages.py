"""The policy's form and text: who may change them, what is refused, and that nothing is lost."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from modsvc.services.edit_policy import EditPolicy
from modsvc.store import people
from modsvc.store.db import Database
from tests.conftest import SITE
from tests.web.browser import Browser, text
from tests.web.filled import filled
from tests.web.test_strangers_text import PAYLOADS

Send = Callable[..., dict[str, Any]]
PAGES = ("", "/text", "/try", "/draft", "/replays", "/versions", "/versions/0", "/shadow")
POSTS = ("", "/text", "/draft/save", "/draft/go-on", "/draft/discard", "/draft/replay", "/versions/0/back", "/shadow/stop")  # fmt: skip


@pytest.fixture
def edith(browse: Callable[..., Browser]) -> Browser:
    """The browser of Edith, an editor of the site."""
    return browse("Edith", role="editor")


@pytest.fixture
def edit(app: Flask) -> EditPolicy:
    service: EditPolicy = app.extensions["modsvc"].edit_policy
    return service


def number(database: Database, name: str) -> int:
    with database.read() as db:
        return people.find(db, name).id


def change(browser: Browser, path: str = "/policy", **typed: str) -> TestResponse:
    """Change some fields of a page's form, by their names with `__` for dots, and send it all."""
    fields = filled(browser.get(path).text, path)
    changed = {name.replace("__", "."): value for name, value in typed.items()}
    return browser.post(path, **{**fields, **changed})


def test_a_form_that_nobody_changed_changes_nothing_to_the_byte(
    edith: Browser, edit: EditPolicy, database: Database
):
    answer = change(edith)

    assert answer.status_code == 303
    assert "Nothing differs from what is in force" in text(edith.follow(answer))
    change(edith, "/policy/text")
    assert not edit.desk(SITE, number(database, "Edith")).is_draft


def test_a_change_becomes_a_draft_and_is_said_in_plain_words(edith: Browser, send: Send):
    answer = change(edith, limits__max_links="0", bands__obscene__hold="0,3")

    page = edith.follow(answer)
    said = text(page)
    assert "Links allowed in a comment was2 → now0" in said
    assert "Coarse language washeld from 0.5 → nowheld from 0.3" in said
    assert "removed: max_links = 2" in said
    assert "This is your draft" in text(edith.get("/policy"))
    assert "in force: 2" in text(edith.get("/policy"))
    assert send("See https://a.example about it, please.")["action"] == "approve"


def test_a_document_that_cannot_be_used_is_kept_and_shown_with_its_mistake(edith: Browser):
    answer = change(edith, bands__insult__hold="much", bands__threat__hold="0.2")

    assert answer.status_code == 422
    said = text(answer)
    assert "This cannot be used yet. Hold of “Insults” is a number above 0 and at most 1." in said
    assert "It stands in line" in said
    assert 'href="#at-bands.insult"' in answer.text
    fields = filled(answer.text, "/policy")
    assert fields["bands.insult.hold"] == ["much"]
    assert fields["bands.threat.hold"] == ["0.2"]
    page = edith.get("/policy/text")
    assert 'insult          = { hold = "much", reject = 0.5 }' in html.unescape(page.text)
    assert change(edith, bands__insult__hold="0.2").status_code == 303


def test_a_text_that_is_no_toml_is_kept_and_shown_with_its_line(edith: Browser):
    typed = edith.get("/policy/text") and "# Mine\n[bands\n<script>alert(1)</script>"

    answer = change(edith, "/policy/text", document=typed.replace("\n", "\r\n"))

    assert answer.status_code == 422
    assert "<b>2</b>" in answer.text
    assert "<script>" not in answer.text
    assert filled(answer.text, "/policy/text")["document"] == [typed.replace("\n", "\r\n")]
    # The form cannot show it, and says so.
    page = edith.follow(edith.get("/policy"))
    assert "a mistake that the form cannot show" in text(page)
    assert "This cannot be used yet." in text(edith.get("/policy/draft"))
    assert edith.post("/policy/draft/discard").status_code == 303
    assert edith.get("/policy").status_code == 200


def test_a_text_is_kept_whatever_an_editing_program_put_into_it(
    edith: Browser, edit: EditPolicy, database: Database
):
    (document,) = filled(edith.get("/policy/text").text, "/policy/text")["document"]

    marked = change(edith, "/policy/text", document=f"\ufeff{document}# More.")
    assert marked.status_code == 303
    broken = change(edith, "/policy/text", document=f"{document}\0")

    assert broken.status_code == 422
    assert edit.desk(SITE, number(database, "Edith")).document.endswith("\ufffd")


def test_rows_are_added_and_their_mistakes_named(edith: Browser):
    typed = {"new.expressions.name": "sells", "new.expressions.when": "linkss > 1"}
    answer = edith.post("/policy", **{**filled(edith.get("/policy").text, "/policy"), **typed})

    assert answer.status_code == 422
    assert "did you mean 'links'?" in text(answer)
    answer = change(edith, expressions__sells__when="links > 1")
    assert "Condition “sells” newlinks > 1 is held" in text(edith.follow(answer))


@pytest.mark.parametrize("path", PAGES)
def test_moderators_read_all_of_it_and_see_no_buttons(dana: Browser, path: str):
    page = dana.get(f"/policy{path}")

    assert page.status_code == 200
    content = page.text.partition("<main")[2].partition("</main>")[0]
    assert content.count("<button") == (1 if path == "/try" else 0)
    assert "<textarea" not in page.text or path == "/try"


@pytest.mark.parametrize("path", POSTS)
def test_moderators_change_nothing(dana: Browser, edit: EditPolicy, path: str):
    dana.get("/policy")

    answer = dana.post(f"/policy{path}", document="x", seen="0", how="in_force", newest="1000")

    assert answer.status_code == 403
    assert "Editors change this" in text(answer)
    assert edit.versions(SITE) == []


def test_what_another_saved_meanwhile_is_not_undone_and_nothing_typed_is_lost(
    edith: Browser, browse: Callable[..., Browser]
):
    ruth = browse("Ruth", role="editor")
    fields = filled(edith.get("/policy").text, "/policy")
    change(ruth, limits__max_emoji="3")
    form = filled(ruth.get("/policy/draft").text, "/policy/draft/save")
    assert ruth.post("/policy/draft/save", **form).status_code == 303

    answer = edith.post("/policy", **{**fields, "limits.max_links": "0"})

    assert answer.status_code == 409
    assert "The policy was changed since you opened this page" in text(answer)
    again = filled(answer.text, "/policy")
    assert (again["limits.max_links"], again["limits.max_emoji"]) == (["0"], ["3"])
    assert "in force: 2" in text(answer)
    page = edith.follow(edith.post("/policy", **again))
    assert "Links allowed in a comment was2 → now0" in text(page)
    assert "Emoji" not in text(page)


def test_a_text_of_an_older_page_is_shown_again_beside_what_is_there_now(
    edith: Browser, browse: Callable[..., Browser]
):
    fields = filled(edith.get("/policy/text").text, "/policy/text")
    change(edith, limits__max_links="0")
    mine = fields["document"][0].replace("max_emoji = 12", "max_emoji = 3")

    answer = edith.post("/policy/text", **{**fields, "document": mine})

    assert answer.status_code == 409
    again = filled(answer.text, "/policy/text")
    assert again["document"] == [mine]
    assert "removed: max_links = 0" in text(answer)
    page = edith.follow(edith.post("/policy/text", **again))
    assert "Emoji allowed in a comment was12 → now3" in text(page)


def test_a_form_is_kept_in_the_place_of_a_text_that_became_too_broken(edith: Browser):
    fields = filled(edith.get("/policy").text, "/policy")
    change(edith, "/policy/text", document="[bands")

    answer = edith.post("/policy", **{**fields, "limits.max_links": "0"})

    assert answer.status_code == 409
    again = filled(answer.text, "/policy")
    assert again["limits.max_links"] == ["0"]
    page = edith.follow(edith.post("/policy", **again))
    assert "Links allowed in a comment was2 → now0" in text(page)


def test_a_form_whose_ground_cannot_be_found_any_more_loses_nothing(edith: Browser):
    change(edith, limits__max_links="0")
    draft = filled(edith.get("/policy").text, "/policy")
    change(edith, limits__max_links="1")

    answer = edith.post("/policy", **{**draft, "limits.max_emoji": "3"})

    assert answer.status_code == 409
    assert filled(answer.text, "/policy")["limits.max_emoji"] == ["3"]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_whatever_an_editor_writes_is_shown_as_text(edith: Browser, payload: str):
    typed = {
        "new.patterns.name": f"p {payload}",
        "new.patterns.match": payload,
        "new.patterns.note": payload,
        "links.banned": payload,
        "trust.staff": payload,
        "limits.max_links": payload,
    }
    answer = edith.post("/policy", **{**filled(edith.get("/policy").text, "/policy"), **typed})

    assert answer.status_code == 422
    pages = [answer, edith.get("/policy"), edith.get("/policy/text"), edith.get("/policy/draft")]
    for page in pages:
        assert "<script>alert" not in page.text
        assert "<img" not in page.text
        assert "<svg onload" not in page.text
    fields = filled(pages[1].text, "/policy")
    assert fields["limits.max_links"] == [payload]
    assert fields[f"patterns.p {payload}.note"] == [payload]
    assert fields["trust.staff"] == [payload]


def test_a_page_keeps_to_its_site(browse: Callable[..., Browser], database: Database):
    from modsvc.store import sites
    from tests.fakes import Clock

    with database.write() as db:
        sites.add_site(db, "other", "The Other", Clock().now)
    edith = browse("Edith", SITE, "other", role="editor")

    edith.get("/policy?site=other")
    fields = filled(edith.get("/policy?site=other").text, "/policy")
    answer = edith.post("/policy?site=other", **{**fields, "limits.max_links": "0"})

    assert answer.headers["Location"] == "/policy/draft?site=other"
    assert "There is no draft of yours" in text(edith.get("/policy/draft"))
