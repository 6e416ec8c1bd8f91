"""What Perspective's clients say a text should have scored."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from modsvc.store import suggestions, tables
from modsvc.store.db import Database
from tests.conftest import SITE
from tests.protocols.perspective import SUGGEST, asking, decisions, refusal, suggesting


def test_a_suggestion_is_kept_with_where_it_is_from(ask: Any, database: Database) -> None:
    answer = ask(suggesting(), path=SUGGEST)

    assert answer.get_json() == {
        "clientToken": "comment:9",
        "detectedLanguages": ["en"],
        "requestedLanguages": ["en"],
    }
    with database.read() as db:
        (kept,) = suggestions.of_comment(db, SITE, "9")
    assert kept == suggestions.Suggestion(
        protocol="perspective",
        body="Get busy living.",
        labels={"TOXICITY": 0.0},
        comment_id="9",
        language="en",
        community="Coral:https://talk.example",
        token="comment:9",
        rejected=False,
    )


@pytest.mark.parametrize(
    ("scores", "rejected"),
    [
        ({"LIKELY_TO_REJECT": 0.9}, True),
        ({"LIKELY_TO_REJECT": 0.1}, False),
        ({"TOXICITY": 1}, None),
    ],
)
def test_of_what_others_suggest_only_one_score_says_whether_the_site_rejects(
    ask: Any, database: Database, scores: dict[str, float], rejected: bool | None
) -> None:
    told = {name: {"summaryScore": {"value": value}} for name, value in scores.items()}
    ask(suggesting(context=None, attributeScores=told), path=SUGGEST)

    with database.read() as db:
        (kept,) = db.execute(sa.select(tables.suggestions.c.rejected)).scalars()
    assert kept is rejected


def test_a_suggestion_is_of_the_comment_that_the_same_words_became(
    ask: Any, client: FlaskClient, headers: dict[str, str], keeping_key: str, database: Database
) -> None:
    same = {
        "clientToken": "c-42",
        "communityId": "news",
        "context": {"entries": [{"text": "Tax."}]},
    }
    ask(asking("A dubious claim.", **same), with_key=keeping_key)
    (comment,) = decisions(client, headers)

    ask(suggesting(comment={"text": "A dubious claim."}, **same), path=SUGGEST)

    with database.read() as db:
        assert len(suggestions.of_comment(db, SITE, comment["id"])) == 1


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ({"attributeScores": {}}, "NO_REQUESTED_ATTRIBUTES"),
        ({"attributeScores": {"RUDENESS": {"summaryScore": {"value": 1}}}}, "INVALID_REQUEST"),
        ({"attributeScores": {"TOXICITY": {"summaryScore": {"value": 2}}}}, "INVALID_REQUEST"),
        ({"attributeScores": {"TOXICITY": {}}}, "INVALID_REQUEST"),
        ({"comment": {"text": ""}}, "COMMENT_EMPTY"),
    ],
)
def test_a_suggestion_that_says_nothing_is_refused(
    ask: Any, more: dict[str, Any], kind: str
) -> None:
    assert refusal(ask(suggesting(**more), path=SUGGEST))[2] == kind
