"""The whole way round: the demo's newspaper, its queue, and the newspaper again."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.demo import Demo, demo


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo that has begun; neither test minds what the other did."""
    with demo(tmp_path_factory.mktemp("demo")) as running:
        yield running


def case_of(page: Page) -> str:
    """Give the id of the comment that a case's page is about."""
    return page.locator(".middle .meta bdi").first.inner_text()


def approve(page: Page) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("the comment was approved.")).to_be_visible()


def test_a_held_demo_comment_is_approved_on_the_page_and_then_published(
    open_page: Callable[..., Page], running: Demo
) -> None:
    before = running.decisions()
    page = open_page()
    page.goto(running.link)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("button", name="Next case").click()
    held = {d["id"] for d in before if d["status"] == "held"}
    # What the policy decided comes as well, now and then and unmarked.
    while case_of(page) not in held:
        approve(page)
    approve(page)

    newest = running.decisions()[-1]
    assert (newest["action"], newest["decided_by"]) == ("approve", "moderator")
    assert {"id": newest["id"], "status": "held"}.items() <= next(
        d for d in before if d["id"] == newest["id"]
    ).items()

    paper = open_page()
    paper.goto(running.article)
    expect(paper.locator(f"li#{newest['id']}")).to_have_class("approved")


def test_a_visitor_s_comment_is_judged_like_any_other(
    open_page: Callable[..., Page], running: Demo
) -> None:
    paper = open_page()
    paper.goto(running.article)
    for body, shown in (
        ("A careful and honest article, thank you.", "A careful and honest article"),
        ("You are a worthless idiot.", "Not published."),
    ):
        paper.get_by_label("Your comment").fill(body)
        paper.get_by_role("button", name="Post it").click()
        expect(paper.locator("ol.comments > li").first).to_contain_text(shown)
