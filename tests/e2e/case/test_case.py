"""A case in a browser: hard words lifted, a group decided, and all of it without scripts."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.e2e.test_access import look, look_both_ways


def test_a_case_is_worked_on_without_scripts(filled: str, enter: Callable[..., Page]):
    lea = enter("Lea", "lead", java_script_enabled=False)
    page = enter("Dana", java_script_enabled=False)

    # In the queue a hard word is not even there; on its case it is under a cover.
    expect(page.locator(".excerpt").first).to_contain_text("masked word, severe")
    page.goto(f"{filled}/cases/2")
    page.get_by_role("button", name="Claim").click()
    word, box = page.locator(".body .word"), page.locator(".body").get_by_role("checkbox")
    expect(word).to_be_hidden()
    expect(box).to_have_accessible_name("masked word, severe")
    page.get_by_role("link", name="To the queue").focus()
    page.keyboard.press("Tab")
    expect(box).to_be_focused()
    page.keyboard.press("Space")
    expect(word).to_be_visible()
    page.keyboard.press("Space")
    expect(word).to_be_hidden()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Show all masked words")).to_be_focused()
    page.keyboard.press("Space")
    expect(word).to_be_visible()
    expect(page.locator("q .word").first).to_be_visible()

    page.get_by_label("A note to your colleagues").fill("See @Lea, what is this?")
    page.get_by_role("button", name="Keep the note").press("Enter")
    expect(page.locator(".notes")).to_contain_text("See @Lea, what is this?")

    page.get_by_label("Those ticked are").select_option("Spam or advertising: reject them")
    page.get_by_role("checkbox", name=re.compile("Case 4, ")).uncheck()
    page.get_by_role("button", name="Decide together").click()
    expect(page.get_by_role("status")).to_contain_text("2 comments were rejected.")
    page.get_by_text("Decide otherwise").click()
    page.get_by_role("button", name="Approve it after all").click()
    expect(page.get_by_role("status")).to_contain_text("Case 2: the comment is approved now.")
    page.get_by_role("status").get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Rejected by Dana").first).to_be_visible()

    page.goto(f"{filled}/cases/5")
    page.get_by_text("Not for me").click()
    page.get_by_label("For leads").fill("I cannot read this.")
    page.get_by_role("button", name="Escalate to leads").click()
    expect(page.get_by_role("status")).to_contain_text("Case 5 waits for a lead.")
    page.goto(f"{filled}/done")
    expect(page.get_by_text("2 cases together")).to_be_visible()

    lea.goto(f"{filled}/for-me")
    expect(lea.get_by_text("See @Lea, what is this?")).to_be_visible()
    expect(lea.get_by_role("region", name="Left to leads")).to_contain_text("case 5")


def test_every_page_of_a_case_can_be_used_by_everyone(
    filled: str, enter: Callable[..., Page], tmp_path: Path
):
    # Axe is put into the page, which our policy would rightly forbid.
    page = enter("Lea", "lead", bypass_csp=True)
    page.goto(f"{filled}/cases/2")
    page.get_by_role("button", name="Claim").click()
    page.get_by_label("A note to your colleagues").fill("@Lea שלום")
    page.get_by_role("button", name="Keep the note").click()
    page.get_by_text("Not for me").click()
    page.get_by_text("Their last comments").click()
    look_both_ways(page, tmp_path, "open")
    page.get_by_label("Show all masked words").check()
    look(page, tmp_path, "shown")
    page.get_by_label("Show all masked words").uncheck()

    page.get_by_role("button", name="Approve", exact=True).click()
    page.goto(f"{filled}/cases/5")
    page.get_by_text("Not for me").click()
    page.get_by_label("For one colleague").select_option("Lea")
    page.get_by_role("button", name="Hand it on").click()
    page.goto(f"{filled}/cases/2")
    page.get_by_text("Decide otherwise").click()
    look_both_ways(page, tmp_path, "closed")
    for path in ("/done", "/for-me"):
        page.goto(filled + path)
        look_both_ways(page, tmp_path, path[1:])
