from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from tests.factories import make_body
from tests.fakes import Clock

HELD = "A dubious remark."


def send(client: FlaskClient, headers: dict[str, str], key: str, **changes: object):
    return client.post(
        "/v1/comments",
        json=make_body(HELD, **changes),
        headers={**headers, "Idempotency-Key": key},
    )


def test_a_request_sent_again_with_its_key_gets_the_stored_answer(
    client: FlaskClient, headers: dict[str, str]
) -> None:
    first, again = (send(client, headers, "k-1") for _ in range(2))

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.data == again.data
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"


def test_quoted_and_bare_keys_are_the_same_key(
    client: FlaskClient, headers: dict[str, str]
) -> None:
    send(client, headers, "k-1")

    assert send(client, headers, '"k-1"').headers["Idempotency-Replayed"] == "true"


def test_a_key_with_another_request_is_refused_and_nothing_is_stored(
    client: FlaskClient, headers: dict[str, str]
) -> None:
    send(client, headers, "k-1")

    answer = send(client, headers, "k-1", id="c-2")

    assert answer.status_code == 422
    assert client.get("/v1/comments/c-2", headers=headers).status_code == 404


def test_after_a_day_the_key_is_forgotten_and_the_comment_is_not(
    client: FlaskClient, headers: dict[str, str], clock: Clock
) -> None:
    first = send(client, headers, "k-1")
    clock.advance(timedelta(hours=25))

    again = send(client, headers, "k-1")

    assert (again.status_code, again.json) == (200, first.json)


@pytest.mark.parametrize("malformed", ["", "a b", "é", "x" * 256, '"open', 'a"b'])
def test_a_malformed_key_is_refused(
    client: FlaskClient, headers: dict[str, str], malformed: str
) -> None:
    assert send(client, headers, malformed).status_code == 400


def test_a_refused_request_does_not_use_its_key_up(
    client: FlaskClient, headers: dict[str, str]
) -> None:
    assert send(client, headers, "k-1", article=None).status_code == 422

    assert send(client, headers, "k-1").status_code == 201
