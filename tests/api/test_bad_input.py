"""What a stranger may send: never a 500, always a problem that says what and where."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from modsvc.core.comment import MAX_BODY_CHARS
from tests.factories import make_body

JSON = "application/json"
BODIES: dict[str, tuple[bytes, int]] = {
    "a deep array": (b"[" * 5_000 + b"]" * 5_000, 400),
    "a deep object": (b'{"a":' * 2_000 + b"1" + b"}" * 2_000, 400),
    "an integer of 5,000 digits": (b'{"id":' + b"9" * 5_000 + b"}", 400),
    "a lone surrogate": (b'{"id":"\\ud800"}', 400),
    "NaN": (b'{"id":NaN}', 400),
    "Infinity": (b'{"id":Infinity}', 400),
    "1e999": (b'{"id":1e999}', 400),
    "a byte-order mark": (b'\xef\xbb\xbf{"id":"1"}', 400),
    "UTF-16": ('{"id":"1"}'.encode("utf-16"), 400),
    "bad UTF-8": (b'{"id":"\xff\xfe"}', 400),
    "nothing": (b"", 400),
    "half an object": (b'{"id":"1"', 400),
    "a list": (b"[]", 422),
    "null": (b"null", 422),
    "a string": (b'"hello"', 422),
    "a number": (b"3", 422),
    "too much": (b'"' + b"x" * (1 << 20) + b'"', 413),
}


@pytest.mark.parametrize("what", BODIES)
def test_a_body_that_is_no_comment_is_refused(
    client: FlaskClient, headers: dict[str, str], what: str
) -> None:
    body, status = BODIES[what]

    answer = client.post("/v1/comments", data=body, content_type=JSON, headers=headers)

    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert answer.json["status"] == status
    assert answer.json["type"].startswith("/docs#")


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", "x"]
)
def test_a_body_that_is_not_called_json_is_refused(
    client: FlaskClient, headers: dict[str, str], kind: str
) -> None:
    body = json.dumps(make_body())

    answer = client.post("/v1/comments", data=body, content_type=kind, headers=headers)

    assert answer.status_code == 415


def test_a_compressed_body_is_refused_and_never_unpacked(
    client: FlaskClient, headers: dict[str, str]
) -> None:
    answer = client.post(
        "/v1/comments",
        data=gzip.compress(b"0" * 10_000_000),
        content_type=JSON,
        headers={**headers, "Content-Encoding": "gzip"},
    )

    assert answer.status_code == 415


# Each: what is wrong, and the pointer that says where.
FIELDS: dict[str, tuple[dict[str, Any], str]] = {
    "no id": ({"id": None}, "#/id"),
    "an empty id": ({"id": ""}, "#/id"),
    "a long id": ({"id": "x" * 201}, "#/id"),
    "a number as id": ({"id": 7}, "#/id"),
    "an empty body": ({"body": ""}, "#/body"),
    "a long body": ({"body": "x" * (MAX_BODY_CHARS + 1)}, "#/body"),
    "NUL in the body": ({"body": "a\x00b"}, "#/body"),
    "NUL in the id": ({"id": "a\x00b"}, "#/id"),
    "NUL in the author": ({"author": "a\x00b"}, "#/author/id"),
    "NUL in the article": ({"article": {"id": "a\x00b"}}, "#/article/id"),
    "NUL in the parent": ({"parent": {"id": "\x00"}}, "#/parent/id"),
    "no article": ({"article": None}, "#/article"),
    "an article without id": ({"article": {}}, "#/article/id"),
    "an article that is a list": ({"article": []}, "#/article"),
    "an author that is a number": ({"author": 3}, "#/author"),
    "a decision of one's own": ({"verdict": "approve"}, "#/verdict"),
    "an unknown field inside": ({"author": {"id": "u", "trusted": True}}, "#/author/trusted"),
    "a slash in an unknown field": ({"a/b~c": 1}, "#/a~1b~0c"),
    "a moment without a zone": ({"created_at": "2026-01-01T00:00:00"}, "#/created_at"),
    "a moment that is none": ({"created_at": "yesterday"}, "#/created_at"),
    "a moment before all time": ({"created_at": "0001-01-01T00:00:00+14:00"}, "#/created_at"),
    "a moment after all time": ({"created_at": "9999-12-31T23:59:59-14:00"}, "#/created_at"),
    "a moment that is a number": ({"created_at": 1e300}, "#/created_at"),
    "a long address": ({"article": {"id": "a", "url": "x" * 2_001}}, "#/article/url"),
    "no language": ({"language": "\u202een"}, "#/language"),
}


@pytest.mark.parametrize("what", FIELDS)
def test_a_field_that_cannot_be_used_is_named(
    client: FlaskClient, headers: dict[str, str], what: str
) -> None:
    changes, pointer = FIELDS[what]

    answer = client.post("/v1/comments", json=make_body(**changes), headers=headers)

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]


def test_the_longest_body_is_taken_and_counted_in_code_points(
    client: FlaskClient, headers: dict[str, str]
) -> None:
    body = "🙂" * MAX_BODY_CHARS

    assert client.post("/v1/comments", json=make_body(body), headers=headers).status_code == 201


def test_context_is_cut_and_never_refused_for_its_length(
    client: FlaskClient, headers: dict[str, str]
) -> None:
    article = {"id": "a", "title": "t" * 5_000, "body": "b" * 50_000, "section": "s\x00" * 500}
    parent = {"id": "p", "body": "p\x00" * 50_000}

    answer = client.post(
        "/v1/comments", json=make_body(article=article, parent=parent), headers=headers
    )

    assert answer.status_code == 201


def test_of_a_key_that_stands_twice_the_last_counts(
    client: FlaskClient, headers: dict[str, str]
) -> None:
    body = b'{"id":"first","id":"last","body":"goodly","article":"a","author":"u"}'

    answer = client.post("/v1/comments", data=body, content_type=JSON, headers=headers)

    assert answer.json["id"] == "last"


NAUGHTY = [
    "\u202e\u202dabc\u2066\u2069",
    "a\u0300" * 10_000,
    "\u0300\u0323" * 10_000,
    "\ufdfa" * 1_000,
    "z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘!͖̬̰̙̗̿̋ͥͥ̂ͣ̐́́͜͞",
    "<script>alert(1)</script>",
    "'; DROP TABLE comments; --",
    "{{ 7 * 7 }} ${7*7} %s %n {0.__class__}",
    "=cmd|' /C calc'!A0",
    "\r\nSet-Cookie: a=b\r\n\r\n",
    "http://" * 2_900,
    "a." * 10_000,
    " " * 20_000 + "x",
    "x" * 20_000,
    "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
    "\U000e0001\U000e0041\ufeff\u00ad\u034f\u115f\u3164",
    "ﷺ１２３𝖋𝖗𝖆𝖐𝖙𝖚𝖗ǅ㏒½ﬃ",
    "\u0001\u0008\u001b[31m\u007f\u0085\u2028\u2029\uffff\U0010ffff",
    "ا" * 500 + "\u0640" * 500,
    "i d 1 0 t " * 1_000,
    "True", "null", "NaN", "0", "-1", "1e5", "\\", '"', "../../etc/passwd", "ÅÍÎÏ˝ÓÔ\uf8ffÒÚÆ☃",
]  # fmt: skip
FIELDS_OF_TEXT = ["id", "body", "article", "author", "parent", "title", "section", "url", "name"]


@pytest.mark.parametrize("field", FIELDS_OF_TEXT)
def test_odd_text_in_any_field_is_stored_or_refused_and_never_breaks(
    client: FlaskClient, headers: dict[str, str], field: str
) -> None:
    for n, text in enumerate(NAUGHTY):
        sent = make_body(id=f"n-{field}-{n}")
        if field in {"title", "section", "url"}:
            sent["article"][field] = text
        elif field == "name":
            sent["author"]["name"] = text
        elif field in {"article", "author", "parent"}:
            sent[field] = {"id": text}
        else:
            sent[field] = text
        answer = client.post("/v1/comments", json=sent, headers=headers)
        assert answer.status_code in {201, 422}, (field, n)
        if answer.status_code == 422:
            assert answer.json["errors"]


@pytest.mark.parametrize(
    "query",
    ["after=x", "after=-1", "after=99999999999999999999", "limit=0", "limit=501", "limit=", "a=b"],
)
def test_a_bad_place_in_the_feed_is_refused_by_name(
    client: FlaskClient, headers: dict[str, str], query: str
) -> None:
    answer = client.get(f"/v1/decisions?{query}", headers=headers)

    assert answer.status_code in {200, 422} if query == "a=b" else answer.status_code == 422
    if answer.status_code == 422:
        assert answer.json["errors"][0]["parameter"] == query.split("=", maxsplit=1)[0]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "GET", "OPTIONS"])
def test_a_method_that_does_not_fit_says_which_do(
    client: FlaskClient, headers: dict[str, str], method: str
) -> None:
    answer = client.open("/v1/comments", method=method, headers=headers)

    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_asking_about_an_id_that_cannot_be_is_not_found(
    client: FlaskClient, headers: dict[str, str]
) -> None:
    for comment_id in ("%00", "a%00b", "%FF%FE", "%2e%2e%2f", "x" * 5_000):
        assert client.get(f"/v1/comments/{comment_id}", headers=headers).status_code == 404


def test_an_unknown_address_is_a_problem_too(client: FlaskClient, headers: dict[str, str]) -> None:
    answer = client.get("/v1/nothing/here", headers=headers)

    assert answer.status_code == 404
    assert answer.content_type == "application/problem+json"


def test_no_answer_of_the_api_is_a_redirect(client: FlaskClient, headers: dict[str, str]) -> None:
    for address in ("/v1//comments", "/v1/comments/", "//v1/comments", "/v1/decisions/"):
        assert client.get(address, headers=headers).status_code not in range(300, 400)
