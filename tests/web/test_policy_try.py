"""A comment to try: what would become of it and why, with nothing kept of it."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from modsvc.core.comment import MAX_BODY_CHARS
from modsvc.store.db import Database
from modsvc.store.tables import metadata
from tests.web.browser import Browser, text
from tests.web.filled import filled

USUAL = {"age_days": "30", "approved": "5", "rejected": "0", "section": "", "mode": "normal"}


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What a page shows does not depend on the database: the store is tested on both."""
    return sqlite_url


@pytest.fixture
def edith(browse: Callable[..., Browser]) -> Browser:
    """The browser of Edith, an editor of the site."""
    return browse("Edith", role="editor")


def attempt(browser: Browser, body: str, **facts: str) -> str:
    """Try a comment, and give what is said of it."""
    browser.get("/policy/try")
    return text(browser.post("/policy/try", body=body, **{**USUAL, **facts}))


def rows(database: Database) -> dict[str, list[tuple[object, ...]]]:
    with database.read() as db:
        return {
            table.name: [tuple(row) for row in db.execute(sa.select(table))]
            for table in metadata.sorted_tables
        }


def test_every_signal_is_shown_with_its_strength_and_its_band(dana: Browser):
    said = attempt(dana, "You are a dubious one, see https://a.example.")

    assert "By what is in force: held" in said
    assert "Insults held Strength 0.30, held from 0.045, rejected from 0.5." in said
    assert "Threats passes Strength 0.00, held from 0.1." in said
    dana.get("/policy/try")
    page = dana.post("/policy/try", body="You are a dubious one.", **USUAL)
    assert '<mark class="heavy" title="' in page.text
    assert filled(page.text, "/policy/try")["body"] == ["You are a dubious one."]


def test_the_draft_and_what_is_in_force_are_told_apart(edith: Browser):
    fields = filled(edith.get("/policy").text, "/policy")
    edith.post("/policy", **{**fields, "limits.max_links": "0"})

    said = attempt(edith, "See https://a.example about it.")
    assert "By your draft: held" in said
    assert "By what is in force: approved" in said
    assert "The draft makes a difference." in said
    assert "Many links held in force: not noticed Has a link; 0 are allowed." in said
    assert "The draft makes no difference to it." in attempt(edith, "A goodly remark.")

    fields = filled(edith.get("/policy").text, "/policy")
    edith.post("/policy", **{**fields, "limits.max_links": "few"})
    assert "Your draft has a mistake and cannot judge" in attempt(edith, "A goodly remark.")


def test_what_is_taken_as_known_counts(dana: Browser):
    assert "held" in attempt(dana, "A goodly remark.", mode="premoderate")
    assert "By what is in force: rejected" in attempt(dana, "A goodly remark.", mode="closed")
    assert "New authors held" in attempt(dana, "A goodly remark.", mode="strict", age_days="0", approved="")  # fmt: skip
    assert "New authors" not in attempt(dana, "A goodly remark.", mode="strict")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"body": ""}, "Write a comment of 1 to 20,480 characters."),
        ({"body": "x" * (MAX_BODY_CHARS + 1)}, "Write a comment of 1 to 20,480 characters."),
        ({"body": "a\0b"}, "Write a comment of 1 to 20,480 characters."),
        ({"age_days": "long"}, "This is a whole number, 0 or more."),
        ({"approved": "-1"}, "This is a whole number, 0 or more."),
        ({"rejected": "9" * 40}, "This is a whole number, 0 or more."),
        ({"mode": "odd"}, ""),
    ],
)
def test_what_cannot_be_tried_is_shown_again(dana: Browser, wrong: dict[str, str], said: str):
    dana.get("/policy/try")

    answer = dana.post("/policy/try", **{"body": "A goodly remark.", **USUAL, **wrong})

    assert answer.status_code == 422
    assert said in text(answer)
    kept = {**USUAL, **wrong}
    assert filled(answer.text, "/policy/try")["age_days"] == [kept["age_days"]]


def test_nothing_of_it_is_kept_or_logged(
    dana: Browser, database: Database, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    dana.get("/policy/try")
    before = rows(database)

    attempt(dana, "A dubious remark, dana.levi@mail.example.com and https://secret.example")

    assert rows(database) == before
    assert "dubious" not in caplog.text
    assert "levi" not in caplog.text


def test_markup_is_shown_as_text(dana: Browser):
    said = attempt(
        dana, "dubious <script>alert(1)</script>", section="<img src=x onerror=alert(1)>"
    )

    assert "dubious <script>alert(1)</script>" in said
