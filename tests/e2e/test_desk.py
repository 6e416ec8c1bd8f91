"""The desk's pages in a browser: read by everyone, and a range released without scripts and with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from modsvc.store import people
from modsvc.store.db import Database
from modsvc.store.writer import Writer
from tests.e2e.test_access import look, look_both_ways
from tests.e2e.test_policy import enter
from tests.histories import Desk, history

SITE = "desk"
MONTH = timedelta(days=29)


@pytest.fixture
def leads_link(
    served: Flask, database: Database, make_link: Callable[..., str]
) -> Callable[[str], str]:
    """Give the path of a link that lets a lead in, at a site that has lived for a month."""
    writer: Writer = served.extensions["modsvc"].writer
    desk = Desk(database, writer, SITE, share=0.7)
    desk.clock.now, chance = datetime.now(UTC) - MONTH, Random(7)
    for what, *facts in history(Random(6), 500):
        if what != "wait":
            getattr(desk, what)(*facts)
        desk.wait(chance.randrange(2 * MONTH // timedelta(minutes=500 + 5)))
    for _ in range(40):
        desk.send("dubious")

    def link(name: str) -> str:
        path = make_link(name)
        with database.write() as db:
            lead = people.find(db, name)
            assert lead is not None
            people.join_site(db, lead.id, SITE, "lead")
        return path

    return link


def test_the_desks_pages_can_be_used_by_everyone(
    base: str, open_page: Callable[..., Page], leads_link: Callable[[str], str], tmp_path: Path
):
    # Axe is put into the page, which our policy would rightly forbid.
    page = open_page(bypass_csp=True)
    enter(page, base, leads_link("Lea"))
    page.goto(f"{base}/release?site={SITE}")
    choose(page, "30")
    looked = page.url
    for said in ("Bad", *["Fine"] * 29):
        page.get_by_role("button", name=said, exact=True).click()
    expect(page.get_by_role("heading", name="1 of 30 looked at was bad")).to_be_visible()
    look_both_ways(page, tmp_path, "release-found")
    page.get_by_role("button", name="Release ").click()
    expect(page.get_by_role("heading", name="released")).to_be_visible()
    look_both_ways(page, tmp_path, "release-act")
    pages = {
        "dashboard": f"/dashboard?site={SITE}&span=30d",
        "dashboard-new": "/dashboard?site=gazette",
        "queue-clear": "/queue?site=gazette",
        "quality": f"/quality?site={SITE}&span=90d&names=1",
        "release": f"/release?site={SITE}",
        "release-look": looked.removeprefix(base),
    }
    for name, path in pages.items():
        page.goto(base + path)
        for summary in page.locator("summary").all()[:2]:
            summary.click()
        look_both_ways(page, tmp_path, name)
    page.context.add_cookies([{"name": "modsvc-language", "value": "he", "url": base}])
    for name in ("dashboard", "quality", "release", "release-look"):
        page.goto(base + pages[name])
        expect(page.locator("html")).to_have_attribute("lang", "he")
        look(page, tmp_path, f"{name}-hebrew")


def choose(page: Page, size: str) -> None:
    page.get_by_label("From").fill("0.2")
    page.get_by_label("To below").fill("0.4")
    page.get_by_label("Look at").select_option(size)
    page.get_by_role("button", name="Draw them").click()
    expect(page.get_by_role("heading", name="The comment")).to_be_visible()


def press(page: Page, name: str) -> None:
    """Press a button, and wait for the page that it leads to."""
    with page.expect_navigation():
        page.get_by_role("button", name=name).click()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_range_is_released_in_steps_and_undone(
    base: str,
    open_page: Callable[..., Page],
    leads_link: Callable[[str], str],
    monkeypatch: pytest.MonkeyPatch,
    scripts: bool,
):
    for module in ("modsvc.services.decide_cases", "modsvc.services.release_range", "modsvc.web.desk.release"):  # fmt: skip
        monkeypatch.setattr(f"{module}.MOST_TOGETHER", 5)
    monkeypatch.setattr("modsvc.services.decide_cases.DECIDED_TOGETHER", 5)
    monkeypatch.setattr("modsvc.core.releasing.LEAST", 2)
    monkeypatch.setattr("modsvc.web.desk.release.SIZES", (2, 60))
    monkeypatch.setattr("modsvc.web.desk.looked.SIZES", (2, 60))
    page = open_page(java_script_enabled=scripts)
    enter(page, base, leads_link("Lea"))
    page.goto(f"{base}/release?site={SITE}")
    choose(page, "2")
    for _ in range(2):
        page.get_by_role("button", name="Fine", exact=True).click()

    press(page, "Release ")
    while not scripts and page.get_by_role("button", name="Release the next").count():
        press(page, "Release the next")
    expect(page.get_by_role("button", name="Release the next")).to_have_count(0)
    done = page.get_by_role("heading", name="released").inner_text().split(" of ")
    assert done[0] == done[1].split()[0]
    assert int(done[0]) > 5

    press(page, "Undo all of it")
    while not scripts and page.get_by_role("button", name="Go on undoing").count():
        press(page, "Go on undoing")
    expect(page.get_by_role("heading", name="It was undone")).to_be_visible()
