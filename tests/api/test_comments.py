from __future__ import annotations

from flask.testing import FlaskClient

from tests.factories import make_body


def test_a_comment_is_judged_and_answered(client: FlaskClient, headers: dict[str, str]) -> None:
    answer = client.post("/v1/comments", json=make_body("A dubious remark."), headers=headers)

    assert answer.status_code == 201
    assert answer.json["action"] == "hold"
    assert answer.json["status"] == "held"
