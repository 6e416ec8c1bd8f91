"""An editor's words in a browser: tried, added, found in disguise, and shown to who judges."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from modsvc.core.decision import Action
from modsvc.core.word_lines import Wanted
from modsvc.core.words import Entry
from modsvc.store import people, words
from modsvc.store.db import Database
from tests.conftest import SITE
from tests.e2e.conftest import PHONE
from tests.e2e.test_access import look
from tests.factories import make_body

OpenPage = Callable[..., Page]
LISTED = (
    Wanted(Entry("quisling", Action.REJECT), "Asked for by the desk after the affair."),
    Wanted(Entry("בן של זונה", Action.REJECT, "he"), "הערה של העורכת"),
    Wanted(Entry("يا حمار", Action.HOLD, "ar"), "ملاحظة المحررة"),
    Wanted(Entry("f\u202eool", Action.HOLD, "", datetime(2026, 1, 1, tzinfo=UTC))),
    Wanted(Entry("averylongword" * 14, Action.HOLD), "long " * 90),
    Wanted(Entry("zonk", Action.HOLD)),
)


@pytest.fixture
def editors_link(database: Database, make_link: Callable[[str], str]) -> str:
    """The path of a link that lets an editor in."""
    link = make_link("Edna")
    with database.write() as db:
        edna = people.find(db, "Edna")
        people.join_site(db, edna.id, SITE, "editor")
    return link


@pytest.fixture
def listed(database: Database) -> dict[str, int]:
    """A list with something of everything, found on some days; the numbers of its entries."""
    with database.write() as db:
        now = datetime.now(UTC)
        words.add(db, SITE, LISTED, by=None, now=now - timedelta(days=214))
        ids = {line.phrase: line.id for line in words.page(db, SITE, limit=9)}
        words.add_hits(
            db,
            {(SITE, ids["zonk"], now.date() - timedelta(days=n)): n % 7 + 1 for n in range(60)},
        )
        return ids


def enter(page: Page, base: str, link: str) -> None:
    page.goto(base + link)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/queue")


def test_an_editor_tries_a_word_adds_it_and_its_next_disguise_is_held(
    base: str, open_page: OpenPage, editors_link: str, call: Callable[..., Any]
):
    for n, body in enumerate(("Good morning.", "You zonk, you!", "A z.o.n.k wrote it.")):
        call("POST", "/v1/comments", make_body(body, id=f"c-{n}"))
    page = open_page(java_script_enabled=False)
    enter(page, base, editors_link)
    page.get_by_role("link", name="Words").click()
    expect(page.get_by_text("There are no words yet.")).to_be_visible()
    page.get_by_role("link", name="Add the first").click()
    page.get_by_label("Words or phrases").fill("zonk")
    page.get_by_label("Note").fill("Asked for by the desk")
    page.get_by_role("button", name="See what it would have found").click()

    expect(page.get_by_text("2 of the newest 3 comments have it.")).to_be_visible()
    expect(page.get_by_text("A z.o.n.k wrote it.")).to_be_hidden()
    page.get_by_text("Read 2 of them").click()
    expect(page.get_by_text("A z.o.n.k wrote it.")).to_be_visible()
    expect(page.locator(".read-as")).to_have_text("z.o.n.k was read as zonk")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_text("1 phrase was added.")).to_be_visible()

    answer = call("POST", "/v1/comments", make_body("Such a z-o-n-k.", id="c-9"))
    assert answer["action"] == "hold"
    assert "words.suspect" in [reason["code"] for reason in answer["reasons"]]
    page.get_by_role("link", name="Queue", exact=True).click()
    page.get_by_role("link", name="Such a z-o-n-k.").click()
    expect(page.locator(".entries li")).to_contain_text(
        "zonk, written z-o-n-k and read as zonk Asked for by the desk"
    )
    page.get_by_role("link", name="zonk", exact=True).click()
    expect(page.get_by_role("heading", name="zonk", exact=True)).to_be_visible()


def test_what_is_removed_by_keyboard_can_be_put_back(
    base: str, open_page: OpenPage, editors_link: str, listed: dict[str, int]
):
    page = open_page()
    enter(page, base, editors_link)
    page.goto(f"{base}/words?order=newest")
    page.get_by_label("Tick quisling").press("Space")
    page.get_by_label("Tick zonk").press("Space")
    page.get_by_label("Tick zonk").press("Enter")

    expect(page.get_by_text("2 entries were removed.")).to_be_visible()
    expect(page.get_by_role("link", name="zonk")).to_have_count(0)
    page.get_by_role("button", name="Undo").press("Enter")
    expect(page.get_by_text("2 entries are on the list again.")).to_be_visible()
    expect(page.get_by_role("link", name="zonk", exact=True)).to_be_visible()
    expect(page.get_by_text("found in 234 comments, last today")).to_be_visible()


def test_a_moderator_sees_the_list_and_no_button_that_changes_it(
    base: str, open_page: OpenPage, make_link: Callable[[str], str], listed: dict[str, int]
):
    page = open_page()
    enter(page, base, make_link("Dana"))
    page.get_by_role("link", name="Words").click()
    expect(page.get_by_role("link", name="quisling")).to_be_visible()
    for path in ("/words", f"/words/{listed['zonk']}"):
        page.goto(base + path)
        for name in ("Remove", "Edit", "Save", "Add"):
            expect(page.get_by_role("button", name=name)).to_have_count(0)
            expect(page.get_by_role("link", name=name)).to_have_count(0)
        expect(page.get_by_role("checkbox")).to_have_count(0)


def test_every_page_about_words_can_be_used_by_everyone(
    base: str,
    open_page: OpenPage,
    editors_link: str,
    listed: dict[str, int],
    call: Callable[..., Any],
    tmp_path: Path,
):
    bodies = [
        "You zonk and z.o.n.k, ring 050-123-4567!",
        "אתה z0nk, בן של זונה אחד",
        "يا حمار zonk",
    ]
    for n, body in enumerate([*bodies, *("zonk " * n for n in range(1, 12))]):
        call("POST", "/v1/comments", make_body(body, id=f"c-{n}"))
    page = open_page(bypass_csp=True)
    enter(page, base, editors_link)
    for name, path in (
        ("list", "/words"),
        ("found", "/words?search=z&order=hits"),
        ("nothing", "/words?search=xyzzy"),
        ("add", "/words/add"),
        ("seed", "/words/seeds/ar"),
        *((f"entry-{n}", f"/words/{number}") for n, number in enumerate(listed.values())),
    ):
        page.goto(base + path)
        for more in page.locator("details").all():
            more.evaluate("details => { details.open = true }")
        look(page, tmp_path, name)
    page.goto(f"{base}/words/add")
    for phrase in ("zonk", "zonk\nאתה", "nowhere"):
        page.get_by_label("Words or phrases").fill(phrase)
        page.get_by_role("button", name="See what it would have found").click()
        expect(page.get_by_role("heading", name="would have found")).to_be_visible()
        for more in page.locator("details").all():
            more.evaluate("details => { details.open = true }")
        look(page, tmp_path, f"tried-{len(phrase)}")
    page.get_by_role("button", name="Add it").click()
    look(page, tmp_path, "added")
    page.get_by_role("button", name="Remove nowhere").click()
    look(page, tmp_path, "removed")
    page.goto(f"{base}/cases/1")
    expect(page.locator(".entries")).to_be_visible()
    look(page, tmp_path, "case")


def test_what_is_refused_is_named_and_can_be_used_by_everyone(
    base: str, chromium: Any, editors_link: str, tmp_path: Path
):
    # A browser's console calls each page that is refused an error.
    with chromium.new_context(bypass_csp=True, viewport=PHONE) as context:
        page = context.new_page()
        enter(page, base, editors_link)
        page.goto(f"{base}/words/add")
        page.get_by_label("Words or phrases").fill("good\n!!!\nאתה\tban")
        page.get_by_role("button", name="Add without looking").click()

        alert = page.get_by_role("alert")
        expect(alert).to_contain_text("Line 2 has no letter or digit to be found by: !!!")
        expect(alert).to_contain_text("Line 3 says “ban” where it must say hold or reject")
        expect(page.get_by_label("Words or phrases")).to_have_value("good\n!!!\nאתה\tban")
        look(page, tmp_path, "refused")


def test_the_pages_keep_within_our_content_security_policy(
    base: str, open_page: OpenPage, editors_link: str, listed: dict[str, int]
):
    page = open_page()  # It fails at the end if the console has anything to say.
    enter(page, base, editors_link)

    for path in ("/words", "/words/add", "/words/seeds/en", f"/words/{listed['zonk']}"):
        page.goto(base + path)
        assert page.evaluate("document.styleSheets.length") == 1

    bars = page.locator(".bars rect")
    expect(bars).to_have_count(60)
    assert bars.first.evaluate("bar => getComputedStyle(bar).fill") != "rgb(0, 0, 0)"
