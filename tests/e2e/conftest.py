"""A real browser on a real server."""

from __future__ import annotations

import json
import os
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from flask import Flask
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    expect,
    sync_playwright,
)
from playwright.sync_api import Request as PageRequest
from werkzeug.serving import make_server

from modsvc.store import log_ins, people
from modsvc.store.db import Database
from tests.__main__ import CHROMIUMS
from tests.conftest import SITE
from tests.factories import make_body

CHROMIUM = next(filter(None, map(shutil.which, CHROMIUMS)), "")
# Whoever wants to see the pages sets it; tests look for what is wrong with them, and not at them.
PICTURES = bool(os.environ.get("PICTURES"))
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
# The browser itself says so of a form that is shown again with its mistakes.
REFUSED = re.compile(r"the server responded with a status of (409|422)")
HEBREW = "תגובה dubious על המאמר, עם מספרים 10-12 וסימני פיסוק!"
# Long enough for a machine that has other things to do.
expect.set_options(timeout=30_000)
WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 360, "height": 740}


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What a browser sees does not depend on the database."""
    return sqlite_url


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if not CHROMIUM:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(
            "no Chromium: apt-get install chromium-headless-shell"
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Open pages in contexts of their own; at the end none may have complained of anything."""
    contexts: list[BrowserContext] = []
    noise: list[str] = []

    def fail(request: PageRequest) -> None:
        if request.failure != "net::ERR_ABORTED":  # The browser itself left the page meanwhile.
            noise.append(f"failed {request.url}: {request.failure}")

    def hear(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not REFUSED.search(message.text):
            noise.append(message.text)

    def note(page: Page) -> None:
        page.on("console", hear)
        page.on("pageerror", lambda error: noise.append(str(error)))
        page.on("requestfailed", fail)
        page.on("dialog", lambda dialog: noise.append(f"dialog {dialog.message}"))

    def make(**options: Any) -> Page:
        contexts.append(chromium.new_context(**{"viewport": WIDE, "locale": "en-GB", **options}))
        page = contexts[-1].new_page()
        note(page)
        return page

    yield make
    for context in contexts:
        context.close()
    assert not noise


@pytest.fixture
def served(make_app: Callable[..., Flask]) -> Flask:
    """The application that the server runs. Nothing works beside its requests unless started."""
    # A browser may still be asking when the test is over.
    return make_app(now=lambda: datetime.now(UTC), new=True)


@pytest.fixture
def base(served: Flask) -> Iterator[str]:
    """The address of a running server."""
    server = make_server("127.0.0.1", 0, served, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def call(base: str, headers: dict[str, str]) -> Callable[..., Any]:
    """Call the API as the site does, and give the answer's JSON."""

    def ask(method: str, path: str, body: object = None) -> Any:
        request = Request(base + path, method=method, headers=headers)
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        with urlopen(request, timeout=20) as answer:
            return json.load(answer)

    return ask


@pytest.fixture
def make_link(database: Database) -> Callable[..., str]:
    """Add a moderator and give the path of a link that lets them in."""

    def make(name: str, role: str = "moderator") -> str:
        now = datetime.now(UTC)
        with database.write() as db:
            moderator = people.add(db, name, now)
            people.join_site(db, moderator, SITE, role)
            return f"/log-in/link/{log_ins.make_link(db, moderator, now + timedelta(hours=1))}"

    return make


@pytest.fixture
def six(base: str, call: Callable[..., Any]) -> str:
    """The address of a server with six open cases, due in the order of their numbers."""
    for n in range(1, 7):
        body = HEBREW if n == 6 else f"A dubious remark, no {n}."
        call("POST", "/v1/comments", make_body(body, id=f"c-{n}"))
    return base


@pytest.fixture
def enter(base: str, make_link: Callable[..., str]) -> Callable[..., Page]:
    """Log somebody in on a page, and lead them to the queue."""

    def log_in(page: Page, name: str = "Dana", path: str = "/queue") -> Page:
        page.goto(base + make_link(name))
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url("**/queue", timeout=10_000)
        page.goto(base + path)
        return page

    return log_in


def picture(page: Page, path: Path) -> None:
    """Keep a picture of a page, where pictures are wanted."""
    if PICTURES:
        page.screenshot(path=path, full_page=True)
