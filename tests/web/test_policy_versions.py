"""Drafts saved, versions gone back to, a policy that looks on, and what replays say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from modsvc.errors import StoreUnavailable
from modsvc.services.edit_policy import EditPolicy
from modsvc.services.replay_policy import Replay
from modsvc.services.run_replays import RunReplays
from modsvc.store import drafts, people, policies
from modsvc.store.db import Database
from tests.conftest import SITE
from tests.fakes import Clock, WordScorer
from tests.web.browser import Browser, text
from tests.web.filled import filled

Send = Callable[..., dict[str, Any]]
LINK = "A goodly remark, see https://a.example there."


@pytest.fixture
def edith(browse: Callable[..., Browser]) -> Browser:
    """The browser of Edith, an editor of the site."""
    return browse("Edith", role="editor")


@pytest.fixture
def ruth(browse: Callable[..., Browser]) -> Browser:
    """The browser of Ruth, another editor of the site."""
    return browse("Ruth", role="editor")


@pytest.fixture
def edit(app: Flask) -> EditPolicy:
    service: EditPolicy = app.extensions["modsvc"].edit_policy
    return service


@pytest.fixture
def run(app: Flask) -> RunReplays:
    """Does what was asked to be replayed, at once."""
    ours = app.extensions["modsvc"]
    return RunReplays(
        db=ours.db,
        writer=ours.writer,
        default=ours.edit_policy.default_document,
        scorer=WordScorer(),
        rest=lambda _: None,
    )


def change(browser: Browser, **typed: str) -> None:
    """Change some fields of the form, by their names with `__` for dots, and keep the draft."""
    fields = filled(browser.get("/policy").text, "/policy")
    changed = {name.replace("__", "."): value for name, value in typed.items()}
    assert browser.post("/policy", **{**fields, **changed}).status_code == 303


def save(browser: Browser, *, how: str = "in_force", note: str = "") -> Any:
    fields = filled(browser.get("/policy/draft").text, "/policy/draft/save")
    return browser.post("/policy/draft/save", **{**fields, "note": note, "how": how})


def test_what_is_saved_judges_the_next_comment_and_stands_in_the_list(
    edith: Browser, dana: Browser, send: Send
):
    assert send(LINK)["action"] == "approve"
    change(edith, limits__max_links="0")

    page = edith.follow(save(edith, note="Fewer <b>links</b>"))

    assert "Version 1 is in force from the next comment on." in text(page)
    assert "Version 1 was saved by Edith just now: Fewer <b>links</b>" in text(page)
    assert "Links allowed in a comment was2 → now0" in text(page)
    assert "removed: max_links = 2" in text(page)
    assert send(LINK, id="c-2")["action"] == "hold"
    assert "There is no draft of yours" in text(edith.get("/policy/draft"))
    said = text(dana.get("/policy/versions"))
    assert "Version 1 in force Fewer <b>links</b> by Edith" in said
    assert "In force: version 1, saved by Edith" in text(dana.get("/policy"))


def test_a_note_is_one_line_whatever_is_sent(edith: Browser):
    change(edith, limits__max_links="0")

    page = edith.follow(save(edith, note="Fewer\0links\r\n\x1b[2Jhere"))

    assert "was saved by Edith just now: Fewer links [2Jhere" in text(page)


def test_a_draft_with_a_mistake_is_not_saved_and_not_replayed(edith: Browser, send: Send):
    fields = filled(edith.get("/policy").text, "/policy")
    edith.post("/policy", **{**fields, "limits.max_links": "few"})

    seen = filled(edith.get("/policy").text, "/policy")["seen"]

    for path, form in (
        ("/policy/draft/save", {"seen": seen, "how": "in_force"}),
        ("/policy/draft/replay", {"newest": "1000"}),
    ):
        answer = edith.post(path, **form)
        assert answer.status_code == 422
        assert "max_links is a whole number, 0 or more." in text(answer)
    assert send(LINK)["action"] == "approve"


def test_a_draft_is_not_saved_over_what_another_saved_and_both_are_put_together(
    edith: Browser, ruth: Browser, send: Send
):
    change(edith, limits__max_links="0")
    change(ruth, limits__max_emoji="3")
    assert save(ruth, note="Fewer emoji").status_code == 303

    answer = save(edith, note="Fewer links")

    assert answer.status_code == 409
    said = text(answer)
    assert "Not saved: the rules were changed meanwhile" in said
    assert "Version 1 was saved by Ruth" in said
    assert "What they changed Emoji allowed in a comment was12 → now3" in said
    assert "What you changed Links allowed in a comment was2 → now0" in said
    assert 'value="Fewer links"' in answer.text
    together = edith.post("/policy/draft/go-on", **filled(answer.text, "/policy/draft/go-on"), do="merge")  # fmt: skip
    page = edith.follow(together)
    assert "Links allowed in a comment was2 → now0" in text(page)
    assert "Emoji" not in text(page)
    assert save(edith, note="Fewer links").status_code == 303
    assert send(LINK)["action"] == "hold"
    assert send("Good 🎉🎉🎉🎉 news", id="c-2")["action"] == "hold"


def test_what_both_changed_is_left_to_people_and_going_on_undoes_the_other(
    edith: Browser, ruth: Browser
):
    change(edith, limits__max_links="0")
    change(ruth, limits__max_links="1")
    save(ruth)
    answer = save(edith)

    assert "You have both changed the same lines" in text(answer)
    assert edith.post("/policy/draft/go-on", seen="1", do="merge").status_code == 409
    assert edith.post("/policy/draft/go-on", seen="0", do="over").status_code == 409
    page = edith.follow(edith.post("/policy/draft/go-on", seen="1", do="over"))

    assert "Links allowed in a comment was1 → now0" in text(page)
    assert save(edith).status_code == 303


def test_a_word_that_is_added_meanwhile_does_not_stand_in_a_drafts_way(
    edith: Browser, database: Database
):
    change(edith, limits__max_links="0")
    with database.write() as db:
        policies.words_changed(db, SITE)

    assert "The rules were changed since you began" not in text(edith.get("/policy/draft"))
    assert save(edith).status_code == 303


def test_going_back_saves_an_earlier_version_once_more(edith: Browser, send: Send):
    change(edith, limits__max_links="0")
    save(edith)
    page = edith.get("/policy/versions/0")

    answer = edith.post("/policy/versions/0/back", **filled(page.text, "/policy/versions/0/back"))

    said = text(edith.follow(answer))
    assert "Version 0 is in force again, as version 2." in said
    assert "The installation's once more." in said
    assert send(LINK)["action"] == "approve"
    again = edith.post("/policy/versions/1/back", **filled(page.text, "/policy/versions/0/back"))
    assert again.status_code == 409
    assert "Nothing was changed." in text(again)
    assert again.text.count("Go back to this version") == 1
    edith.post("/policy/versions/1/back", **filled(again.text, "/policy/versions/1/back"))
    assert send(LINK, id="c-2")["action"] == "hold"


def test_versions_are_compared_with_any_other(edith: Browser):
    for links in ("0", "1"):
        change(edith, limits__max_links=links)
        save(edith)

    assert "was0 → now1" in text(edith.get("/policy/versions/2"))
    assert "was2 → now1" in text(edith.get("/policy/versions/2?against=0"))
    for path in ("/policy/versions/9", "/policy/versions/2?against=9"):
        assert edith.get(path).status_code == 404
    assert edith.get("/policy/versions/2?against=x").status_code == 400
    assert edith.get("/policy/versions/9999999999").status_code == 404


def test_a_version_that_looks_on_decides_nothing_and_says_what_it_would_have(
    edith: Browser, dana: Browser, send: Send
):
    change(edith, limits__max_links="0")
    page = edith.follow(save(edith, how="looks_on"))
    assert "Version 1 looks on from the next comment on." in text(page)

    assert send(LINK)["action"] == "approve"
    assert send("Good morning.", id="c-2")["action"] == "approve"

    page = dana.get("/policy/shadow")
    said = text(page)
    assert "has looked on at 2 decisions and would have taken 1 of them otherwise (50%)" in said
    assert "approved held 1" in said
    assert "A goodly remark, see https://a.example there. approved → heldMany links" in said
    assert "<button>Stop" not in page.text
    assert "looks on" in text(dana.get("/policy/versions"))
    stopped = edith.follow(edith.post("/policy/shadow/stop"))
    assert "No version looks on at the moment." in text(stopped)


def test_a_replay_says_what_the_draft_would_have_done(
    edith: Browser, dana: Browser, send: Send, run: RunReplays, clock: Clock
):
    send(LINK, id="c-1")
    clock.advance(timedelta(hours=2))
    send("A dubious remark about it.", id="c-2")
    dana.get("/cases/1")
    dana.post("/cases/1/claim")
    dana.get("/cases/1")
    dana.decide("/cases/1", "moderator.approved")
    change(edith, limits__max_links="0", bands_alone__toxicity__hold="0.9", bands_alone__insult__hold="0.9", bands_alone__insult__reject="")  # fmt: skip
    asked = edith.post("/policy/draft/replay", newest="1000")
    waiting = edith.follow(asked)

    assert "It waits for its turn" in text(waiting)
    assert waiting.headers["Refresh"] == "2"
    address = asked.headers["Location"]
    assert "Refresh" not in edith.get(f"{address}&still=1").headers
    assert run() is True

    page = dana.get(address)
    said = text(page)
    assert "Refresh" not in page.headers
    assert "Of 2 comments 2 would have met with something else." in said
    assert "approved held 1" in said
    assert "held approved 1" in said
    assert "Moderators decided on 1 of these comments." in said
    assert "Many links 1 0" in said
    assert "It was at most 0 cases long and would have been 1" in said
    assert 'href="/cases/1?site=gazette"' in page.text
    assert LINK in said
    assert "2 of 2 would change" in text(dana.get("/policy/replays"))


def test_a_replay_that_a_process_left_undone_is_done_by_another(
    edith: Browser, send: Send, run: RunReplays, database: Database
):
    send(LINK)
    change(edith, limits__max_links="0")
    asked = edith.post("/policy/draft/replay", newest="1000").headers["Location"]
    with database.write() as db:
        begun = drafts.claim(db, database.now(db), timedelta(minutes=1))
    assert begun is not None
    assert run() is False  # It may be alive.

    with database.write() as db:
        drafts.progress(db, begun.id, 1, 2, database.now(db))
    assert run() is True

    assert "1 would have met with something else." in text(edith.get(asked))


def test_a_replay_is_not_given_up_because_the_store_does_not_answer(
    edith: Browser, send: Send, run: RunReplays, monkeypatch: pytest.MonkeyPatch
):
    send(LINK)
    change(edith, limits__max_links="0")
    asked = edith.post("/policy/draft/replay", newest="1000").headers["Location"]

    def fail(*_: object) -> None:
        raise StoreUnavailable("gone")

    monkeypatch.setattr(Replay, "part", fail)
    with pytest.raises(StoreUnavailable):
        run()

    assert "It is being replayed" in text(edith.get(asked))


def test_a_replay_that_could_not_be_done_says_so(
    edith: Browser, send: Send, run: RunReplays, app: Flask, database: Database
):
    send(LINK)
    change(edith, limits__max_links="0")
    asked = edith.post("/policy/draft/replay", newest="1000").headers["Location"]
    with database.write() as db:
        drafts.fail(db, drafts.newest(db, SITE, 1)[0].id, "It could not be done.")

    said = text(edith.get(asked))
    assert "It could not be replayed. It could not be done." in said
    assert edith.get("/policy/replays/99").status_code == 404


def test_forms_that_are_not_ours_are_refused(edith: Browser, edit: EditPolicy):
    change(edith, limits__max_links="0")
    edith.get("/policy/draft")

    for path, form in (
        ("/policy/draft/save", {"how": "at_once"}),
        ("/policy/draft/save", {"how": "in_force", "note": "x" * 501}),
        ("/policy/draft/replay", {"newest": "7"}),
        ("/policy/draft/go-on", {"seen": "-1"}),
        ("/policy/versions/0/back", {}),
    ):
        assert edith.post(path, **form).status_code == 400, path
    assert edit.versions(SITE) == []


def test_what_was_saved_or_discarded_in_another_window_is_not_saved_twice(edith: Browser):
    change(edith, limits__max_links="0")
    assert save(edith).status_code == 303

    answer = save(edith)

    assert answer.status_code == 409
    assert "There is no draft any more" in text(answer)


def test_only_the_draft_that_was_seen_is_saved(edith: Browser, edit: EditPolicy):
    change(edith, limits__max_links="0")
    seen = filled(edith.get("/policy/draft").text, "/policy/draft/save")
    change(edith, limits__max_links="1")

    answer = edith.post("/policy/draft/save", **{**seen, "note": "Mine"})

    assert answer.status_code == 409
    assert "The draft was changed in another window" in text(answer)
    assert "was2 → now1" in text(answer)
    assert edit.versions(SITE) == []


def test_who_is_no_editor_any_more_sees_no_draft(
    edith: Browser, database: Database, make_moderator: Callable[..., int]
):
    change(edith, limits__max_links="0")
    with database.write() as db:
        people.join_site(db, people.find(db, "Edith").id, SITE, "moderator")

    assert "There is no draft of yours" in text(edith.get("/policy/draft"))
    assert "This is your draft" not in text(edith.get("/policy"))


def test_a_stored_policy_that_cannot_be_used_any_more_is_not_gone_back_to(
    edith: Browser, edit: EditPolicy, database: Database, clock: Clock
):
    with database.write() as db:
        facts = {"version": "x", "note": "", "author": None, "now": clock()}
        policies.add(db, SITE, document="[bands", **facts)
    page = edith.get("/policy/versions/1")
    assert "One of the two has a mistake" in text(page)

    answer = edith.post("/policy/versions/1/back", **filled(page.text, "/policy/versions/1/back"))

    assert answer.status_code == 422
    assert "This version cannot be used any more." in text(answer)
