"""What Perspective's clients ask and say, and what is made of the answers."""

from __future__ import annotations

import json
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

ANALYZE, SUGGEST = "/v1alpha1/comments:analyze", "/v1alpha1/comments:suggestscore"


def asking(text: str = "A dreadful day.", **more: Any) -> dict[str, Any]:
    return {"comment": {"text": text}, "requestedAttributes": {"TOXICITY": {}}, **more}


def suggesting(**more: Any) -> dict[str, Any]:
    """What Coral sends when a moderator approves."""
    link = {"url": "https://news.example/a?commentID=9", "Coral_comment_id": "9"}
    return {
        "comment": {"text": "Get busy living."},
        "context": {"entries": [{"text": json.dumps(link)}]},
        "attributeScores": {"TOXICITY": {"summaryScore": {"value": 0}}},
        "languages": ["en"],
        "communityId": "Coral:https://talk.example",
        "clientToken": "comment:9",
        **more,
    }


def refusal(answer: TestResponse) -> tuple[int, str, str]:
    """The code, the message and Perspective's own type of an error; its form is looked at."""
    error = answer.get_json()["error"]
    assert answer.content_type == "application/json"
    assert error["code"] == answer.status_code
    kinds = [each.get("errorType", each.get("reason")) for each in error.get("details", [{}])]
    return error["code"], error["message"], str(kinds[0])


def decisions(client: FlaskClient, headers: dict[str, str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get("/v1/decisions", headers=headers).get_json()[
        "decisions"
    ]
    return found
