"""The database is gone: an honest 503 at once, and all is well when it is back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from modsvc.app import create_app
from modsvc.config import Settings
from modsvc.store import sites
from modsvc.store.db import Database
from tests import postgres
from tests.calm import calm_file
from tests.conftest import SITE
from tests.factories import make_body
from tests.fakes import Clock, WordScorer
from tests.faults.test_statements import is_unavailable

# Every address of the API that needs the database.
ROUTES = [
    ("POST", "/v1/comments", make_body()),
    ("POST", "/v1/comments/batch", {"comments": [make_body()]}),
    ("GET", "/v1/comments/c-1", None),
    ("GET", "/v1/decisions", None),
]


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
def headers(durable_url: str) -> dict[str, str]:
    database = Database(durable_url)
    with database.write() as db:
        sites.add_site(db, SITE, "The Gazette", Clock().now)
        key = sites.add_key(db, SITE, "tests", frozenset(sites.SCOPES), Clock().now)
    database.close()
    return {"Authorization": f"Bearer {key}"}


def test_every_route_says_503_until_the_server_is_back(
    app: Flask,
    client: FlaskClient,
    headers: dict[str, str],
    durable_server: postgres.Server,
) -> None:
    assert client.post("/v1/comments", json=make_body(), headers=headers).status_code == 201

    durable_server.stop()
    try:
        for method, path, body in ROUTES:
            is_unavailable(client.open(path, method=method, json=body, headers=headers))
        assert client.get("/healthz").status_code == 200
        ready = client.get("/readyz")
        assert (ready.status_code, ready.get_json()["ready"]) == (503, False)
    finally:
        durable_server.start()

    for method, path, body in ROUTES:
        answer = client.open(path, method=method, json=body, headers=headers)
        assert answer.status_code == 200, answer.text
    assert client.get("/readyz").get_json()["ready"]


def test_a_write_refused_for_want_of_the_server_goes_through_afterwards(
    app: Flask,
    client: FlaskClient,
    headers: dict[str, str],
    durable_server: postgres.Server,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The key is remembered here, so that it is the writer that meets the failure.
    monkeypatch.setattr("modsvc.services.authenticate.REMEMBERED_S", 60.0)
    assert client.post("/v1/comments", json=make_body(), headers=headers).status_code == 201
    another = make_body(id="c-2")

    durable_server.stop()
    try:
        is_unavailable(client.post("/v1/comments", json=another, headers=headers))
    finally:
        durable_server.start()

    assert client.post("/v1/comments", json=another, headers=headers).status_code == 201


def garble(path: Path) -> None:
    path.write_bytes(b"This is no database. " * 1_000)


def remove(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("spoil", [garble, remove])
def test_a_file_that_is_no_database_is_a_503(tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    path = tmp_path / "modsvc.db"
    path.touch()
    spoil(path)
    settings = Settings(database_url=f"sqlite:///{path}", secure_cookies=False, policy=calm_file())
    client = create_app(settings, scorer=WordScorer(), now=Clock()).test_client()

    for method, path_, body in ROUTES:
        key = {"Authorization": "Bearer msk_whatever"}
        is_unavailable(client.open(path_, method=method, json=body, headers=key))
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503
