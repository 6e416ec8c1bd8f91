"""The queue without eyes or mouse: what is told of it, where one is, and what keys are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.sync_api import Page, expect

from modsvc.core.preferences import Preferences
from modsvc.store import cases, claims, people, preferences
from modsvc.store.db import Database
from tests.conftest import SITE

OpenPage = Callable[..., Page]
Enter = Callable[..., Page]
PRESS = """key => document.activeElement.dispatchEvent(
  new KeyboardEvent("keydown", {bubbles: true, cancelable: true, ...key}))"""


def press(page: Page, **key: Any) -> None:
    """Press a key as another keyboard than the test's own says it."""
    page.evaluate(PRESS, key)


def test_a_comment_tells_its_reasons_and_who_reads_it(
    six: str, open_page: OpenPage, enter: Enter, database: Database
) -> None:
    now = datetime.now(UTC)
    with database.write() as db:
        ben = people.add(db, "Ben", now)
        people.join_site(db, ben, SITE, "moderator")
        case = cases.get(db, SITE, 2, lock=True)
        assert claims.claim(db, case, moderator=ben, lease=timedelta(hours=1), now=now)
    page = enter(open_page())
    devtools = page.context.new_cdp_session(page)

    def description(case: str) -> str:
        found = devtools.send(
            "Runtime.evaluate", {"expression": f"document.querySelector('{case}')"}
        )
        tree = devtools.send(
            "Accessibility.getPartialAXTree",
            {"objectId": found["result"]["objectId"], "fetchRelatives": False},
        )
        return str(tree["nodes"][0]["description"]["value"])

    assert "toxicity 0." in description("#case-1")
    assert description("#case-2").startswith("Ben is reading")
    expect(page.get_by_role("list", name="Reasons").first).to_be_visible()

    # What has not the focus is said when a key ticks it.
    said = page.locator("#said")
    page.keyboard.press("x")
    expect(said).to_have_text("1 ticked")
    page.keyboard.press("x")
    expect(said).to_have_text("0 ticked")
    page.keyboard.press("x")
    page.get_by_role("button", name="Tick all").click()
    expect(said).to_have_text("6 ticked")
    page.keyboard.press("j")
    for told in ("open", "closed"):
        page.keyboard.press("c")
        expect(said).to_have_text(f"The context is {told}")


def test_the_focus_is_never_lost(six: str, open_page: OpenPage, enter: Enter) -> None:
    page = open_page()
    page.clock.install()
    enter(page)
    heading = page.get_by_role("heading", level=1)

    # What was pressed is swapped out with all that is around it.
    for link in ("Newest", "Most pressing"):
        page.get_by_role("link", name=link, exact=True).press("Enter")
        expect(page.locator(".orders [aria-current]").first).to_have_text(link)
        expect(heading).to_be_focused()
    # A button that goes away by itself.
    page.keyboard.press("j")
    page.keyboard.press("a")
    page.locator("#undo button").focus()
    page.clock.fast_forward(10_500)
    expect(page.locator("#undo")).to_be_hidden()
    expect(page.locator("#feed > .current")).to_be_focused()
    # The last one of all.
    for _ in range(5):
        page.keyboard.press("a")
    expect(page.locator("#feed > article:visible")).to_have_count(0)
    expect(heading).to_be_focused()
    page.keyboard.press("u")
    expect(page.locator("#feed > .current")).to_be_focused()


def test_keys_of_another_script_are_what_they_stand_for(
    six: str, open_page: OpenPage, enter: Enter, database: Database
) -> None:
    page = enter(open_page())
    said = page.locator("#said")
    press(page, key="ח", code="KeyJ")
    expect(page.locator("#case-2")).to_be_focused()
    press(page, key="ש", code="KeyA", isComposing=True)
    # Two keys that are nothing together are what the second is alone, in every script.
    press(page, key="ע", code="KeyG")
    press(page, key="ש", code="KeyA")
    expect(said).to_have_text("Approved. Undo with u")
    press(page, key="ו", code="KeyU")
    expect(said).to_have_text("Undone")

    # Who chose a letter of their own script has it, though another stands in its place.
    with database.write() as db:
        found = people.find(db, "Dana")
        assert found is not None
        mine = {"approve": "ש", "reject": "a", "held": "g ש"}
        preferences.save(db, found.id, Preferences(changed_keys=mine))
    page.reload()
    page.keyboard.press("j")
    press(page, key="ש", code="KeyA")
    expect(said).to_have_text("Approved. Undo with u")
    press(page, key="a", code="KeyA")
    expect(page.get_by_role("dialog")).to_be_visible()


def test_under_an_open_menu_nothing_is_decided(six: str, open_page: OpenPage, enter: Enter) -> None:
    page = enter(open_page(viewport={"width": 320, "height": 256}))
    page.get_by_role("button", name="Menu").click()
    expect(page.get_by_role("link", name="Dashboard")).to_be_visible()
    page.keyboard.press("a")
    expect(page.locator("#case-1")).to_have_count(1)
    expect(page.locator("#case-1")).not_to_contain_class("gone")
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    expect(page.locator("#case-1")).to_contain_class("gone")


def test_without_scripts_each_comment_can_be_reached_one_at_a_time(
    six: str, open_page: OpenPage, enter: Enter
) -> None:
    page = enter(open_page(java_script_enabled=False), path="/queue?read=one")

    expect(page.locator("#feed > article:visible")).to_have_count(6)


def test_long_filters_stay_on_a_narrow_page_and_forced_colours_show_where_one_is(
    six: str, open_page: OpenPage, enter: Enter
) -> None:
    page = enter(open_page(viewport={"width": 320, "height": 640}))
    page.emulate_media(forced_colors="active")
    border = page.locator("#feed > article").evaluate_all(
        "all => all.map(each => getComputedStyle(each).borderInlineStartWidth)"
    )
    assert border == ["8px"] + ["1px"] * 5

    page.goto(f"{six}/queue?article={'a' * 190}")
    assert page.evaluate("document.documentElement.scrollWidth") == 320
