"""An editor's change in a browser: typed, tried, replayed, saved, and felt by the next comment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from modsvc.store import people, policies
from modsvc.store.db import Database
from tests.conftest import SITE
from tests.e2e.test_access import BODIES, look
from tests.factories import make_body

OpenPage = Callable[..., Page]
LINKS = "A goodly remark: https://a.example and https://b.example have more."
PATHS = ("", "/text", "/try", "/draft", "/versions", "/versions/1", "/versions/0", "/replays", "/shadow")  # fmt: skip


@pytest.fixture
def editors_link(make_link: Callable[..., str]) -> str:
    """The path of a link that lets an editor in."""
    return make_link("Edith", role="editor")


def enter(page: Page, base: str, link: str) -> None:
    page.goto(base + link)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/queue")


def keep(page: Page) -> None:
    page.get_by_role("button", name="Keep as a draft").click()


def test_an_editor_lowers_a_limit_tries_it_replays_it_and_saves_it(
    served: Flask, base: str, open_page: OpenPage, editors_link: str, call: Callable[..., Any]
):
    served.extensions["modsvc"].start()
    for n in range(3):
        assert call("POST", "/v1/comments", make_body(LINKS, id=f"c-{n}"))["action"] == "approve"
    page = open_page(java_script_enabled=False)
    enter(page, base, editors_link)
    page.get_by_role("link", name="Policy").click()
    expect(page.get_by_label("Links allowed in a comment")).to_have_value("2")

    page.get_by_label("Links allowed in a comment").fill("1")
    keep(page)
    expect(page.get_by_role("heading", name="Your draft")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="Links allowed")).to_contain_text("2 → ")

    page.get_by_role("link", name="Try a comment").first.click()
    page.get_by_label("Comment", exact=True).fill(LINKS)
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_text("By your draft: held")).to_be_visible()
    expect(page.get_by_text("By what is in force: approved")).to_be_visible()
    expect(page.locator("mark")).to_have_count(2)

    page.get_by_role("link", name="Your draft").click()
    page.get_by_role("button", name="Replay it").click()
    # It comes again by itself until there is something to see.
    expect(page.get_by_role("heading", name="What would change")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("Of 3 comments 3 would have met with something else.")).to_be_visible()
    page.get_by_text("Read 3 comments").click()
    expect(page.get_by_text(LINKS).first).to_be_visible()

    page.get_by_role("link", name="To your draft").click()
    page.get_by_label("Why").fill("Adverts come in twos.")
    page.get_by_role("button", name="Save it").click()
    expect(page.get_by_text("Version 1 is in force from the next comment on.")).to_be_visible()
    answer = call("POST", "/v1/comments", make_body(LINKS, id="c-9"))
    assert answer["action"] == "hold"
    assert [reason["code"] for reason in answer["reasons"]] == ["links.too_many"]


def test_a_mistake_is_shown_at_its_place_and_mended_there(
    base: str, open_page: OpenPage, editors_link: str
):
    page = open_page(java_script_enabled=False)
    enter(page, base, editors_link)
    page.goto(f"{base}/policy/text")
    text = page.get_by_label("Document")
    text.fill(text.input_value().replace("max_emoji = 12", "max_emoji = 'many'"))
    keep(page)
    expect(page.get_by_role("alert")).to_contain_text("max_emoji is a whole number, 0 or more.")
    expect(page.get_by_role("alert").locator("pre")).to_have_text("max_emoji = 'many'")

    page.get_by_role("link", name="Form").click()
    page.get_by_role("link", name="Go to the place").click()
    field = page.get_by_label("Emoji allowed in a comment")
    expect(field).to_be_in_viewport()
    expect(field).to_have_value("many")
    expect(field).to_have_attribute("aria-invalid", "true")
    field.fill("3")
    keep(page)

    expect(page.get_by_role("listitem").filter(has_text="Emoji")).to_contain_text("12 → ")


def test_the_keyboard_alone_chooses_and_keeps(base: str, open_page: OpenPage, editors_link: str):
    page = open_page()
    enter(page, base, editors_link)
    page.goto(f"{base}/policy")
    group = page.get_by_role("group", name="Shortened links")
    group.get_by_role("radio", name="Hold").focus()
    page.keyboard.press("ArrowRight")
    expect(group.get_by_role("radio", name="Reject")).to_be_checked()
    page.keyboard.press("Enter")

    expect(page.get_by_role("listitem").filter(has_text="Shortened links")).to_contain_text("rejected")  # fmt: skip


def test_a_moderator_reads_all_of_it_and_sees_no_buttons(
    base: str, open_page: OpenPage, make_link: Callable[..., str], database: Database
):
    fill(database)
    page = open_page()
    enter(page, base, make_link("Dana"))
    for path in PATHS:
        page.goto(f"{base}/policy{path}")
        buttons = page.get_by_role("main").get_by_role("button")
        expect(buttons).to_have_count({"/try": 1, "/versions/0": 1, "/versions/1": 1}.get(path, 0))
    page.goto(f"{base}/policy")
    expect(page.get_by_text("Links allowed in a comment", exact=True)).to_be_visible()
    expect(page.locator("main input, main textarea, main select")).to_have_count(0)


def fill(database: Database) -> None:
    """Save a policy with Hebrew and long words in it, which looks on too."""
    from tests.calm import calm_text

    document = calm_text().replace("\n[patterns]\n", '\n[patterns]\n"מבקש להתקשר" = { match = \'call|' + "x" * 90 + '\', action = "hold", note = "מספרים במילים" }\n')  # fmt: skip
    document = document.replace("\nbanned = []\n", '\nbanned = ["רע.example", "averyveryverylongdomainname.example"]\n')  # fmt: skip
    document += "\n[[overrides]]\nsections = ['פוליטיקה']\nbands = { insult = { hold = 0.05 } }\n"
    with database.write() as db:
        author = people.add(db, "עדית Editor", datetime.now(UTC))
        told = {"note": "הערה על השינוי: fewer", "author": author, "now": datetime.now(UTC)}
        policies.add(db, SITE, document=document, version="0123456789ab", **told)
        policies.put_in_force(db, SITE, 1)
        policies.let_look_on(db, SITE, 1, 0)


def test_every_page_of_the_policy_can_be_used_by_everyone(
    served: Flask,
    base: str,
    open_page: OpenPage,
    editors_link: str,
    call: Callable[..., Any],
    database: Database,
    tmp_path: Path,
):
    fill(database)
    for n, body in enumerate((*BODIES, LINKS)):
        call("POST", "/v1/comments", make_body(body, id=f"c-{n}"))
    page = open_page(bypass_csp=True)
    enter(page, base, editors_link)
    page.goto(f"{base}/policy")
    page.get_by_label("Links allowed in a comment").fill("few")
    page.locator("#patterns-0-text").fill("(")
    with page.expect_response(lambda answer: answer.status == 422):
        keep(page)
    look(page, tmp_path, "refused")
    page.goto(f"{base}/policy/text")
    look(page, tmp_path, "refused-text")
    page.goto(f"{base}/policy")
    page.get_by_label("Links allowed in a comment").fill("0")
    page.locator("#patterns-2-text").fill("call me")
    keep(page)
    expect(page.get_by_role("heading", name="2. Save it")).to_be_visible()
    page.get_by_text("Line by line").click()
    look(page, tmp_path, "draft-with-lines")
    for path in PATHS:
        page.goto(f"{base}/policy{path}")
        for more in page.locator("main summary").all():
            more.click()
        look(page, tmp_path, f"policy{path.replace('/', '-')}")
    page.goto(f"{base}/policy/try")
    page.get_by_label("Comment", exact=True).fill(f"{BODIES[1]} {LINKS}")
    with page.expect_navigation():
        page.get_by_role("button", name="Try it").click()
    look(page, tmp_path, "tried")
    page.goto(f"{base}/policy/draft")
    page.get_by_role("button", name="Replay it").click()
    page.get_by_role("link", name="Stop that").click()
    look(page, tmp_path, "waiting")
    served.extensions["modsvc"].start()
    page.get_by_role("link", name="Look by itself").click()
    expect(page.get_by_role("heading", name="What would change")).to_be_visible(timeout=30_000)
    for more in page.locator("main summary").all():
        more.click()
    look(page, tmp_path, "replayed")
    page.goto(f"{base}/policy/replays")
    look(page, tmp_path, "replays")
    with database.write() as db:
        policies.put_in_force(db, SITE, None)
    page.goto(f"{base}/policy/draft")
    expect(page.get_by_text("The rules were changed since you began")).to_be_visible()
    look(page, tmp_path, "stale")
