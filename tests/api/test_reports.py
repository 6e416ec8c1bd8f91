"""Readers' reports, as a site passes them on."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from modsvc.services.decide_cases import Seen
from modsvc.services.read_decisions import ReadDecisions
from modsvc.store import people
from modsvc.store.db import Database
from modsvc.store.decisions import Recorded
from tests.calm import calm_text
from tests.conftest import SITE
from tests.factories import make_body
from tests.fakes import Clock

Headers = dict[str, str]
Of = Callable[..., list[Recorded]]


def report(client: FlaskClient, headers: Headers, n: int, **told: Any) -> Any:
    return client.post(
        "/v1/comments/c-1/reports", json={"reporter": f"u-{n}", **told}, headers=headers
    )


@pytest.fixture
def printed(client: FlaskClient, headers: Headers) -> None:
    assert (
        client.post("/v1/comments", json=make_body(), headers=headers).json["action"] == "approve"
    )


@pytest.mark.usefixtures("printed")
def test_enough_reports_hold_what_was_approved(
    client: FlaskClient, headers: Headers, of: Of
) -> None:
    answers = [report(client, headers, n).json for n in range(3)]

    assert [a["action"] for a in answers] == ["approve", "approve", "hold"]
    assert [a["reports"] for a in answers] == [1, 2, 3]
    last = of()[-1]
    assert [r.signal.code for r in last.reasons] == ["reports.many"]
    assert last.decided_by == "policy"
    assert last.facts is not None
    assert last.facts.reports == 3
    # The site hears of it as of every decision.
    feed = client.get("/v1/decisions", headers=headers).json["decisions"]
    assert [d["action"] for d in feed] == ["approve", "hold"]


def test_readers_reject_nothing_whatever_the_policy_says(
    make_app: Callable[..., Flask], headers: Headers, tmp_path: Path
) -> None:
    strict = re.sub('("reports.many" +=).*', r"\1 { reject = 1.0 }", calm_text())
    (tmp_path / "strict.toml").write_text(strict, encoding="utf-8")
    client = make_app(policy=tmp_path / "strict.toml").test_client()
    client.post("/v1/comments", json=make_body(), headers=headers)

    answers = [report(client, headers, n).json for n in range(3)]

    assert [a["action"] for a in answers] == ["approve", "approve", "hold"]


@pytest.mark.usefixtures("printed")
def test_each_reader_counts_once(client: FlaskClient, headers: Headers) -> None:
    first, again = report(client, headers, 1), report(client, headers, 1, reason="other")

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json["reports"] == 1


@pytest.mark.usefixtures("printed")
def test_what_a_moderator_approved_stands(
    app: Flask, client: FlaskClient, headers: Headers, database: Database
) -> None:
    for n in range(3):
        report(client, headers, n)
    with database.write() as db:
        ada = people.add(db, "ada", Clock().now)
    review = app.extensions["modsvc"].review_case
    case_id = review.claim_next(SITE, ada)
    case = review.open(SITE, case_id).case
    decider = app.extensions["modsvc"].decide_cases
    decider.one(SITE, ada, Seen(case_id, 1, case.claim_token), "moderator.approved")

    answers = [report(client, headers, n).json for n in range(3, 9)]

    assert {a["action"] for a in answers} == {"approve"}
    assert answers[-1]["reports"] == 9
    history = ReadDecisions(db=database).of_comment(SITE, "c-1")
    assert [d.action.word for d in history.decisions] == ["approve", "hold", "approve"]


@pytest.mark.usefixtures("printed")
def test_an_edit_of_a_comment_that_readers_reported_is_held(
    client: FlaskClient, headers: Headers
) -> None:
    for n in range(3):
        report(client, headers, n)

    for edit in ("Another goodly remark.", "And another goodly remark."):
        answer = client.post("/v1/comments", json=make_body(edit), headers=headers).json
        assert answer["action"] == "hold"
        assert [r["code"] for r in answer["reasons"]] == ["reports.many"]
    # The new text begins without reports.
    assert report(client, headers, 1).json["reports"] == 1


@pytest.mark.usefixtures("printed")
def test_reports_are_told_newest_first(client: FlaskClient, headers: Headers) -> None:
    report(client, headers, 1, reason="spam", text="An advert.")
    report(client, headers, 2)

    told = client.get("/v1/comments/c-1/reports", headers=headers).json["reports"]

    assert [(r["reporter"], r["reason"], r["text"], r["revision"]) for r in told] == [
        ("u-2", "", "", 1),
        ("u-1", "spam", "An advert.", 1),
    ]


def test_a_comment_that_was_never_sent_cannot_be_reported(
    client: FlaskClient, headers: Headers
) -> None:
    assert report(client, headers, 1).status_code == 404
    assert client.get("/v1/comments/c-1/reports", headers=headers).status_code == 404


@pytest.mark.usefixtures("printed")
@pytest.mark.parametrize(
    "told", [{}, {"reporter": ""}, {"reporter": "u\0"}, {"reporter": "u-1", "action": "approve"}]
)
def test_a_report_that_says_not_who_is_refused(
    client: FlaskClient, headers: Headers, told: dict[str, str]
) -> None:
    answer = client.post("/v1/comments/c-1/reports", json=told, headers=headers)

    assert answer.status_code == 422
    assert client.get("/v1/comments/c-1/reports", headers=headers).json["reports"] == []
