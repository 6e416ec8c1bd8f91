from __future__ import annotations

import re
import shlex
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from modsvc.api import reference
from modsvc.api.problems import TYPES
from modsvc.protocols import keys
from modsvc.store import sites
from modsvc.store.db import Database
from tests.conftest import SITE
from tests.fakes import Clock
from tests.web.browser import Browser, text


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What is documented does not depend on the database."""
    return sqlite_url


@pytest.fixture
def operations(app: Flask, client: FlaskClient) -> list[reference.Operation]:
    return list(reference.read_operations(client.get("/openapi.json").json, ""))


def test_every_operation_is_described(app: Flask, client: FlaskClient):
    spec = client.get("/openapi.json").json
    said = text(Browser(app).get("/docs"))

    for path, methods in spec["paths"].items():
        for method in {"get", "post", "put", "delete"} & set(methods):
            assert f"{method.upper()} {path}" in said
            assert methods[method]["summary"] in said


def test_a_field_is_described_with_its_type_and_limits(app: Flask):
    said = text(Browser(app).get("/docs"))

    for line in (
        "body required string 1 to 20,480 characters",
        "article required string or Article 1 to 200 characters as an id",
        "comments required list of Comment 1 to 500 items",
        "limit integer 1 to 500, 100 if left out",
        "title string or null cut at 1,000 characters",
    ):
        assert line in said


def test_every_problem_type_leads_to_a_place_on_the_page(app: Flask):
    page = Browser(app).get("/docs").text

    ids = re.findall(r'id="([^"]+)"', page)
    assert {slug for slug, _ in TYPES.values()} <= set(ids)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)


def test_every_scope_is_explained():
    assert set(reference.SCOPES) == set(sites.SCOPES)
    assert set(reference.NEEDED.values()) | {keys.SCOPE} == set(sites.SCOPES)


def test_each_operation_asks_for_the_scope_that_is_described(
    operations: list[reference.Operation], client: FlaskClient, database: Database
):
    with database.write() as db:
        bare = sites.add_key(db, SITE, "bare", frozenset(), Clock().now)

    for operation in operations:
        answer = client.open(
            re.sub(r"\{\w+\}", "c-1", operation.path),
            method=operation.method,
            headers={"Authorization": f"Bearer {bare}"},
            json={},
        )
        if operation.scope is None:
            assert answer.status_code == 200, operation.path
        else:
            assert answer.status_code == 403, operation.path
            assert operation.scope in answer.json["detail"]


def test_every_curl_line_works(
    operations: list[reference.Operation], client: FlaskClient, headers: dict[str, str]
):
    key = headers["Authorization"].removeprefix("Bearer ")
    for operation in operations:  # In their order: the comment is sent before it is asked about.
        words = iter(shlex.split(operation.curl.replace("\\\n", " ").replace("KEY", key)))
        sent: dict[str, str] = {}
        body, address, verb = None, "", None
        for word in words:
            if word == "-H":
                name, _, value = next(words).partition(": ")
                sent[name] = value
            elif word == "-d":
                body = next(words)
            elif word == "-X":
                verb = next(words)
            else:
                address = word

        method = verb or ("POST" if body else "GET")
        answer = client.open(address, method=method, headers=sent, data=body)

        assert operation.method == method
        assert answer.status_code in (200, 201), (operation.curl, answer.text)


def test_the_page_fetches_nothing_from_elsewhere(app: Flask):
    page = Browser(app).get("/docs").text

    assert "<script" not in page
    assert all(
        address.startswith(("/", "#")) for address in re.findall(r'(?:href|src)="([^"]+)"', page)
    )


def test_the_page_needs_no_log_in_and_no_cookie(app: Flask, make_link: Callable[..., str]):
    answer = Browser(app).get("/docs")

    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
