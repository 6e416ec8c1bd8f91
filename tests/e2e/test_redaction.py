"""Personal data in a browser: kept back, shown when asked for, readable in every light."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Page, expect

from tests.e2e.conftest import PHONE, WIDE
from tests.e2e.test_access import look
from tests.factories import make_body

MAIL, NUMBER, CARD = "dana.levi@mail.example.com", "050-123-4567", "4111 1111 1111 1111"
ENGLISH = (
    f"A dubious offer: write to {MAIL}, ring {NUMBER}, charge {CARD}"
    " or come to 221B Baker Street. Everybody knows where they live by now!"
)
# Its first word is Latin and kept back; what stays is Hebrew, and so is its direction.
HEBREW = (
    f"{MAIL} היא dubious, וכולם יודעים את זה. תתקשרו אליה בכל שעה"
    f" ל-\u202a{NUMBER}\u202c או ל־0171/2345678, ותשאלו איך ישנים בלילה."
)
SECRETS = ("levi", "123-4567", "0171/", "4111 ", "Baker")


@pytest.fixture
def filled(base: str, call: Callable[..., Any]) -> str:
    """The address of a server with comments that tell personal data, in two directions."""
    for n, body in enumerate((ENGLISH, HEBREW)):
        comment = make_body(body, id=f"c-{n}", parent={"id": "c-990", "body": f"{body} " * 6})
        assert call("POST", "/v1/comments", comment)["action"] == "hold"
    return base


def leaks(page: Page) -> list[str]:
    source = page.content()
    return [secret for secret in SECRETS if secret in source]


@pytest.mark.parametrize("width", ["wide", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_kept_back_and_what_is_shown_can_be_read_by_everyone(
    filled: str,
    open_page: Callable[..., Page],
    make_link: Callable[[str], str],
    tmp_path: Path,
    scheme: str,
    width: str,
):
    page = open_page(
        bypass_csp=True, color_scheme=scheme, viewport=WIDE if width == "wide" else PHONE
    )
    page.goto(filled + make_link("Dana"))
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/queue")
    look(page, tmp_path, "queue")
    assert not leaks(page)
    for case in (1, 2):
        page.goto(f"{filled}/cases/{case}")
        page.get_by_text("All of it").click()
        look(page, tmp_path, f"hidden-{case}")
        assert not leaks(page)
        page.get_by_role("button", name="Show personal data").click()
        expect(page.locator(".body")).to_contain_text(NUMBER)
        look(page, tmp_path, f"shown-{case}")


def test_it_is_shown_without_scripts_and_only_while_one_looks(
    filled: str, open_page: Callable[..., Page], make_link: Callable[[str], str]
):
    page = open_page(java_script_enabled=False)
    page.goto(filled + make_link("Dana"))
    page.get_by_role("button", name="Log in").click()
    page.goto(f"{filled}/cases/1")
    body = page.locator(".body")
    expect(body).to_contain_text("write to hidden e-mail address, ring hidden telephone number,")

    page.get_by_role("button", name="Show personal data").press("Enter")
    expect(body).to_have_text(ENGLISH)
    page.get_by_role("link", name="Hide it").click()

    expect(page.get_by_role("button", name="Show personal data")).to_be_visible()
    assert not leaks(page)


def test_going_back_shows_nothing_again(
    filled: str, chromium: Browser, make_link: Callable[[str], str]
):
    with chromium.new_context() as context:
        page = context.new_page()
        page.goto(filled + make_link("Dana"))
        page.get_by_role("button", name="Log in").click()
        page.goto(f"{filled}/cases/1")
        page.get_by_role("button", name="Show personal data").click()
        expect(page.locator(".body")).to_have_text(ENGLISH)
        page.get_by_role("link", name="Hide it").click()

        # The browser has kept nothing, and would not send the form again without asking.
        with pytest.raises(Error, match="ERR_CACHE_MISS"):
            page.go_back()


def test_what_is_kept_back_has_a_name_and_leaves_the_text_its_direction(
    filled: str, open_page: Callable[..., Page], make_link: Callable[[str], str]
):
    page = open_page(viewport=PHONE)
    page.goto(filled + make_link("Dana"))
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("link", name="hidden e-mail address היא dubious").click()

    texts = page.locator(".said").filter(has_text="היא")
    expect(texts.first).to_be_visible()
    for n in range(texts.count()):
        expect(texts.nth(n)).to_have_css("direction", "rtl")
    expect(page.locator(".body .kept")).to_have_count(3)
    for box in page.locator(".body .kept").all():
        assert box.bounding_box()["height"] < 30  # On one line, even on a phone.
    expect(page.locator("q .kept").first).to_be_visible()

    page.get_by_role("button", name="Show personal data").click()
    expect(page.locator(".body")).to_contain_text(MAIL)
    for n in range(texts.count()):
        expect(texts.nth(n)).to_have_css("direction", "rtl")
