"""Each page, light and dark, wide and narrow, under axe's rules for WCAG 2.2 AA.

From right to left they are looked at in test_hebrew.py.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.base import AXE_SCRIPT as AXE
from playwright.sync_api import Page, ViewportSize, expect

from tests.e2e.conftest import PHONE, WIDE, picture

RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],  # What passes is long to tell.
}


@dataclass(frozen=True)
class Way:
    """A way in which somebody may look at a page."""

    scheme: Literal["light", "dark"]
    size: ViewportSize


EVERY = [Way(scheme, size) for scheme in ("light", "dark") for size in (WIDE, PHONE)]
# Each theme at some width and each width in some theme, and the other two from right to left: of
# theme, width and direction every two meet. `make access` looks at each page in all eight ways.
WAYS = (
    {"ltr": EVERY, "rtl": EVERY}
    if os.environ.get("EVERY_WAY")
    else {"ltr": [EVERY[0], EVERY[3]], "rtl": [EVERY[1], EVERY[2]]}
)
# A wide page at 400 %, as WCAG 1.4.10 asks for.
ZOOMED: ViewportSize = {"width": 320, "height": 740}
BODIES = (
    "A dubious remark, and not a short one either: it goes on about the council for some time.",
    "זו תגובה dubious על המאמר, עם מספרים 10-12 וסימני פיסוק!",
    "هذا تعليق dubious عن المقال، وفيه كلام كثير.",
    "dubious \u202eand turned\u202c round \u202etwice\u202c, a\u200bb\u200bc\u200bd 👩‍👩‍👧",
    "dubious " + "averylongwordwithoutanybreak" * 12,
)
ARTICLE = {
    "id": "a-7",
    "title": "ראש האגף מתפטר: the council votes again, after a long night",
    "url": "https://gazette.example/council/" + "long" * 30,
    "section": "Town",
    "body": "They voted all night. " * 40,
}


@pytest.fixture
def filled(base: str, call: Callable[..., Any]) -> str:
    """The address of a server with something of everything to show."""
    for n, body in enumerate(BODIES):
        comment = {
            "id": f"c-{n}",
            "body": body,
            "article": ARTICLE,
            "author": {
                "id": f"u-{n}",
                "name": "לילה nightowl",
                "joined_at": "2024-05-01T10:00:00Z",
            },
            "parent": {"id": "c-990", "body": "אני הייתי שם. I was there."},
        }
        assert call("POST", "/v1/comments", comment)["action"] == "hold"
    return base


def look(page: Page, folder: Path, name: str) -> None:
    """Look at a page in its ways; it is not asked for again, since only its looks change."""
    page.wait_for_load_state()
    for way in WAYS[page.evaluate("document.documentElement.dir || 'ltr'")]:
        page.emulate_media(color_scheme=way.scheme)
        page.set_viewport_size(way.size)
        shown = f"{name}-{way.scheme}-{way.size['width']}"
        picture(page, folder / f"{shown}.png")
        found = violations(page)
        assert not found, (shown, [(v["id"], [n["html"] for n in v["nodes"]]) for v in found])
        for size in [way.size] if way.size is WIDE else [PHONE, ZOOMED]:
            page.set_viewport_size(size)
            wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            assert wide <= 0, f"{shown} scrolls sideways by {wide} px at {size['width']}"
    page.set_viewport_size(WIDE)  # On a phone the bar is behind a button.


def look_both_ways(page: Page, folder: Path, name: str) -> None:
    """Look at a page in its ways from left to right and from right to left."""
    page.wait_for_load_state()  # Or what is turned round is the page that is left.
    for direction in ("ltr", "rtl"):
        page.evaluate("way => { document.documentElement.dir = way }", direction)
        look(page, folder, f"{name}-{direction}")


def violations(page: Page) -> list[Any]:
    """Give what axe finds; it is put into each page once."""
    if page.evaluate("!window.axe"):
        page.evaluate(AXE)
    found: list[Any] = page.evaluate(
        "rules => axe.run(rules).then(found => found.violations)", RULES
    )
    return found


def test_every_page_can_be_used_by_everyone(
    filled: str,
    open_page: Callable[..., Page],
    make_link: Callable[[str], str],
    tmp_path: Path,
):
    # Axe is put into the page, which our policy would rightly forbid.
    page = open_page(bypass_csp=True)
    for name, path in (("log-in", "/log-in"), ("docs", "/docs"), ("link", make_link("Dana"))):
        page.goto(filled + path)
        look(page, tmp_path, name)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/queue")
    look(page, tmp_path, "queue")
    for n in range(1, len(BODIES) + 1):
        page.goto(f"{filled}/cases/{n}")
        look(page, tmp_path, f"case-{n}")
    page.get_by_role("button", name="Claim").click()
    expect(page.get_by_text("You have this case")).to_be_visible()
    look(page, tmp_path, "claimed")
    page.get_by_label("Something else").check()
    page.get_by_role("button", name="Reject").click()
    expect(page.get_by_text("the comment was rejected")).to_be_visible()
    page.goto(f"{filled}/cases/{len(BODIES)}")
    look(page, tmp_path, "closed")
    page.set_viewport_size(PHONE)
    elsewhere = page.get_by_role("link", name="Dashboard")
    expect(elsewhere).to_be_hidden()
    page.get_by_role("button", name="Menu").press("Enter")
    expect(elsewhere).to_be_visible()
    picture(page, tmp_path / "menu.png")
    assert not violations(page)
    page.keyboard.press("Escape")
    expect(elsewhere).to_be_hidden()


def test_pages_keep_within_our_content_security_policy(
    filled: str, open_page: Callable[..., Page], make_link: Callable[[str], str]
):
    page = open_page()  # It fails at the end if the console has anything to say.

    for path in ("/log-in", "/docs", make_link("Dana")):
        page.goto(filled + path)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/queue")
    page.get_by_role("button", name="Next case").click()
    expect(page.get_by_text("You have this case")).to_be_visible()

    assert page.evaluate("document.styleSheets.length") == 1
