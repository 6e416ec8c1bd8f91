"""Odd keys in every place where a protocol takes one: bad keys, and nothing more."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.protocols.odd_calls import SENT, form_of, harm, quoted
from tests.protocols.odd_places import (
    ANALYZE,
    CHECK,
    COMMENT,
    CORAL,
    FORM,
    MODERATIONS,
    SITES,
    SPAM,
    SUGGEST,
    USAGE,
    VERIFY,
    WEBHOOK,
)
from tests.protocols.odd_texts import SHORT

sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@sqlite_only
@pytest.mark.parametrize("path", [ANALYZE, SUGGEST, CORAL, WEBHOOK])
def test_an_odd_key_in_an_address_is_a_bad_key(client: FlaskClient, path: str) -> None:
    for name, text in SHORT.items():
        answer = client.post(path, data=b"{}", query_string="key=" + quoted(text).decode())
        assert answer.status_code in (400, 401, 403), name
        assert harm(path, answer) is None, name


@sqlite_only
@pytest.mark.parametrize(
    ("path", "header", "told"),
    [
        (ANALYZE, "HTTP_X_GOOG_API_KEY", "{}"),
        (MODERATIONS, "HTTP_AUTHORIZATION", "{}"),
        (MODERATIONS, "HTTP_AUTHORIZATION", "Bearer {}"),
    ],
)
def test_an_odd_key_in_a_header_is_a_bad_key(
    client: FlaskClient, path: str, header: str, told: str
) -> None:
    for name, text in SENT.items():
        sent = {header: told.replace("{}", text)}
        answer = client.post(path, data=b"{}", environ_overrides=sent)
        del answer.headers["WWW-Authenticate"]
        assert answer.status_code in (400, 401, 403), name
        assert harm(path, answer) is None, name


@sqlite_only
@pytest.mark.parametrize("path", [CHECK, SPAM, VERIFY, USAGE, SITES])
def test_an_odd_key_in_a_form_or_a_host_name_is_a_bad_key(client: FlaskClient, path: str) -> None:
    usual = form_of(COMMENT)
    for name, text in SHORT.items():
        key = quoted(text)
        host = {"HTTP_HOST": f"{SENT.get(name, 'x')}.rest.akismet.com"}
        for answer in (
            client.post(path, data=b"%s&key=%s&api_key=%s" % (usual, key, key), content_type=FORM),
            client.post(path, data=usual, content_type=FORM, environ_overrides=host),
        ):
            assert answer.text == "invalid" or answer.status_code == 400, name
            assert harm(path, answer) is None, name
