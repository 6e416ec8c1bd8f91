from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from modsvc.headers import HEADERS

ADDRESSES = [
    "/healthz",
    "/readyz",
    "/docs",
    "/openapi.json",
    "/log-in",
    "/queue",
    "/nowhere",
    "/v1/nowhere",
    "/v1/decisions",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_carries_the_security_headers(client: FlaskClient, address: str) -> None:
    answer = client.get(address, headers={"Accept": "text/html"})

    for name, value in HEADERS:
        assert answer.headers.getlist(name) == [value]
    assert answer.headers.getlist("Cache-Control") == ["no-store"]


def test_a_programs_answer_does_not_depend_on_cookies(
    client: FlaskClient, headers: dict[str, str]
) -> None:
    answer = client.get("/v1/decisions", headers=headers)

    assert "Set-Cookie" not in answer.headers
    assert "Vary" not in answer.headers
