"""What a site says of articles, and what it does to their comments."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.factories import make_body

Headers = dict[str, str]


def put(client: FlaskClient, headers: Headers, article: str = "a-1", **told: Any) -> Any:
    return client.put(f"/v1/articles/{article}", json=told, headers=headers)


def test_what_is_left_out_stays_as_it_was(client: FlaskClient, headers: Headers) -> None:
    put(client, headers, title="The council votes", section="politics")
    answer = put(client, headers, mode="strict")

    assert answer.status_code == 200
    told = {name: answer.json[name] for name in ("id", "title", "section", "mode", "url")}
    assert told == {
        "id": "a-1",
        "title": "The council votes",
        "section": "politics",
        "mode": "strict",
        "url": "",
    }
    assert client.get("/v1/articles/a-1", headers=headers).json == answer.json


def test_a_comment_that_tells_of_its_article_leaves_the_mode_alone(
    client: FlaskClient, headers: Headers
) -> None:
    put(client, headers, mode="premoderate")

    first = client.post("/v1/comments", json=make_body(), headers=headers).json
    second = client.post("/v1/comments", json=make_body(id="c-2"), headers=headers).json

    for answer in (first, second):
        assert answer["action"] == "hold"
        assert [r["code"] for r in answer["reasons"]] == ["article.premoderated"]


@pytest.mark.parametrize(
    ("mode", "action"), [("normal", "approve"), ("premoderate", "hold"), ("closed", "reject")]
)
def test_the_next_comment_is_judged_by_the_mode(
    client: FlaskClient, headers: Headers, mode: str, action: str
) -> None:
    put(client, headers, mode=mode)

    assert client.post("/v1/comments", json=make_body(), headers=headers).json["action"] == action


def test_in_a_batch_each_comment_has_its_own_articles_mode(
    client: FlaskClient, headers: Headers
) -> None:
    put(client, headers, "a-2", mode="closed")
    batch = [make_body(id=f"c-{n}", article=f"a-{n}") for n in (1, 2, 3)]

    results = client.post("/v1/comments/batch", json={"comments": batch}, headers=headers).json

    assert [r["action"] for r in results["results"]] == ["approve", "reject", "approve"]


@pytest.mark.parametrize(
    ("told", "pointer"),
    [
        ({"mode": "shut"}, "/mode"),
        ({"mode": None}, "/mode"),
        ({"verdict": "approve"}, "/verdict"),
        ({"url": "\0"}, "/url"),
        ({"title": 3}, "/title"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_place(
    client: FlaskClient, headers: Headers, told: dict[str, Any], pointer: str
) -> None:
    answer = put(client, headers, **told)

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json["errors"]] == [f"#{pointer}"]
    assert client.get("/v1/articles/a-1", headers=headers).status_code == 404


@pytest.mark.parametrize("article", ["%00", "x" * 201])
def test_an_id_that_no_article_can_have_is_refused(
    client: FlaskClient, headers: Headers, article: str
) -> None:
    assert put(client, headers, article, mode="strict").status_code == 422
    assert client.get(f"/v1/articles/{article}", headers=headers).status_code == 404


def test_an_id_may_look_like_an_address(client: FlaskClient, headers: Headers) -> None:
    assert put(client, headers, "2026/11/the-council", mode="closed").status_code == 200

    body = make_body(article="2026/11/the-council")
    assert client.post("/v1/comments", json=body, headers=headers).json["action"] == "reject"
