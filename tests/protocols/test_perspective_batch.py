"""Several of Perspective's requests in the parts of one."""

from __future__ import annotations

import json

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from tests.protocols.perspective import ANALYZE, SUGGEST, asking, refusal, suggesting


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b"{}"),
        ("multipart/mixed", b"--x\r\n\r\n--x--"),
        ("multipart/mixed; boundary=x", b"nothing"),
        ("multipart/mixed; boundary=x", b"--x--"),
        ("multipart/mixed; boundary=\xff", b"--x--"),
    ],
)
def test_what_is_no_batch_is_refused(client: FlaskClient, content_type: str, body: bytes) -> None:
    answer = client.post("/batch", data=body, content_type=content_type)

    assert refusal(answer)[0] == 400


def batch_of(*parts: tuple[str, str], line: str = "POST {} HTTP/1.1") -> bytes:
    """A batch as Google's Python client writes one."""
    written = [
        "--x\r\nContent-Type: application/http\r\nMIME-Version: 1.0\r\n"
        "Content-Transfer-Encoding: binary\r\n"
        f"Content-ID: <a + {i}>\r\n\r\n{line.format(path)}\r\n"
        f"Content-Type: application/json\r\nMIME-Version: 1.0\r\n\r\n{body}\r\n"
        for i, (path, body) in enumerate(parts)
    ]
    return ("".join(written) + "--x--").encode()


def send(client: FlaskClient, body: bytes) -> TestResponse:
    return client.post("/batch", data=body, content_type="multipart/mixed; boundary=x")


def test_each_part_of_a_batch_is_answered_on_its_own(client: FlaskClient, key: str) -> None:
    good = json.dumps(asking())
    query = f"?key={key}&alt=json"

    answer = send(
        client,
        batch_of(
            (ANALYZE + query, good),
            (ANALYZE + query, "{"),
            (ANALYZE, good),
            ("/v1/comments" + query, good),
            (SUGGEST + query, json.dumps(suggesting())),
        ),
    )

    assert answer.status_code == 200
    boundary = answer.content_type.partition("boundary=")[2]
    parts = answer.text.split(f"--{boundary}")[1:-1]
    assert [part.split("HTTP/1.1 ")[1][:3] for part in parts] == ["200", "400", "403", "404", "200"]
    assert all(f"Content-ID: <response-a + {i}>" in part for i, part in enumerate(parts))


@pytest.mark.parametrize(
    "written", ["https://modsvc.example{}", "http://h:80{}", "{}", "/v1alpha1/comments%3Aanalyze"]
)
def test_the_address_of_a_part_may_be_whole_and_encoded(
    client: FlaskClient, key: str, written: str
) -> None:
    path = written.format(ANALYZE) + f"?key={key}"

    answer = send(client, batch_of((path, json.dumps(asking()))))

    assert "HTTP/1.1 200 " in answer.text


def test_a_batch_of_too_many_is_refused(client: FlaskClient, key: str) -> None:
    part = (f"{ANALYZE}?key={key}", json.dumps(asking()))

    assert send(client, batch_of(*[part] * 100)).status_code == 200
    assert refusal(send(client, batch_of(*[part] * 101)))[0] == 400


def test_a_batch_that_would_take_forever_to_take_apart_is_refused_at_once(
    client: FlaskClient,
) -> None:
    many = b"--x\r\n\r\n" * 1_000_000
    nested = b"".join(
        b"--%s\r\nContent-Type: multipart/mixed; boundary=%sx\r\n\r\n" % (b"x" * n, b"x" * n)
        for n in range(1, 2_000)
    )

    assert refusal(send(client, many))[0] == 400
    assert refusal(send(client, nested))[0] == 400
    assert send(client, nested + b"\r\n--x--").status_code == 200


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_part_of_a_batch_is_a_500(client: FlaskClient, line: str, body: str) -> None:
    answer = send(client, batch_of(("", body), line=line.replace("{", "").replace("}", "")))

    assert answer.status_code in {200, 400}
    assert "HTTP/1.1 500" not in answer.text
