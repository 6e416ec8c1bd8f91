from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from modsvc.api.schemas import DecisionSchema, FeedSchema, HealthSchema, HistorySchema
from modsvc.store import cases, queue
from modsvc.store.db import Database
from tests.conftest import SITE
from tests.factories import make_body
from tests.fakes import Clock, FakeScorer

HELD, GOOD, BAD = "A dubious remark.", "A goodly remark.", "A dreadful remark."


@pytest.fixture
def post(client: FlaskClient, headers: dict[str, str]) -> Callable[..., Any]:
    """POST a comment; `post(body=…, id=…)` changes its fields."""
    return lambda *body, **changes: client.post(
        "/v1/comments", json=make_body(*body, **changes), headers=headers
    )


def feed(client: FlaskClient, headers: dict[str, str], **query: object) -> dict[str, Any]:
    answer = client.get("/v1/decisions", headers=headers, query_string=query)
    assert answer.status_code == 200
    return answer.json


def test_a_comment_is_judged_and_answered_with_the_fields_promised(
    post: Callable[..., Any],
) -> None:
    answer = post(HELD, id="c-1001")

    assert answer.status_code == 201
    assert list(answer.json) == [
        "id", "revision", "action", "status", "reasons", "scores", "decided_by",
        "policy_version", "model_version", "decided_at",
    ]  # fmt: skip
    assert answer.json["id"] == "c-1001"
    assert answer.json["revision"] == 1
    assert answer.json["action"] == "hold"
    assert answer.json["status"] == "held"
    assert answer.json["decided_by"] == "policy"
    assert answer.json["decided_at"] == "2026-11-22T12:00:00Z"
    assert answer.json["reasons"][0] == {
        "code": "insult",
        "action": "hold",
        "strength": 0.3,
        "message": "Reads as an insult.",
        "spans": [{"start": 0, "end": 4, "weight": 1.0}],
    }


def test_answers_are_as_their_schemas_describe_them(
    post: Callable[..., Any], client: FlaskClient, headers: dict[str, str]
) -> None:
    answers = [
        (DecisionSchema(), post(HELD).json),
        (HistorySchema(), client.get("/v1/comments/c-1", headers=headers).json),
        (FeedSchema(), feed(client, headers)),
        (HealthSchema(), client.get("/readyz").json),
    ]

    for schema, answer in answers:
        assert schema.validate(answer) == {}
        assert set(answer) == set(schema.fields)


def test_a_label_the_model_was_not_trained_for_is_absent(
    make_app: Callable[..., Flask], headers: dict[str, str]
) -> None:
    scorer = FakeScorer()
    del scorer.scores["spam"]

    answer = (
        make_app(scorer=scorer)
        .test_client()
        .post("/v1/comments", json=make_body(), headers=headers)
    )

    assert "spam" not in answer.json["scores"]
    assert answer.json["action"] == "approve"


def test_article_and_author_may_be_bare_ids(post: Callable[..., Any]) -> None:
    assert post(article="a-7", author="u-3", parent="c-0").status_code == 201


def test_optional_fields_may_be_null(post: Callable[..., Any]) -> None:
    changes = {"parent": None, "language": None, "created_at": None}
    author = {"id": "u-1", "name": None, "joined_at": None}

    assert post(author=author, **changes).status_code == 201


def test_the_same_comment_again_is_answered_with_the_same_decision(
    post: Callable[..., Any], client: FlaskClient, headers: dict[str, str]
) -> None:
    first, again = post(HELD), post(HELD)

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json
    assert len(feed(client, headers)["decisions"]) == 1


def test_another_body_is_an_edit_and_judged_afresh(
    post: Callable[..., Any], client: FlaskClient, headers: dict[str, str]
) -> None:
    post(HELD)
    edit = post(BAD)
    back = post(HELD)

    assert (edit.status_code, edit.json["revision"], edit.json["action"]) == (201, 2, "reject")
    assert (back.status_code, back.json["revision"], back.json["action"]) == (201, 3, "hold")
    history = client.get("/v1/comments/c-1", headers=headers).json
    assert [d["revision"] for d in history["decisions"]] == [1, 2, 3]
    assert (history["revision"], history["status"]) == (3, "held")


def test_a_held_comment_opens_a_case_and_an_approved_one_does_not(
    post: Callable[..., Any], database: Database
) -> None:
    post(HELD, id="held")
    post(GOOD, id="good")

    with database.read() as db:
        lines = queue.page(db, SITE, limit=10, now=Clock().now)
    assert [line.comment_id for line in lines] == ["held"]


def test_an_edit_that_is_held_too_takes_the_open_case_over(
    post: Callable[..., Any], database: Database
) -> None:
    post(HELD)
    post(HELD + " Really.")

    with database.read() as db:
        (line,) = queue.page(db, SITE, limit=10, now=Clock().now)
        case = cases.get(db, SITE, line.id)
    assert case.revision == 2


@pytest.mark.parametrize("edit", [GOOD, BAD])
def test_an_edit_that_is_not_held_closes_the_open_case(
    post: Callable[..., Any], database: Database, edit: str
) -> None:
    post(HELD)
    post(edit)

    with database.read() as db:
        assert queue.page(db, SITE, limit=10, now=Clock().now) == []


def test_ids_are_a_sites_own(
    post: Callable[..., Any], client: FlaskClient, database: Database
) -> None:
    from modsvc.store import sites

    with database.write() as db:
        sites.add_site(db, "herald", "The Herald", Clock().now)
        other = sites.add_key(db, "herald", "tests", frozenset(sites.SCOPES), Clock().now)
    post(HELD)
    theirs = {"Authorization": f"Bearer {other}"}

    assert client.get("/v1/comments/c-1", headers=theirs).status_code == 404
    assert feed(client, theirs) == {"decisions": [], "next": "0"}
    assert client.post("/v1/comments", json=make_body(BAD), headers=theirs).status_code == 201


@pytest.mark.parametrize(
    "comment_id",
    [
        "a/b",
        "../../etc",
        "🙂",
        "a b",
        "%2F",
        "x" * 200,
        "a//b/",
        "/x",
        "//",
        "x\r\ny",
        "\n",
        "?a=b",
        "#",
    ],
)
def test_any_id_can_be_asked_for_again(
    post: Callable[..., Any], client: FlaskClient, headers: dict[str, str], comment_id: str
) -> None:
    from urllib.parse import quote

    post(id=comment_id)
    answer = client.get(f"/v1/comments/{quote(comment_id, safe='')}", headers=headers)

    assert answer.status_code == 200
    assert answer.json["id"] == comment_id


def test_an_unknown_comment_is_not_found(client: FlaskClient, headers: dict[str, str]) -> None:
    answer = client.get("/v1/comments/nowhere", headers=headers)

    assert answer.status_code == 404
    assert answer.content_type == "application/problem+json"


def test_the_feed_goes_on_where_it_was_left(
    post: Callable[..., Any], client: FlaskClient, headers: dict[str, str]
) -> None:
    for n in range(5):
        post(id=f"c-{n}")

    seen, cursor = [], "0"
    while (page := feed(client, headers, after=cursor, limit=2))["decisions"]:
        seen += [d["id"] for d in page["decisions"]]
        cursor = page["next"]
    post(id="late")

    assert seen == [f"c-{n}" for n in range(5)]
    assert [d["id"] for d in feed(client, headers, after=cursor)["decisions"]] == ["late"]
    assert feed(client, headers, after=6) == {"decisions": [], "next": "6"}


def test_a_batch_answers_each_in_order_and_a_bad_one_does_not_sink_the_rest(
    client: FlaskClient, headers: dict[str, str]
) -> None:
    batch = [
        make_body(GOOD, id="b-1"),
        make_body("", id="b-2"),
        "nonsense",
        make_body(HELD, id="b-3"),
        make_body(GOOD, id="b-1"),
        make_body(BAD, id="b-1"),
    ]

    answer = client.post("/v1/comments/batch", json={"comments": batch}, headers=headers)

    results = answer.json["results"]
    assert answer.status_code == 200
    assert [r.get("action", r.get("status")) for r in results] == [
        "approve", 422, 422, "hold", "approve", "reject",
    ]  # fmt: skip
    assert results[1]["errors"][0]["pointer"] == "#/comments/1/body"
    assert results[2]["errors"][0]["pointer"] == "#/comments/2"
    assert results[5]["revision"] == 2


@pytest.mark.parametrize("count", [0, 501])
def test_a_batch_has_1_to_500_comments(
    client: FlaskClient, headers: dict[str, str], count: int
) -> None:
    batch = [make_body(id=f"b-{n}") for n in range(count)]

    answer = client.post("/v1/comments/batch", json={"comments": batch}, headers=headers)

    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "#/comments"


def test_a_batch_of_500_is_stored_whole(client: FlaskClient, headers: dict[str, str]) -> None:
    batch = [make_body(id=f"b-{n}") for n in range(500)]

    answer = client.post("/v1/comments/batch", json={"comments": batch}, headers=headers)

    assert [r["id"] for r in answer.json["results"]] == [f"b-{n}" for n in range(500)]
    assert len(feed(client, headers, limit=500)["decisions"]) == 500
