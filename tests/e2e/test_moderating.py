"""A moderator's work from the log-in link to the site's feed, in a browser without scripts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.factories import make_body

OpenPage = Callable[..., Page]


def test_a_held_comment_is_approved_without_scripts_and_the_feed_shows_it(
    base: str, open_page: OpenPage, make_link: Callable[[str], str], call: Callable[..., Any]
):
    call("POST", "/v1/comments", make_body("A dubious remark.", id="c-9"))
    page = open_page(java_script_enabled=False)

    page.goto(base + make_link("Dana"))
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="Queue 1 open case")).to_be_visible()
    page.get_by_role("link", name="A dubious remark.").click()
    page.get_by_role("button", name="Claim").click()
    expect(page.get_by_text("You have this case until")).to_be_visible()
    page.get_by_role("button", name="Approve").click()

    expect(page.get_by_text("Case 1: the comment was approved.")).to_be_visible()
    newest = call("GET", "/v1/decisions")["decisions"][-1]
    assert (newest["id"], newest["status"], newest["decided_by"]) == (
        "c-9",
        "approved",
        "moderator",
    )


def test_rejecting_asks_for_a_reason_and_leads_to_the_next_case(
    base: str, open_page: OpenPage, make_link: Callable[[str], str], call: Callable[..., Any]
):
    for n, body in enumerate(("A dubious remark.", "Another one, and as dubious."), start=1):
        call("POST", "/v1/comments", make_body(body, id=f"c-{n}"))
    page = open_page()
    page.goto(base + make_link("Dana"))
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("button", name="Next case").click()

    page.get_by_role("button", name="Reject").click()  # The browser asks for a reason.
    expect(page.get_by_role("heading", name="Case 1")).to_be_visible()
    page.get_by_label("Off topic").check()
    page.get_by_role("button", name="Reject").click()

    expect(page.get_by_role("heading", name="Case 2")).to_be_visible()
    expect(page.get_by_text("Case 1: the comment was rejected.")).to_be_visible()
    newest = call("GET", "/v1/decisions")["decisions"][-1]
    assert [reason["code"] for reason in newest["reasons"]] == ["moderator.off_topic"]


def test_the_keyboard_alone_is_enough(
    base: str, open_page: OpenPage, make_link: Callable[[str], str], call: Callable[..., Any]
):
    call("POST", "/v1/comments", make_body("A dubious remark."))
    page = open_page()
    page.goto(base + make_link("Dana"))
    page.get_by_role("button", name="Log in").press("Enter")
    page.wait_for_url("**/queue")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    next_case = page.get_by_role("button", name="Next case")
    for _ in range(5):  # Some links come first.
        if next_case.evaluate("button => button === document.activeElement"):
            break
        page.keyboard.press("Tab")
    expect(next_case).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Approve").press("Enter")

    expect(page.get_by_text("The queue is clear")).to_be_visible()


def test_markup_of_strangers_runs_nowhere(
    base: str, open_page: OpenPage, make_link: Callable[[str], str], call: Callable[..., Any]
):
    payload = "dubious <script>alert(1)</script><img src=x onerror=alert(2)>"
    call(
        "POST",
        "/v1/comments",
        make_body(payload, author={"id": payload, "name": payload}, article={"id": payload}),
    )
    page = open_page()
    page.goto(base + make_link("Dana"))
    page.get_by_role("button", name="Log in").click()

    assert page.locator(".excerpt").text_content() == payload
    page.locator(".excerpt a").click()

    assert page.locator(".body").text_content() == payload
    assert page.locator("script:not([src]), img").count() == 0
