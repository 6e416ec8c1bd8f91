"""The database is gone: every protocol says so in its own shape, and all is well when it is back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from modsvc.app import create_app
from modsvc.config import Settings
from modsvc.core.answering import Answering
from modsvc.protocols.coral.signing import HEADER, sign
from modsvc.store import sites
from modsvc.store.db import Database
from tests import postgres
from tests.calm import calm_file
from tests.conftest import SITE
from tests.fakes import Clock, WordScorer

SECRET = "s3cr3t"
SCORE = {"comment": {"text": "A goodly remark."}, "requestedAttributes": {"TOXICITY": {}}}
SUGGEST = {
    "comment": {"text": "A goodly remark."},
    "attributeScores": {"TOXICITY": {"summaryScore": {"value": 0}}},
}
ASK = {
    "comment": {"body": "A goodly remark."},
    "author": {"id": "u-1"},
    "story": {"id": "s-1"},
}
OUTCOME = {
    "id": "e-1",
    "type": "COMMENT_LEFT_MODERATION_QUEUE",
    "data": {"commentID": "9", "status": "REJECTED"},
}
FORM = {"blog": "https://b.example", "user_ip": "192.0.2.1", "comment_content": "goodly"}
THANKS = "Thanks for making the web a better place."


def perspective(client: FlaskClient, key: str, path: str, body: Mapping[str, Any]) -> TestResponse:
    return client.post(path, json=body, query_string={"key": key})


def batch(client: FlaskClient, key: str, path: str, body: Mapping[str, Any]) -> TestResponse:
    part = f"POST {path}?key={key} HTTP/1.1\r\n\r\n{json.dumps(body)}"
    whole = f"--x\r\nContent-Type: application/http\r\n\r\n{part}\r\n--x--"
    return client.post("/batch", data=whole, content_type="multipart/mixed; boundary=x")


def openai(client: FlaskClient, key: str, path: str, body: Mapping[str, Any]) -> TestResponse:
    return client.post(path, json=body, headers={"Authorization": f"Bearer {key}"})


def akismet(client: FlaskClient, key: str, path: str, body: Mapping[str, Any]) -> TestResponse:
    return client.post(path, data={"key": key, "api_key": key, **body})


def coral(client: FlaskClient, key: str, path: str, body: Mapping[str, Any]) -> TestResponse:
    sent = json.dumps(body).encode()
    headers = {HEADER: sign(SECRET, sent)}
    return client.post(path, data=sent, query_string={"key": key}, headers=headers)


Call = Callable[[FlaskClient, str, str, Mapping[str, Any]], TestResponse]
ADDRESSES: list[tuple[Call, str, Mapping[str, Any]]] = [
    (perspective, "/v1alpha1/comments:analyze", SCORE),
    (perspective, "/v1alpha1/comments:suggestscore", SUGGEST),
    (batch, "/v1alpha1/comments:analyze", SCORE),
    (batch, "/v1alpha1/comments:suggestscore", SUGGEST),
    (openai, "/v1/moderations", {"input": "A goodly remark."}),
    (akismet, "/1.1/verify-key", {"blog": "https://b.example"}),
    (akismet, "/1.1/comment-check", FORM),
    (akismet, "/1.1/submit-spam", FORM),
    (akismet, "/1.1/submit-ham", FORM),
    (akismet, "/1.2/usage-limit", {}),
    (akismet, "/1.2/key-sites", {}),
    (coral, "/coral/moderate", ASK),
    (coral, "/coral/webhook", OUTCOME),
]
# Those that write, for a key that keeps comments; a count of Akismet's is no such thing.
WRITING = [
    each for each in ADDRESSES if not each[1].startswith(("/1.1/verify-key", "/1.2/", "/coral/"))
]


def says_so(call: Call, answer: TestResponse) -> None:
    """Check that an answer is the protocol's own for "not now", and gives nothing away."""
    told = answer.text
    if call is batch:
        assert answer.status_code == 200
        assert "HTTP/1.1 503 Service Unavailable" in told
        told = told.partition("Content-Length: ")[2].partition("\r\n\r\n")[2].partition("\r\n")[0]
    else:
        assert answer.status_code == 503
    if call is akismet:
        assert answer.content_type == "text/plain; charset=utf-8"
        assert told not in {"true", "false", "valid", "invalid", THANKS, ""}
    else:
        error = json.loads(told)["error"]
        if call in (perspective, batch):
            assert (error["code"], error["status"]) == (503, "UNAVAILABLE")
        elif call is openai:
            assert error.keys() == {"message", "type", "param", "code"}
            assert error["type"] == "server_error"
        else:
            assert isinstance(error, str)
    for secret in ("SELECT", "INSERT", "127.0.0.1", "msk_", "goodly", "Traceback"):
        assert secret not in told


def is_well(call: Call, answer: TestResponse) -> None:
    assert answer.status_code in (200, 204), answer.text
    if call is batch:
        assert "HTTP/1.1 200 OK" in answer.text
    if call is akismet:
        known = {"valid", "false", THANKS}
        assert answer.text in known or answer.content_type == "application/json"


@pytest.fixture
def app(durable_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    # A key's good second must not decide which part of a request meets the failure.
    monkeypatch.setattr("modsvc.services.authenticate.REMEMBERED_S", 0.0)
    app = create_app(
        Settings(database_url=durable_url, secure_cookies=False, policy=calm_file()),
        scorer=WordScorer(),
        now=Clock(),
    )
    yield app
    app.extensions["modsvc"].close()


@pytest.fixture
def keeping_key(durable_url: str) -> str:
    database = Database(durable_url)
    with database.write() as db:
        sites.add_site(db, SITE, "The Gazette", Clock().now)
        scopes = frozenset(["protocols:call"])
        key = sites.add_key(db, SITE, "tests", scopes, Clock().now, Answering(keeps_comments=True))
        sites.add_secret(db, SITE, key, SECRET, Clock().now)
    database.close()
    return key


@pytest.fixture
def scoring_key(durable_url: str, keeping_key: str) -> str:
    database = Database(durable_url)
    with database.write() as db:
        scopes = frozenset(["protocols:call"])
        key = sites.add_key(db, SITE, "scores", scopes, Clock().now)
    database.close()
    return key


def test_every_protocol_says_so_until_the_server_is_back(
    client: FlaskClient, keeping_key: str, durable_server: postgres.Server
) -> None:
    for call, path, body in ADDRESSES:
        is_well(call, call(client, keeping_key, path, body))

    durable_server.stop()
    try:
        for call, path, body in ADDRESSES:
            says_so(call, call(client, keeping_key, path, body))
    finally:
        durable_server.start()

    for call, path, body in ADDRESSES:
        is_well(call, call(client, keeping_key, path, body))


def test_what_cannot_be_written_is_not_answered_as_if_it_were(
    client: FlaskClient,
    keeping_key: str,
    durable_server: postgres.Server,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The key is remembered here, so that it is the writer that meets the failure.
    monkeypatch.setattr("modsvc.services.authenticate.REMEMBERED_S", 60.0)
    akismet(client, keeping_key, "/1.1/verify-key", FORM)

    durable_server.stop()
    try:
        for call, path, body in WRITING:
            says_so(call, call(client, keeping_key, path, body))
    finally:
        durable_server.start()

    for call, path, body in WRITING:
        is_well(call, call(client, keeping_key, path, body))


def test_what_is_only_scored_needs_no_database_once_the_key_is_known(
    client: FlaskClient,
    scoring_key: str,
    durable_server: postgres.Server,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("modsvc.services.authenticate.REMEMBERED_S", 60.0)
    dreadful = {**FORM, "comment_content": "dreadful"}
    akismet(client, scoring_key, "/1.1/verify-key", FORM)

    durable_server.stop()
    try:
        checked = akismet(client, scoring_key, "/1.1/comment-check", dreadful)
        scored = perspective(client, scoring_key, "/v1alpha1/comments:analyze", SCORE)
        judged = openai(client, scoring_key, "/v1/moderations", {"input": "dreadful"})
    finally:
        durable_server.start()

    assert (checked.status_code, checked.text) == (200, "true")
    assert scored.get_json()["attributeScores"]["TOXICITY"]
    assert judged.get_json()["results"][0]["flagged"] is True


def test_whoever_is_told_not_now_is_told_when(
    client: FlaskClient, keeping_key: str, durable_server: postgres.Server
) -> None:
    durable_server.stop()
    try:
        answers = {
            path: call(client, keeping_key, path, body)
            for call, path, body in ADDRESSES
            if call is not batch
        }
    finally:
        durable_server.start()

    assert {answer.status_code for answer in answers.values()} == {503}
    assert [path for path, answer in answers.items() if "Retry-After" not in answer.headers] == []


def garble(path: Path) -> None:
    path.write_bytes(b"This is no database. " * 1_000)


def remove(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("spoil", [garble, remove])
def test_a_file_that_is_no_database_is_said_by_every_protocol(
    tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    path = tmp_path / "modsvc.db"
    path.touch()
    spoil(path)
    settings = Settings(database_url=f"sqlite:///{path}", secure_cookies=False, policy=calm_file())
    client = create_app(settings, scorer=WordScorer(), now=Clock()).test_client()

    for call, address, body in ADDRESSES:
        says_so(call, call(client, "msk_whatever", address, body))
