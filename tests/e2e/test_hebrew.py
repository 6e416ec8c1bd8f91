"""Pages in Hebrew, from right to left: usable by everyone, and turned round where they should be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect

from modsvc.services.run_replays import RunReplays
from tests.e2e.test_access import filled, look
from tests.e2e.test_words import listed
from tests.factories import make_body
from tests.fakes import WordScorer

__all__ = ["filled", "listed"]
OpenPage = Callable[..., Page]


@pytest.fixture
def hebrew(filled: str, open_page: OpenPage, make_link: Callable[..., str]) -> Page:
    """A page of an editor whose browser asks for Hebrew."""
    page = open_page(bypass_csp=True, locale="he-IL")
    page.goto(filled + make_link("עדנה", "editor"))
    page.get_by_role("button", name="כניסה").click()
    page.wait_for_url("**/queue")
    return page


def unfold(page: Page) -> None:
    for more in page.locator("main details").all():
        more.evaluate("details => { details.open = true }")


def left(element: Locator) -> float:
    return float(element.evaluate("each => each.getBoundingClientRect().left"))


def test_a_moderators_pages_can_be_used_from_right_to_left(
    filled: str, hebrew: Page, tmp_path: Path
):
    page = hebrew
    look(page, tmp_path, "queue")
    page.goto(f"{filled}/cases/2")
    look(page, tmp_path, "case")
    page.get_by_role("button", name="לקיחה לטיפול").click()
    expect(page.get_by_text("המקרה אצלך")).to_be_visible()
    look(page, tmp_path, "claimed")
    page.get_by_role("button", name="יציאה").click()
    look(page, tmp_path, "log-in")


def test_an_editors_words_can_be_used_from_right_to_left(
    filled: str, hebrew: Page, listed: dict[str, int], call: Callable[..., Any], tmp_path: Path
):
    page = hebrew
    call("POST", "/v1/comments", make_body("zonk z.o.n.k", id="z"))
    for name, path in (("words", "/words"), ("word", f"/words/{listed['zonk']}")):
        page.goto(filled + path)
        unfold(page)
        look(page, tmp_path, name)
    page.goto(f"{filled}/words/add")
    page.locator("#phrases").fill("zonk\nאחר")
    page.get_by_role("button", name="מה היה נמצא?").click()
    unfold(page)
    look(page, tmp_path, "tried")


def test_the_policy_can_be_used_from_right_to_left(
    filled: str, served: Flask, hebrew: Page, tmp_path: Path
):
    page = hebrew
    page.goto(f"{filled}/policy")
    unfold(page)
    look(page, tmp_path, "policy")
    page.get_by_label("קישורים מותרים בתגובה").fill("0")
    with page.expect_navigation():
        page.get_by_role("button", name="שמירה כטיוטה").click()
    unfold(page)
    look(page, tmp_path, "draft")
    page.goto(f"{filled}/policy/text")
    look(page, tmp_path, "text")
    page.goto(f"{filled}/policy/try")
    page.locator("#body").fill("תגובה dubious https://a.example")
    with page.expect_navigation():
        page.get_by_role("button", name="ניסוי").click()
    look(page, tmp_path, "try")
    page.goto(f"{filled}/policy/draft")
    page.get_by_role("button", name="הרצה חוזרת").click()
    ours = served.extensions["modsvc"]
    RunReplays(
        db=ours.db,
        writer=ours.writer,
        default=ours.edit_policy.default_document,
        scorer=WordScorer(),
        rest=lambda _: None,
    )()
    page.goto(f"{filled}/policy/replays/1")
    unfold(page)
    look(page, tmp_path, "replay")


def test_a_page_turns_round_and_what_is_code_or_a_course_of_time_does_not(
    filled: str, hebrew: Page, listed: dict[str, int]
):
    page = hebrew
    page.goto(f"{filled}/policy/text")
    sheet = page.locator(".sheet textarea")
    assert sheet.evaluate("each => getComputedStyle(each).direction") == "ltr"
    assert left(page.locator(".brand")) > left(page.locator(".who"))

    page.goto(f"{filled}/policy")
    # What passes begins at the right, where one begins to read, and what is held ends at the left.
    held, bar = page.locator(".band .hold").first, page.locator(".band").first
    assert left(held) == pytest.approx(left(bar), abs=1)

    page.goto(f"{filled}/words/{listed['zonk']}")
    first, last = page.locator(".ends span").first, page.locator(".ends span").last
    assert left(first) < left(last)
    expect(last).to_have_text("היום")


def test_a_language_is_chosen_without_scripts(filled: str, open_page: OpenPage):
    page = open_page(java_script_enabled=False)
    page.goto(f"{filled}/log-in")
    page.get_by_role("button", name="עברית").press("Enter")

    expect(page.get_by_role("heading", name="כניסה")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    page.get_by_role("button", name="English").press("Enter")
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
