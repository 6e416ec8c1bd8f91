"""The database fails at each statement in turn: all of a request happens, or nothing does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from modsvc.errors import StoreUnavailable
from modsvc.services.decide_cases import Seen
from modsvc.store import people
from modsvc.store.db import Database
from tests.conftest import SITE
from tests.factories import make_body
from tests.fakes import Clock
from tests.faults.history import History, problems
from tests.faults.interference import (
    CANARY,
    Interference,
    at_every_connection,
    growth,
    rows,
    shape,
)

HELD, APPROVED = "A dubious remark.", "A goodly remark."
MOST_STATEMENTS = 60  # More than any request has; a request that never passes must not hang us.
Send = Callable[..., TestResponse]


@pytest.fixture
def send(client: FlaskClient, headers: dict[str, str]) -> Send:
    """POST a comment. Each has an article and an author of its own, so that all grow alike."""

    def send(comment_id: str, body: str, **more: str) -> TestResponse:
        told = make_body(
            body,
            id=comment_id,
            article={"id": f"a-{comment_id}", "title": "An article"},
            author={"id": f"u-{comment_id}", "name": "nightowl"},
        )
        return client.post("/v1/comments", json=told, headers=headers | more)

    return send


@pytest.fixture(params=["once", "for good"])
def lasting(request: pytest.FixtureRequest) -> bool:
    """Whether the database fails at one statement, or from it on."""
    return bool(request.param == "for good")


NEW = {"comments": 1, "revisions": 1, "decisions": 1, "articles": 1, "authors": 1, "likenesses": 1}
EDITED = {"revisions": 1, "decisions": 1}
OPENED, CLOSED = {"cases": 1, "open cases": 1}, {"open cases": -1}
# What holds a comment of which the store could not say enough, though it could then be stored.
NOT_KNOWN = {"history.unavailable", "policy.unavailable"}
# What there is before, what is sent, and what is then more or fewer in the store.
REQUESTS = {
    "a new comment that is held": (None, HELD, {}, NEW | OPENED),
    "a new comment that is approved": (None, APPROVED, {}, NEW),
    "a repeat": (HELD, HELD, {}, {}),
    "an edit that stays held": (HELD, "Another dubious remark.", {}, EDITED),
    "an edit that ends the case": (HELD, APPROVED, {}, EDITED | CLOSED),
    "an edit that opens a case": (APPROVED, HELD, {}, EDITED | OPENED),
    "with an idempotency key": (
        None,
        HELD,
        {"Idempotency-Key": "k-{id}"},
        NEW | OPENED | {"idempotency": 1},
    ),
}


@pytest.mark.parametrize("request_name", REQUESTS)
def test_a_comment_is_stored_whole_or_not_at_all(
    database: Database,
    app: Flask,
    send: Send,
    caplog: pytest.LogCaptureFixture,
    request_name: str,
    *,
    lasting: bool,
) -> None:
    before, body, more, grown = REQUESTS[request_name]
    refused = 0

    for nth in range(1, MOST_STATEMENTS):
        comment_id = f"c-{nth}"
        headers = {name: value.format(id=comment_id) for name, value in more.items()}
        if before is not None:
            assert send(comment_id, before).status_code == 201
        was = rows(database), shape(database)
        with Interference(app.extensions["modsvc"].db, nth, lasting=lasting) as interference:
            answer = send(comment_id, body, **headers)

        if answer.status_code == 503:
            refused += 1
            is_unavailable(answer)
            assert rows(database) == was[0]
            # The client tries again, and all is well.
            answer = send(comment_id, body, **headers)
        assert answer.status_code == (200 if body == before else 201)
        expected = grown
        if NOT_KNOWN & {reason["code"] for reason in answer.json["reasons"]}:
            assert answer.json["action"] == "hold"
            opened = {} if before == HELD else OPENED
            expected = {name: n for name, n in grown.items() if name not in CLOSED} | opened
        assert growth(was[1], shape(database)) == expected
        if not interference.happened:
            break
    else:
        pytest.fail("the request never passed")

    assert nth > 4
    assert refused >= (nth - 1 if lasting else 0)
    assert CANARY not in caplog.text
    with database.read() as db:
        assert problems(History(), db, SITE).keys() <= {"phantom", "changed", "doubled"}


def is_unavailable(answer: TestResponse) -> None:
    """Check that the answer says 503 as it should, and no more than it should."""
    assert answer.status_code == 503
    assert answer.content_type == "application/problem+json"
    assert answer.get_json()["status"] == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert CANARY not in answer.text
    assert "INSERT" not in answer.text
    assert "SELECT" not in answer.text


def test_a_moderators_decision_is_stored_whole_or_not_at_all(
    database: Database, app: Flask, send: Send, *, lasting: bool
) -> None:
    review = app.extensions["modsvc"].review_case
    decider = app.extensions["modsvc"].decide_cases
    with database.write() as db:
        moderator = people.add(db, "ada", Clock().now)

    for nth in range(1, MOST_STATEMENTS):
        assert send(f"c-{nth}", HELD).status_code == 201
        case_id = review.claim_next(SITE, moderator)
        case = review.open(SITE, case_id).case
        seen = Seen(case_id, case.revision, case.claim_token)
        was = rows(database), shape(database)
        with Interference(app.extensions["modsvc"].db, nth, lasting=lasting) as interference:
            try:
                decider.one(SITE, moderator, seen, "moderator.approved")
            except StoreUnavailable as error:
                assert CANARY not in str(error)  # noqa: PT017  That it raises is not what is tested.
                refused = rows(database)
            else:
                refused = None
        if refused is not None:
            assert refused == was[0]
            # The moderator presses the button again.
            decider.one(SITE, moderator, seen, "moderator.approved")
        assert refused is not None or not (lasting and interference.happened)
        decided = {"decisions": 1, "outbox": 1, "acts": 1, "act_cases": 1, "open cases": -1}
        assert growth(was[1], shape(database)) == decided
        if not interference.happened:
            break
    else:
        pytest.fail("the decision never passed")

    assert nth > 5


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_file_that_is_removed_while_serving_takes_no_more_comments(
    database: Database, client: FlaskClient, send: Send, tmp_path: Path
) -> None:
    assert send("c-1", HELD).status_code == 201
    path = Path(str(database.url.database))
    kept = tmp_path / "kept.db"
    path.rename(kept)

    is_unavailable(send("c-2", HELD))
    ready = client.get("/readyz").status_code
    kept.rename(path)

    assert ready == 503
    assert send("c-2", HELD).status_code == 201
    assert send("c-1", HELD).status_code == 200


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_full_disk_refuses_and_keeps_what_was_acknowledged(
    app: Flask, database: Database, send: Send
) -> None:
    ours = app.extensions["modsvc"].db
    with database.read() as db:
        pages = db.exec_driver_sql("PRAGMA page_count").scalar_one()
    acknowledged: list[str] = []

    with at_every_connection(ours, f"PRAGMA max_page_count={pages + 4}"):
        for n in range(100):
            was = rows(database)
            answer = send(f"c-{n}", HELD + " x" * 2_000)
            if answer.status_code != 201:
                break
            acknowledged.append(f"c-{n}")

        is_unavailable(answer)
        assert rows(database) == was
    assert acknowledged
    assert {row[2] for row in rows(database)["comments"]} == set(acknowledged)
    assert send("c-after", HELD).status_code == 201


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_read_only_database_refuses_and_still_answers_questions(
    app: Flask, client: FlaskClient, headers: dict[str, str], send: Send
) -> None:
    assert send("c-1", HELD).status_code == 201

    with at_every_connection(app.extensions["modsvc"].db, "PRAGMA query_only=ON"):
        is_unavailable(send("c-2", HELD))
        assert client.get("/v1/comments/c-1", headers=headers).get_json()["status"] == "held"
    assert send("c-2", HELD).status_code == 201
