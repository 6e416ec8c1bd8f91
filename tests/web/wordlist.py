"""What tests of the word list pages share."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

from modsvc.store import words
from modsvc.store.db import Database
from tests.conftest import SITE
from tests.web.browser import Browser

Send = Callable[..., dict[str, Any]]
Put = Callable[..., int]
NOTHING = {"action": "hold", "language": "", "note": "", "last_day": ""}


def phrases(database: Database) -> list[str]:
    with database.read() as db:
        return sorted(entry.phrase for entry in words.entries(db, SITE))


def ask(browser: Browser, path: str, **form: Any) -> Any:
    """Send a form of a page that was looked at first."""
    browser.get("/words/add")
    return browser.post(path, **form)


def value_of(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*?value="([^"]*)"', page)
    return html.unescape(found[1]) if found else ""
