"""What a site is sent, what is written down of decisions and what is logged holds no personal data."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from typing import Any

import orjson
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from modsvc.store.db import Database
from modsvc.store.tables import metadata, sites
from tests.web.browser import Browser

SECRETS = ("dana.levi@mail.example.com", "+972 50-123-4567", "4111 1111 1111 1111")
BODY = f"dubious: write to {SECRETS[0]}, ring {SECRETS[1]} or charge {SECRETS[2]}"
FRAGMENTS = re.compile(r"levi|mail\.example|\+972|50-123|123-4567|4111 |1111 ")
# Where what a reader wrote is kept, and has to be.
TEXTS = {("revisions", "body"), ("revisions", "parent_body")}


def test_only_a_comments_own_text_holds_its_personal_data(
    client: FlaskClient,
    headers: dict[str, str],
    dana: Browser,
    send: Callable[..., dict[str, Any]],
    database: Database,
    caplog: pytest.LogCaptureFixture,
):
    with database.write() as db:
        db.execute(sa.update(sites).values(all_events=True))
    caplog.set_level(logging.DEBUG)

    first, second = send(BODY, parent={"id": "c-0", "body": BODY}), send(f"{BODY}.")
    dana.get("/queue")
    dana.post("/cases/1/claim")
    dana.get("/cases/1")
    dana.post("/cases/1/personal")
    assert dana.decide("/cases/1", "moderator.unlawful").status_code == 303
    feed = client.get("/v1/decisions", headers=headers).json
    status = client.get("/v1/comments/c-1", headers=headers).json

    codes = {reason["code"] for reason in first["reasons"]}
    assert {"personal.email", "personal.phone", "personal.card"} <= codes
    assert [each["action"] for each in feed["decisions"]] == ["hold", "hold", "reject"]
    assert not FRAGMENTS.search(orjson.dumps([first, second, feed, status]).decode())
    assert "personal.shown" in caplog.text
    assert not FRAGMENTS.search(caplog.text)
    kept = rows(database)
    assert len(kept["decisions"]) == len(kept["outbox"]) == 3
    leaks = {
        (table, column)
        for table, found in kept.items()
        for row in found
        for column, value in row.items()
        if FRAGMENTS.search(str(value))
    }
    assert leaks == TEXTS


def rows(database: Database) -> dict[str, list[dict[str, Any]]]:
    """All that is in the database, by table."""
    with database.read() as db:
        return {
            table.name: [dict(row) for row in db.execute(sa.select(table)).mappings()]
            for table in metadata.sorted_tables
        }
