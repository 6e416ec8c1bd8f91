"""In a browser: hard words stay covered, breaks are proposed, and a judgement is one's own."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

OpenPage = Callable[..., Page]


@pytest.fixture
def dana(enter: Callable[..., Page]) -> Page:
    return enter("Dana")


def prefer(page: Page, base: str, *said: str, **filled_in: str) -> None:
    """Change one's settings as a person does."""
    page.goto(f"{base}/me")
    for label in said:
        page.get_by_label(label).click()
    for label, value in filled_in.items():
        page.get_by_label(re.compile(label.replace("_", " "))).fill(value)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_be_visible()


def test_a_hard_word_is_covered_until_a_key_or_a_click_asks_for_it(
    filled: str,
    dana: Page,
) -> None:
    expect(dana.get_by_text("masked").first).to_be_visible()
    dana.goto(f"{filled}/cases/2")
    body = dana.locator("section[aria-labelledby=comment] .body")
    word = body.locator(".word")
    expect(word).to_be_hidden()

    dana.keyboard.press("b")
    expect(word).to_have_text("Come")
    expect(word).to_be_visible()
    dana.keyboard.press("b")
    expect(word).to_be_hidden()
    body.locator("label.mask").click()
    expect(word).to_be_visible()

    # It is each person's own choice.
    prefer(dana, filled, "Threats", "Slurs", "Whatever is severe")
    dana.goto(f"{filled}/cases/2")
    expect(body).to_contain_text("Come to the great")
    expect(dana.locator(".mask")).to_have_count(0)


def test_a_break_is_proposed_and_a_case_passed_on_without_a_word(
    filled: str,
    dana: Page,
) -> None:
    prefer(dana, filled, Propose_a_break="2")
    dana.goto(f"{filled}/cases/1")
    expect(dana.locator(".nudge")).to_have_count(0)
    dana.goto(f"{filled}/cases/2")
    expect(dana.locator(".nudge")).to_contain_text("2 severe comments since the last break")
    dana.get_by_role("button", name="Not now").click()
    expect(dana.locator(".nudge")).to_have_count(0)

    dana.get_by_role("button", name="Claim").click()
    dana.get_by_text("Not for me").click()
    dana.get_by_role("button", name="Pass to someone else").click()
    expect(dana.get_by_role("status")).to_be_visible()
    dana.goto(f"{filled}/queue")
    expect(dana.locator("#case-2")).to_have_count(0)


def test_who_judges_blind_sees_no_author_before_they_have_decided(
    filled: str,
    dana: Page,
    call: Callable[..., Any],
) -> None:
    prefer(dana, filled, "Hide who wrote a comment until I have decided")
    dana.goto(f"{filled}/queue")
    expect(dana.get_by_text("nightowl")).to_have_count(0)
    dana.goto(f"{filled}/cases/2")
    expect(dana.get_by_text("Hidden until you have decided.")).to_be_visible()
    expect(dana.get_by_text("nightowl")).to_have_count(0)

    dana.get_by_role("button", name="Claim").click()
    dana.get_by_role("button", name="Approve", exact=True).click()
    dana.goto(f"{filled}/cases/2")
    expect(dana.get_by_text("nightowl").first).to_be_visible()
    assert call("GET", "/v1/comments/c-1")["status"] == "approved"


def test_in_the_queue_too_hard_words_are_lifted_the_context_read_and_cases_handed_on(
    filled: str,
    dana: Page,
    call: Callable[..., Any],
    make_link: Callable[..., str],
) -> None:
    make_link("Lea", "lead")
    dana.goto(f"{filled}/queue?read=card")
    first = dana.locator("#feed > article").first
    word = first.locator(".word").first
    expect(word).to_be_hidden()
    dana.keyboard.press("b")
    expect(word).to_be_visible()
    dana.keyboard.press("b")
    expect(word).to_be_hidden()

    dana.locator("#case-2").focus()
    dana.keyboard.press("c")
    beside = dana.locator("#case-2 .here")
    expect(beside.get_by_role("heading", name="In answer to")).to_be_visible()
    expect(beside.get_by_text("Nobody asked you")).to_be_visible()
    dana.keyboard.press("c")
    expect(beside.get_by_role("heading", name="In answer to")).to_be_hidden()

    dana.keyboard.press("e")
    expect(dana.locator("#case-2")).to_be_hidden()
    expect(dana.locator("#undo")).to_have_text(re.compile("It waits for a lead"))
    dana.keyboard.press("p")
    expect(dana.locator("#undo")).to_have_text(re.compile("It goes to somebody else"))
    expect(dana.locator("html")).to_have_attribute("data-waiting", "0")
    dana.goto(f"{filled}/queue?read=list")
    expect(dana.locator("#case-2, #case-3")).to_have_count(0)
    expect(dana.locator("#feed > article")).to_have_count(3)
    assert call("GET", "/v1/comments/c-1")["status"] == "held"


def test_a_case_is_decided_by_keys_alone(
    filled: str,
    dana: Page,
    call: Callable[..., Any],
) -> None:
    dana.goto(f"{filled}/cases/2")
    dana.keyboard.press("a")
    expect(dana.get_by_text("You have this case")).to_be_visible()
    dana.keyboard.press("?")
    expect(dana.get_by_role("heading", name="Keys")).to_be_visible()
    dana.keyboard.press("Escape")
    dana.keyboard.press("r")
    with dana.expect_navigation():
        dana.keyboard.press("4")
    newest = call("GET", "/v1/decisions")["decisions"][-1]
    assert (newest["id"], newest["reasons"][0]["code"]) == ("c-1", "moderator.spam")
    dana.keyboard.press("u")
    expect(dana.get_by_role("status")).to_contain_text("Undone")
    assert call("GET", "/v1/comments/c-1")["status"] == "held"
