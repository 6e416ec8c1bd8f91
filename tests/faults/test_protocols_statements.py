"""The database fails at each statement of a protocol's request: all of it is kept, or nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from modsvc.core.answering import Answering
from modsvc.protocols.coral.answers import WITHHELD
from modsvc.protocols.coral.signing import HEADER, sign
from modsvc.store import decisions, sites
from modsvc.store.db import Database
from tests.conftest import SITE
from tests.fakes import Clock
from tests.faults.history import History, problems
from tests.faults.interference import CANARY, Interference, growth, rows, shape

MOST_STATEMENTS = 60  # More than any request has; a request that never passes must not hang us.
SECRET = "s3cr3t"
THANKS = "Thanks for making the web a better place."
Send = Callable[[FlaskClient, str, str], TestResponse]


def analyze(client: FlaskClient, key: str, text: str) -> TestResponse:
    # Each has an author and a place of its own, so that all grow alike.
    body = {
        "comment": {"text": text},
        "requestedAttributes": {"TOXICITY": {}},
        "context": {"articleAndParentComment": {"article": {"text": f"Under: {text}"}}},
        "sessionId": text,
    }
    return client.post("/v1alpha1/comments:analyze", json=body, query_string={"key": key})


def suggest(client: FlaskClient, key: str, text: str) -> TestResponse:
    scores = {"TOXICITY": {"summaryScore": {"value": 1}}}
    body = {"comment": {"text": text}, "attributeScores": scores, "clientToken": text}
    return client.post("/v1alpha1/comments:suggestscore", json=body, query_string={"key": key})


def batch(client: FlaskClient, key: str, text: str) -> TestResponse:
    """Suggest the same in the one part of a batch."""
    scores = {"TOXICITY": {"summaryScore": {"value": 1}}}
    told = json.dumps({"comment": {"text": text}, "attributeScores": scores})
    line = f"POST /v1alpha1/comments:suggestscore?key={key} HTTP/1.1"
    whole = f"--x\r\nContent-Type: application/http\r\n\r\n{line}\r\n\r\n{told}\r\n--x--"
    return client.post("/batch", data=whole, content_type="multipart/mixed; boundary=x")


def moderations(client: FlaskClient, key: str, text: str) -> TestResponse:
    headers = {"Authorization": f"Bearer {key}"}
    return client.post("/v1/moderations", json={"input": text}, headers=headers)


def moderate(client: FlaskClient, key: str, text: str) -> TestResponse:
    body = {"comment": {"body": text}, "author": {"id": text}, "story": {"id": text}}
    return signed(client, key, "/coral/moderate", body)


def webhook(client: FlaskClient, key: str, text: str) -> TestResponse:
    data = {"commentID": text, "status": "REJECTED"}
    body = {"id": text, "type": "COMMENT_LEFT_MODERATION_QUEUE", "data": data}
    return signed(client, key, "/coral/webhook", body)


def signed(client: FlaskClient, key: str, path: str, body: Mapping[str, object]) -> TestResponse:
    sent = json.dumps(body).encode()
    headers = {HEADER: sign(SECRET, sent)}
    return client.post(path, data=sent, query_string={"key": key}, headers=headers)


def check(client: FlaskClient, key: str, text: str) -> TestResponse:
    return client.post("/1.1/comment-check", data=form(key, text))


def submit(client: FlaskClient, key: str, text: str) -> TestResponse:
    return client.post("/1.1/submit-spam", data=form(key, text))


def form(key: str, text: str) -> dict[str, str]:
    told = {"blog": f"https://b.example/{text}", "user_ip": text, "permalink": text}
    return {**told, "api_key": key, "comment_author": text, "comment_content": text}


NEW = {"comments": 1, "revisions": 1, "decisions": 1, "articles": 1, "authors": 1, "likenesses": 1}
HELD = NEW | {"cases": 1, "open cases": 1}
# The protocol tells no article and no author, so that all have the same, which are there already.
NOWHERE = {name: 1 for name in HELD if name not in ("articles", "authors")}
SUGGESTED = {"suggestions": 1}
NOT_KNOWN = {"history.unavailable", "policy.unavailable"}


@dataclass(frozen=True)
class Case:
    """A request, and what there is more in the store once it was answered well."""

    send: Send
    grown: Mapping[str, int]
    status: int = 200
    text: str = "A dubious remark, {n}."


REQUESTS = {
    "a comment by Perspective": Case(analyze, HELD),
    "a suggestion by Perspective": Case(suggest, SUGGESTED),
    "a suggestion in a batch": Case(batch, SUGGESTED),
    "a comment by OpenAI": Case(moderations, NOWHERE),
    "a comment by Coral": Case(moderate, HELD),
    "an outcome by Coral": Case(webhook, SUGGESTED, status=204),
    "a comment by Akismet": Case(check, HELD),
    "a comment by Akismet that is ham": Case(check, NEW, text="A goodly remark, {n}."),
    "a correction by Akismet": Case(submit, SUGGESTED),
}


@pytest.fixture(params=["once", "for good"])
def lasting(request: pytest.FixtureRequest) -> bool:
    """Whether the database fails at one statement, or from it on."""
    return bool(request.param == "for good")


@pytest.fixture
def keeping_key(database: Database, monkeypatch: pytest.MonkeyPatch) -> str:
    # A key's good second must not decide which statements a request has.
    monkeypatch.setattr("modsvc.services.authenticate.REMEMBERED_S", 0.0)
    scopes, answering = frozenset(["protocols:call"]), Answering(keeps_comments=True)
    with database.write() as db:
        key = sites.add_key(db, SITE, "keeps", scopes, Clock().now, answering)
        sites.add_secret(db, SITE, key, SECRET, Clock().now)
    return key


def newest_codes(database: Database) -> set[str]:
    """Give the codes of the newest decision's reasons."""
    with database.read() as db:
        newest = decisions.after(db, SITE, decisions.head(db, SITE).position - 1, 1)
    return {reason.signal.code for reason in newest[0].reasons}


def status_of(answer: TestResponse) -> int:
    """Give an answer's status; of a batch that of its one part."""
    _, found, rest = answer.text.partition("HTTP/1.1 ")
    return int(rest[:3]) if found else answer.status_code


def is_refused(answer: TestResponse) -> bool:
    """Tell whether nothing was kept: Coral, which goes on after an error, is told to withhold it."""
    return status_of(answer) == 503 or answer.get_json(silent=True) == WITHHELD


@pytest.mark.parametrize("name", REQUESTS)
def test_a_request_is_kept_whole_or_not_at_all(
    database: Database,
    app: Flask,
    client: FlaskClient,
    keeping_key: str,
    caplog: pytest.LogCaptureFixture,
    name: str,
    *,
    lasting: bool,
) -> None:
    case = REQUESTS[name]
    refused = 0
    # What every request after it finds there already.
    assert status_of(case.send(client, keeping_key, case.text.format(n=0))) == case.status

    for nth in range(1, MOST_STATEMENTS):
        text = case.text.format(n=nth)
        was = rows(database), shape(database)
        with Interference(app.extensions["modsvc"].db, nth, lasting=lasting) as interference:
            answer = case.send(client, keeping_key, text)

        if is_refused(answer):
            refused += 1
            says_no_more_than_that(answer)
            assert rows(database) == was[0]
            # The client tries again, and all is well.
            answer = case.send(client, keeping_key, text)
        assert status_of(answer) == case.status
        grown = growth(was[1], shape(database))
        # What the store could not say enough of is held.
        unknown = case.grown == NEW and not lasting and grown == HELD
        assert grown == case.grown or (unknown and newest_codes(database) & NOT_KNOWN)
        if not interference.happened:
            break
    else:
        pytest.fail("the request never passed")

    assert nth > 4
    assert refused >= (4 if lasting else 1)
    app.extensions["modsvc"].count_checks.keep()
    # Each names a site of its own.
    counted = shape(database).get("akismet_counts", 0)
    assert counted == (nth + 1 if case.send in (check, submit) else 0)
    assert CANARY not in caplog.text
    with database.read() as db:
        assert problems(History(), db, SITE).keys() <= {"phantom", "changed"}


def says_no_more_than_that(answer: TestResponse) -> None:
    """Check that a refusal has nothing of the database in it, and no word that clients act on."""
    assert answer.text not in {"true", "false", THANKS, ""}
    for word in (CANARY, "INSERT", "SELECT", "remark"):
        assert word not in answer.text


def test_a_count_that_cannot_be_kept_costs_no_answer(
    database: Database, app: Flask, client: FlaskClient, keeping_key: str, *, lasting: bool
) -> None:
    answers = []

    for nth in range(1, MOST_STATEMENTS):
        ours = app.extensions["modsvc"].db
        with Interference(ours, nth, lasting=lasting) as interference:
            answers.append(check(client, keeping_key, f"A dreadful remark, {nth}."))
        if not interference.happened:
            break

    assert {answer.status_code for answer in answers} == {200, 503}
    assert {answer.text for answer in answers if answer.status_code == 200} == {"true"}
    with database.read() as db:
        stored = {row.id for row in db.exec_driver_sql("SELECT id FROM comments")}
    kept = {answer.headers["X-akismet-guid"] for answer in answers if answer.status_code == 200}
    assert kept == stored
