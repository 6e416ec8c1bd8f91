"""A comment with something of everything around it, all of it said in the same words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask.testing import FlaskClient

from modsvc.core.preferences import Preferences
from modsvc.store import preferences
from modsvc.store.db import Database
from modsvc.store.tables import moderators
from tests.web.browser import Browser

Send = Callable[..., dict[str, Any]]
# Enough words to be like another comment with the same ones.
FLYER = "dubious: come to the great flapdoodle fair on the green this very night"


def surround(send: Send, client: FlaskClient, headers: dict[str, str], words: str) -> str:
    """Send a comment, and all that its page shows beside it; give its case's address."""
    body = f"{FLYER} {words}"
    who: dict[str, Any] = {"author": {"id": words, "name": words}}
    sent = [
        {"id": "up", **who},
        {"id": "parent", "parent": {"id": "up", "body": body}, **who},
        {"id": "sibling", "parent": {"id": "parent", "body": body}, **who},
        {"id": "itself", "parent": {"id": "parent", "body": body}, **who},
        {"id": "reply", "parent": {"id": "itself", "body": body}, **who},
    ]
    for facts in sent:
        assert send(body, **facts)["action"] == "hold"
    report = {"reporter": "u-9", "reason": words, "text": body}
    answer = client.post("/v1/comments/itself/reports", json=report, headers=headers)
    assert answer.status_code < 300, answer.text
    return "/cases/4"


def hand_around(moderator: Browser, case: str, words: str, *, to: str) -> None:
    """Write a note that names somebody, hand the case to them, and leave another to leads."""
    moderator.get(case)
    assert moderator.post(f"{case}/note", note=f"@Edna {words}").status_code == 303
    assert moderator.post(f"{case}/assign", to=to, note=words).status_code == 303
    assert moderator.post("/cases/1/escalate", note=words).status_code == 303


def everybody_likes(database: Database, **liking: Any) -> None:
    """Have every moderator like their pages to be so."""
    with database.write() as db:
        for moderator in db.execute(sa.select(moderators.c.id)).scalars().all():
            preferences.save(db, moderator, Preferences(**liking))
