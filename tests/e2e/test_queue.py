"""The queue in a browser: quick, never in the way, and whole for everyone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from modsvc.core.preferences import Preferences
from modsvc.store import log_ins, people, preferences
from modsvc.store.db import Database
from tests.e2e.conftest import PHONE, WIDE
from tests.e2e.test_access import look_both_ways
from tests.factories import make_body

OpenPage = Callable[..., Page]
Call = Callable[..., Any]
Enter = Callable[..., Page]


def reads(page: Page) -> str:
    """Which case has the focus."""
    return str(page.evaluate("document.activeElement.id"))


def statuses(call: Call) -> list[str]:
    return [call("GET", f"/v1/comments/c-{n}")["status"] for n in range(1, 7)]


def saved(page: Page) -> None:
    expect(page.locator("html")).to_have_attribute("data-waiting", "0")


def test_the_keyboard_decides_at_once_and_takes_back(
    six: str, open_page: OpenPage, enter: Enter, call: Call
) -> None:
    page, held = open_page(), list[Route]()
    page.route("**/queue/decide?*", lambda route: held.append(route))  # noqa: PLW0108  It takes no built-in.
    enter(page)

    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("a")
    # Nothing has been answered yet, and the next one is there.
    assert reads(page) == "case-2"
    expect(page.locator("#case-1")).to_be_hidden()
    expect(page.locator("#said")).to_have_text("Approved. Undo with u")
    held[0].continue_()
    page.unroute("**/queue/decide?*")
    saved(page)
    assert statuses(call)[:2] == ["approved", "held"]

    page.keyboard.press("r")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("2")
    # The dialog says that it is closed when the browser gets to it.
    expect(page.locator("#case-3")).to_be_focused()
    saved(page)
    newest = call("GET", "/v1/decisions")["decisions"][-1]
    assert (newest["status"], newest["reasons"][0]["code"]) == ("rejected", "moderator.hate")

    page.keyboard.press("u")
    page.keyboard.press("u")
    assert reads(page) == "case-1"
    saved(page)
    assert statuses(call)[:2] == ["held", "held"]

    # Of the first to the third as one, ticked from one to another.
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Shift+X")
    expect(page.get_by_text("3 ticked")).to_be_visible()
    page.keyboard.press("a")
    saved(page)
    expect(page.locator("#undo")).to_contain_text("Approved: 3 comments")
    assert statuses(call) == ["approved"] * 3 + ["held"] * 3
    page.get_by_role("button", name="Undo").click()
    saved(page)
    assert statuses(call) == ["held"] * 6

    # In a field keys are letters, and with a modifier they are the browser's.
    page.keyboard.press("/")
    page.keyboard.type("area")
    assert page.locator("#f-text").input_value() == "area"
    page.locator("#case-1").focus()
    page.keyboard.press("Alt+a")
    page.keyboard.press("?")
    expect(page.get_by_role("heading", name="Keys")).to_be_visible()
    page.keyboard.press("a")
    page.keyboard.press("Escape")
    page.keyboard.press("z")
    page.wait_for_url("**read=one**")
    expect(page.locator("#feed > article:visible")).to_have_count(1)
    page.get_by_role("button", name="Approve case 1").click()
    expect(page.locator("#case-2")).to_be_visible()
    saved(page)
    assert statuses(call) == ["approved"] + ["held"] * 5


def test_the_second_of_two_keys_is_not_what_it_is_alone(
    six: str, open_page: OpenPage, enter: Enter, call: Call, database: Database
) -> None:
    page = enter(open_page())
    with database.write() as db:
        found = people.find(db, "Dana")
        assert found is not None
        preferences.save(db, found.id, Preferences(keys="coral"))
    page.reload()

    page.keyboard.press("j")
    # Which would approve, were it not for the key before it.
    page.keyboard.press("g")
    page.keyboard.press("d")

    page.wait_for_url("**/done?*")
    assert statuses(call) == ["held"] * 6


def test_what_cannot_be_saved_comes_back_and_says_why(
    six: str, chromium: Browser, enter: Enter, call: Call, database: Database
) -> None:
    # In a context of its own: what fails here is meant to, and the browser says so.
    context = chromium.new_context(viewport=WIDE)
    page = context.new_page()
    # Before the page is there: its first request may be on its way before a later route is.
    page.route(
        "**/queue/decide?*", lambda route: route.fulfill(status=409, json={"why": "It is gone."})
    )
    enter(page)
    page.keyboard.press("a")
    expect(page.locator("#case-1 .trouble")).to_have_text("It is gone.")
    expect(page.locator("#said")).to_have_text("This comment is back: It is gone.")
    assert reads(page) == "case-2"
    page.unroute("**/queue/decide?*")

    # Off the net: it waits here, is sent when the net is back, and counts once.
    context.set_offline(True)
    page.keyboard.press("a")
    expect(page.get_by_role("alert")).to_have_text("No connection: 1 waiting to be saved")
    assert reads(page) == "case-3"
    context.set_offline(False)
    saved(page)
    expect(page.locator("#offline")).to_be_hidden()
    assert statuses(call)[:2] == ["held", "approved"]

    # Logged out on another page: it says so, and waits for longer than for the net.
    left = context.new_page()
    left.clock.install()
    left.goto(six + "/queue")
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url("**/log-in**")
    left.clock.fast_forward(2_000)
    expect(left.get_by_role("alert")).to_have_text(
        "You are logged out. Log in on another page, and go on here."
    )
    left.keyboard.press("a")
    out = "You are logged out. Log in on another page; what you did waits here: 1"
    expect(left.get_by_role("alert")).to_have_text(out)
    left.clock.fast_forward(60_000)
    with left.expect_response("**/queue/token**"):
        left.clock.fast_forward(2_000)
    expect(left.locator("#case-1")).to_be_hidden()
    # What was not taken is nothing to undo.
    left.keyboard.press("j")
    left.keyboard.press("a")
    left.keyboard.press("u")
    with database.write() as db:
        link = log_ins.make_link(db, 1, datetime.now(UTC) + timedelta(hours=1))
    page.goto(f"{six}/log-in/link/{link}")
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/queue")
    left.clock.fast_forward(2_000)
    saved(left)
    expect(left.locator("#offline")).to_be_hidden()
    assert statuses(call)[:4] == ["approved", "approved", "held", "held"]
    context.close()


def test_undo_takes_back_what_it_names_even_if_an_answer_was_lost(
    six: str, chromium: Browser, enter: Enter, call: Call
) -> None:
    # In a context of its own, and with a route from the start, as above.
    context = chromium.new_context(viewport=WIDE)
    page = context.new_page()
    page.route("**/queue/live?*", lambda route: route.abort())
    enter(page)

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    def lost(path: str, key: str) -> None:
        page.route(path, lose)
        page.keyboard.press(key)
        alert = page.get_by_role("alert")
        expect(alert).to_have_text("No connection: 1 waiting to be saved", timeout=15_000)
        page.unroute(path)

    lost("**/queue/decide?*", "a")
    assert statuses(call)[0] == "approved"
    page.keyboard.press("u")
    saved(page)
    assert statuses(call)[0] == "held"
    expect(page.locator("#case-1")).to_be_visible()

    page.keyboard.press("a")
    saved(page)
    lost("**/queue/undo?*", "u")
    saved(page)
    assert statuses(call)[0] == "held"
    expect(page.locator("#case-1")).to_be_visible()

    # What is refused is not offered to be undone, nor is what was done before it in its place.
    ben = enter(chromium.new_page(viewport=WIDE), "Ben")
    ben.get_by_role("button", name="Approve case 2").click()
    saved(ben)
    page.get_by_role("button", name="Approve case 3").click()
    saved(page)
    expect(page.locator("#undo")).to_be_visible()
    page.get_by_role("button", name="Approve case 2").click()
    saved(page)
    expect(page.locator("#case-2")).to_be_visible()
    expect(page.locator("#undo")).to_be_hidden()
    # Of many, some of which are refused, the others are undone.
    for n in (2, 4, 5):
        page.locator(f"#case-{n} .tick").check()
    page.get_by_role("button", name="Approve the ticked").click()
    saved(page)
    expect(page.locator("#undo span")).to_have_text("Approved: 2 comments")
    page.locator("#undo button").click()
    saved(page)
    assert statuses(call)[1:5] == ["approved", "approved", "held", "held"]
    ben.close()
    context.close()


def test_what_others_do_shows_and_moves_nothing(
    six: str, open_page: OpenPage, enter: Enter, call: Call
) -> None:
    dana, ben = enter(open_page()), enter(open_page(), "Ben")
    dana.keyboard.press("j")
    dana.keyboard.press("j")

    ben.get_by_role("button", name="Approve case 3").click()
    ben.get_by_role("button", name="Approve case 1").click()
    saved(ben)
    call("POST", "/v1/comments", make_body("A dubious remark, and new.", id="c-7"))

    expect(dana.locator("#case-1")).to_be_hidden(timeout=15_000)
    expect(dana.locator("#case-3 .trouble")).to_have_text("Ben approved this comment.")
    expect(dana.locator("#new")).to_have_text("1 new: show")
    expect(dana.locator("#open")).to_have_text("5")
    assert reads(dana) == "case-3"
    expect(dana.locator("#case-2 .holder")).to_have_text("Ben is reading", timeout=15_000)
    dana.keyboard.press("n")
    expect(dana.locator("#case-7")).to_be_visible()
    expect(dana.locator("#new")).to_be_hidden()
    expect(dana.locator("#feed > article")).to_have_count(5)

    # A filter is swapped in, and its page is alive as the one before.
    dana.locator(".filter summary").click()
    dana.get_by_label("Words").fill("nothing such")
    dana.get_by_label("Here for").select_option("toxicity")
    dana.get_by_label("Words").fill("")
    dana.get_by_role("button", name="Show these").click()
    expect(dana.locator("#count")).to_have_text("5")
    assert "reason=toxicity" in dana.url
    # What Ben reads is his for as long as he does; the next one is free.
    dana.keyboard.press("a")
    expect(dana.locator("#case-2 .trouble")).to_contain_text("Another moderator has taken")
    dana.keyboard.press("a")
    saved(dana)
    expect(dana.locator("#count")).to_have_text("4", timeout=15_000)


def test_a_key_that_comes_as_soon_as_the_page_is_swapped_in_counts(
    six: str, open_page: OpenPage, enter: Enter, call: Call
) -> None:
    page = enter(open_page())
    page.locator(".filter summary").click()
    page.evaluate("""() => new MutationObserver((_, observer) => {
        observer.disconnect();
        document.body.dispatchEvent(new KeyboardEvent("keydown", {key: "a", bubbles: true}));
    }).observe(document.querySelector("#desk").parentNode, {childList: true})""")
    page.get_by_label("Here for").select_option("toxicity")
    with page.expect_response("**/queue/decide**"):
        page.get_by_role("button", name="Show these").click()
    saved(page)

    expect(page.locator("#case-1")).to_be_hidden()
    assert reads(page) == "case-2"
    assert statuses(call)[:2] == ["approved", "held"]


def test_every_case_says_why_it_is_due_and_another_order_is_a_click_away(
    six: str, open_page: OpenPage, enter: Enter, call: Call
) -> None:
    told = {"joined_at": "2026-01-01T00:00:00Z", "id": "u-9", "name": "Nell"}
    call("POST", "/v1/comments", make_body("A dubious remark, said aloud.", id="c-7", author=told))
    page = enter(open_page())

    def order() -> list[str]:
        shown = page.locator("#feed > article").evaluate_all("all => all.map(each => each.id)")
        return [str(each).removeprefix("case-") for each in shown]

    expect(page.locator("#case-1 .why")).to_contain_text("than the promised 60 min")
    assert order() == [str(n) for n in range(1, 8)]
    for name, first in (("Newest", "7"), ("Oldest", "1"), ("Worst", None), ("Most pressing", "1")):
        page.get_by_role("navigation", name="Order").get_by_role("link", name=name).click()
        expect(page.locator(".orders [aria-current]").first).to_have_text(name)
        assert first is None or order()[0] == first
    page.goto(f"{six}/queue?order=newest&label=toxicity&from=0.2")
    assert order()[0] == "7"
    expect(page.locator("#count")).to_have_text("7")


def test_every_page_of_the_queue_can_be_used_by_everyone(
    six: str, open_page: OpenPage, enter: Enter, call: Call, tmp_path: Path
) -> None:
    # Axe is put into the page, which our policy would rightly forbid.
    page = enter(open_page(bypass_csp=True))
    for path in ("/queue", "/queue?read=card&label=toxicity", "/queue?read=one", "/done", "/search?text=remark", "/queue/matching?label=toxicity"):  # fmt: skip
        page.goto(six + path)
        dialogs = ["Shift+?", "r"] if path == "/queue" else [""]
        for key in dialogs:
            if path == "/queue" and key == "r":
                page.keyboard.press("x")
                page.keyboard.press("j")
                page.keyboard.press("a")
                saved(page)
                page.keyboard.press("r")
                page.keyboard.press("Escape")
                page.locator(".filter summary").click()
            elif key:
                page.keyboard.press("?")
            look_both_ways(page, tmp_path, f"{path.strip('/').replace('/', '-')[:12]}-{key}")
            page.keyboard.press("Escape")


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_a_finger_draws_a_comment_aside(
    six: str, open_page: OpenPage, enter: Enter, call: Call, direction: str
) -> None:
    page = enter(open_page(viewport=PHONE, has_touch=True, is_mobile=True), path="/queue?read=one")
    page.evaluate("way => { document.documentElement.dir = way }", direction)
    finger = page.context.new_cdp_session(page)
    heights = "all => all.map(each => each.getBoundingClientRect().height)"
    # What it may press instead is as large as a thumb, here as on every page.
    assert min(page.locator("button:visible").evaluate_all(heights)) >= 44

    def draw(by: int, down: int = 0) -> None:
        at = page.locator("#feed > .current .excerpt").bounding_box()
        assert at is not None
        x, y, way = at["x"] + at["width"] / 2, at["y"] + 5, 1 if direction == "ltr" else -1

        def touch(kind: str, *shares: float) -> None:
            points = [{"x": x + way * by * share, "y": y + down * share} for share in shares]
            finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

        touch("touchStart", 0)
        for share in (0.25, 0.5, 1):
            touch("touchMove", share)
        touch("touchEnd")

    draw(40)
    draw(20, 150)
    expect(page.locator("#case-1")).to_be_visible()
    draw(150)
    expect(page.locator("#case-2")).to_be_visible()
    saved(page)
    assert statuses(call)[:2] == ["approved", "held"]
    draw(-150)
    expect(page.get_by_role("dialog")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("#case-2")).to_be_visible()
    assert statuses(call)[:2] == ["approved", "held"]
