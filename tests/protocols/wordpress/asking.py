"""What readers write under an article, and what modsvc and its moderators say of it."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any

from modsvc.services.decide_cases import Seen
from modsvc.services.review_case import ReviewCase
from modsvc.store import people
from modsvc.store.db import Database
from modsvc.store.decisions import Recorded
from modsvc.store.writer import Writer
from tests.conftest import SITE, deciding, policies_of, waiting
from tests.protocols.conftest import Served
from tests.protocols.wordpress.server import WordPress

FAIR = "Thank you, a fair and careful article."
INSULT = "You are a worthless idiot."
UNREAD = "תודה רבה על הכתבה המעניינת הזאת, למדתי ממנה הרבה דברים חדשים."
ANY_KEY = "000000000000"
HELD = "See https://a.example/1 and https://b.example/2 and https://c.example/3."
ODD = "שלום, reader 😀 — مرحبا & 5 > 4 <3, \u202ewell\u202c… “so” it's ‘fine’."


def decisions(served: Served, comment: dict[str, Any]) -> list[dict[str, Any]]:
    """Give what modsvc decided on a comment; nothing where it knows of none."""
    answer = served.server.call("GET", f"/v1/comments/{comment['comment_ID']}", key=served.keeps)
    found: list[dict[str, Any]] = answer.json.get("decisions", [])
    return found


def judge(served: Served, comment: dict[str, Any], code: str) -> Recorded:
    """Decide a comment's case as a moderator does on the page."""
    database = Database(served.database_url)
    writer = Writer(database)
    try:
        with database.write() as db:
            ben = people.find(db, "ben")
            moderator = ben.id if ben else people.add(db, "ben", datetime.now(UTC))
        review = ReviewCase(
            db=database,
            writer=writer,
            policies=policies_of(database),
            now=lambda: datetime.now(UTC),
        )
        (case_id,) = (
            line.id
            for line in waiting(database, lambda: datetime.now(UTC))
            if line.comment_id == comment["comment_ID"]
        )
        assert review.claim(SITE, case_id, moderator)
        case = review.open(SITE, case_id).case
        seen = Seen(case_id, case.revision, case.claim_token)
        return deciding(database, writer, lambda: datetime.now(UTC)).one(
            SITE, moderator, seen, code
        )
    finally:
        writer.close()
        database.close()


def rest(site: WordPress, who: str, text: str) -> dict[str, Any]:
    """Post a comment by WordPress' REST API, as somebody who is logged in."""
    make = "WP_Application_Passwords::create_new_application_password"
    password = site.php(
        f"return {make}(get_user_by('login', '{who}')->ID, ['name' => uniqid()])[0];"
    )
    token = base64.b64encode(f"{who}:{password}".encode()).decode()
    body = json.dumps({"post": site.article, "content": text}).encode()
    headers = {"Authorization": f"Basic {token}", "Content-Type": "application/json"}
    answer = site.call("POST", "/?rest_route=/wp/v2/comments", body, **headers)
    assert answer.status == 201, answer.body
    return site.newest()
