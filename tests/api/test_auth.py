from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from modsvc.api import routes
from modsvc.store import sites
from modsvc.store.db import Database
from tests.conftest import SITE
from tests.factories import make_body
from tests.fakes import Clock


def addresses(app: Flask) -> list[tuple[str, str]]:
    """Every method and address of the API that is not public."""
    return [
        (method, rule.rule.replace("<anything:comment_id>", "c-1"))
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
        if rule.rule.startswith("/v1/") and rule.endpoint.split(".")[0] not in routes.PUBLIC
    ]


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer msk_unknown",
        "Basic dXNlcjpwYXNz",
        "Bearer " + "x" * 5000,
    ],
)
def test_no_address_answers_without_a_good_key(
    app: Flask, client: FlaskClient, header: str | None
) -> None:
    sent = {} if header is None else {"Authorization": header}
    assert addresses(app)

    for method, address in addresses(app):
        answer = client.open(address, method=method, headers=sent)
        assert answer.status_code == 401, (method, address)
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_revoked_key_stops_working(
    client: FlaskClient, database: Database, headers: dict[str, str]
) -> None:
    with database.write() as db:
        sites.revoke_keys(db, SITE, Clock().now)

    assert client.get("/v1/decisions", headers=headers).status_code == 401


@pytest.mark.parametrize(
    ("scope", "statuses"),
    [
        ("comments:write", [201, 403, 403]),
        ("comments:read", [403, 404, 403]),
        ("decisions:read", [403, 403, 200]),
    ],
)
def test_a_key_may_do_what_its_scopes_say(
    client: FlaskClient, database: Database, scope: str, statuses: list[int]
) -> None:
    with database.write() as db:
        key = sites.add_key(db, SITE, "narrow", frozenset([scope]), Clock().now)
    sent = {"Authorization": f"Bearer {key}"}

    answers = [
        client.post("/v1/comments", json=make_body(), headers=sent),
        client.get("/v1/comments/nowhere", headers=sent),
        client.get("/v1/decisions", headers=sent),
    ]

    assert [answer.status_code for answer in answers] == statuses


def test_keys_are_not_kept(database: Database, key: str) -> None:
    with database.read() as db:
        rows = db.exec_driver_sql("SELECT * FROM keys").all()

    assert len(rows) == 1
    assert key not in str(rows)
