"""People in a browser: invited, joined, with a second step, and out of the other session."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pyotp import TOTP

from modsvc.store import people
from modsvc.store.db import Database
from tests.conftest import SITE
from tests.e2e.test_access import look_both_ways

OpenPage = Callable[..., Page]
PASSWORD = "correct horse battery"
STEP = timedelta(seconds=30)


def enter(page: Page, base: str, link: str) -> None:
    page.goto(base + link)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/queue")


def secret(page: Page) -> str:
    return (page.locator(".code").text_content() or "").replace(" ", "")


def code(of: str, ahead: int = 0) -> str:
    return TOTP(of).at(datetime.now(UTC) + ahead * STEP)


def log_in(page: Page, base: str) -> None:
    page.goto(f"{base}/log-in")
    page.get_by_label("Name").fill("Dana Levi")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()


def test_somebody_is_invited_joins_and_takes_two_steps_from_then_on(
    base: str, open_page: OpenPage, make_link: Callable[..., str]
):
    ada, dana, elsewhere = open_page(), open_page(), open_page()
    enter(ada, base, make_link("Ada", role="admin"))
    ada.get_by_role("link", name="People").click()
    ada.get_by_role("radio", name="Lead:").check()
    ada.get_by_role("button", name="Make a link").click()
    link = ada.get_by_label("The link").input_value()

    dana.goto(link)
    expect(dana.get_by_text("Ada invites you as lead")).to_be_visible()
    dana.get_by_label("Your name").fill("Dana Levi")
    dana.get_by_label("A password").fill(PASSWORD)
    dana.get_by_label("The password again").fill(PASSWORD)
    dana.get_by_role("button", name="Join").click()
    expect(dana.get_by_text("Welcome.")).to_be_visible()

    dana.get_by_role("link", name="Dana Levi").click()
    dana.get_by_role("link", name="Second step").click()
    hers = secret(dana)
    dana.get_by_label("The code that it shows now").fill(code(hers, -1))
    dana.get_by_role("button", name="Switch it on").click()
    expect(dana.get_by_role("heading", name="The second step is on")).to_be_visible()
    expect(dana.get_by_role("listitem").filter(has=dana.locator("code"))).to_have_count(10)

    log_in(elsewhere, base)
    elsewhere.get_by_label("The code").fill(code(hers))
    elsewhere.get_by_role("button", name="Log in").click()
    elsewhere.wait_for_url("**/queue")
    dana.get_by_role("button", name="Log out").click()
    log_in(dana, base)
    dana.get_by_label("The code").fill(code(hers, 1))
    dana.get_by_role("button", name="Log in").click()
    dana.wait_for_url("**/queue")

    dana.get_by_role("link", name="Dana Levi").click()
    dana.get_by_role("link", name="Password and sessions").click()
    expect(dana.locator(".line").get_by_text("Chrome on Linux", exact=True)).to_have_count(2)
    dana.get_by_role("button", name="End it").click()
    expect(dana.get_by_text("That session has ended.")).to_be_visible()
    elsewhere.reload()
    expect(elsewhere.get_by_role("heading", name="Log in")).to_be_visible()


@pytest.fixture
def staffed(database: Database) -> None:
    """A site where several people work, one with a long name and one from right to left."""
    now = datetime.now(UTC)
    with database.write() as db:
        for name, role in (
            ("דנה לוי", "lead"),
            ("averylongname" * 6, "editor"),
            ("Ben", "moderator"),
        ):
            new = people.add(db, name, now)
            people.join_site(db, new, SITE, role)
            people.note_change(db, SITE, "joined", now, by=None, moderator=new, role=role)


def test_peoples_pages_can_be_used_by_everyone(
    base: str, open_page: OpenPage, make_link: Callable[..., str], staffed: None, tmp_path: Path
):
    # Axe is put into the page, which our policy would rightly forbid.
    page, stranger = open_page(bypass_csp=True), open_page(bypass_csp=True)
    enter(page, base, make_link("Ada", role="admin"))
    page.goto(f"{base}/people")
    page.get_by_role("button", name="Make a link").click()
    look_both_ways(page, tmp_path, "invited")
    stranger.goto(page.get_by_label("The link").input_value())
    look_both_ways(stranger, tmp_path, "join")
    page.goto(f"{base}/people")
    page.locator("summary").nth(1).click()
    look_both_ways(page, tmp_path, "people")
    for path in ("", "/keys", "/security", "/second-step"):
        page.goto(f"{base}/me{path}")
        look_both_ways(page, tmp_path, f"me{path.replace('/', '-')}")
    hers = secret(page)
    page.get_by_label("The code that it shows now").fill(code(hers))
    page.get_by_role("button", name="Switch it on").click()
    look_both_ways(page, tmp_path, "recovery-codes")
    page.goto(f"{base}/me/second-step")
    look_both_ways(page, tmp_path, "second-step-on")
    page.goto(f"{base}/me/security")
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_label("The new one again").fill(PASSWORD)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Your password is changed")).to_be_visible()
    page.get_by_role("button", name="Log out").click()
    page.get_by_label("Name").fill("Ada")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    look_both_ways(page, tmp_path, "log-in-code")


def test_chosen_colours_hold_against_the_devices(
    base: str, open_page: OpenPage, make_link: Callable[..., str]
):
    page = open_page(color_scheme="light")
    enter(page, base, make_link("Dana"))
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    light = page.evaluate(ground)
    page.goto(f"{base}/me")
    page.get_by_label("Dark").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()

    assert page.evaluate(ground) != light
