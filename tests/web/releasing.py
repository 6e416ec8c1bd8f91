"""How a lead releases a range, page by page; with few cases."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from modsvc.store.db import Database
from modsvc.store.tables import cases
from tests.web.browser import Browser
from tests.web.filled import filled

RANGE = {
    "label": "toxicity",
    "low": "0.2",
    "high": "0.4",
    "reason": "",
    "section": "",
    "size": "30",
}


def are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three are enough to look at, and five are released in a step."""
    for module in ("modsvc.core.releasing", "modsvc.web.desk.release"):
        monkeypatch.setattr(f"{module}.LEAST", 3)
        monkeypatch.setattr(f"{module}.SIZES", (2, 3, 30))
    monkeypatch.setattr("modsvc.web.desk.looked.SIZES", (2, 3, 30))
    for module in ("modsvc.services.decide_cases", "modsvc.services.release_range", "modsvc.web.desk.release"):  # fmt: skip
        monkeypatch.setattr(f"{module}.MOST_TOGETHER", 5)
    monkeypatch.setattr("modsvc.services.decide_cases.DECIDED_TOGETHER", 2)


def draw(browser: Browser, **changes: str) -> TestResponse:
    browser.get("/release")
    return browser.follow(browser.post("/release", **{**RANGE, **changes}))


def say(browser: Browser, page: TestResponse, said: str) -> TestResponse:
    form = {name: values[0] for name, values in filled(page.text, "/release/judge").items()}
    return browser.follow(browser.post("/release/judge", said=said, **form))


def release(browser: Browser, page: TestResponse) -> TestResponse:
    form = {name: values[0] for name, values in filled(page.text, "/release/all").items()}
    return browser.follow(browser.post("/release/all", **form))


def is_open(database: Database) -> int:
    with database.read() as db:
        return int(
            db.execute(
                sa.select(sa.func.count()).select_from(cases).where(cases.c.closed_at.is_(None))
            ).scalar_one()
        )
