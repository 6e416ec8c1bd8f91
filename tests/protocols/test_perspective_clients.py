"""The real clients of Perspective, against `modsvc serve` with the shipped model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from googleapiclient.discovery import build, build_from_document
from googleapiclient.errors import HttpError
from perspective import PerspectiveAPI

from tests.protocols.conftest import Served

INSULT = "Total nonsense 😀, you idiot."
FAIR = "Thank you, a fair and careful article."


def request(text: str) -> dict[str, Any]:
    return {"comment": {"text": text}, "requestedAttributes": {"TOXICITY": {}, "INSULT": {}}}


def toxicity(answer: dict[str, Any]) -> float:
    value: float = answer["attributeScores"]["TOXICITY"]["summaryScore"]["value"]
    return value


@pytest.fixture(params=["by discovery", "by the document"])
def google(request: pytest.FixtureRequest, served: Served) -> Iterator[Any]:
    """Google's own client, built in both ways that its users build it."""
    document = "/$discovery/rest?version=v1alpha1"
    if request.param == "by discovery":
        client = build(
            "commentanalyzer",
            "v1alpha1",
            developerKey=served.scores,
            discoveryServiceUrl=served.base + document,
            static_discovery=False,
        )
    else:
        client = build_from_document(
            served.server.call("GET", document).json,
            developerKey=served.scores,
            client_options={"api_endpoint": served.base},
        )
    with client:
        yield client


def test_googles_client_scores(google: Any) -> None:
    insult, fair = (
        # What every method of Google's takes beside its own.
        google.comments().analyze(body=request(text), fields="*", quotaUser="ada").execute()
        for text in (INSULT, FAIR)
    )

    assert toxicity(insult) > 0.7 > 0.1 > toxicity(fair)
    (whole,) = insult["attributeScores"]["INSULT"]["spanScores"]
    assert (whole["begin"], whole["end"]) == (0, len(INSULT) + 1)


def test_googles_client_reads_our_errors(google: Any) -> None:
    with pytest.raises(HttpError, match="Comment must be non-empty") as caught:
        google.comments().analyze(body=request("")).execute()

    assert caught.value.status_code == 400
    assert caught.value.error_details[0]["errorType"] == "COMMENT_EMPTY"


def test_googles_client_batches(google: Any) -> None:
    answers: dict[str, Any] = {}

    def keep(name: str, answer: Any, error: Exception | None) -> None:
        answers[name] = error or toxicity(answer)

    batch = google.new_batch_http_request(callback=keep)
    for name, text in (("insult", INSULT), ("nothing", ""), ("fair", FAIR)):
        batch.add(google.comments().analyze(body=request(text)), request_id=name)
    batch.execute()

    assert isinstance(answers["nothing"], HttpError)
    assert answers["insult"] > 0.7 > answers["fair"]


def test_googles_client_suggests(google: Any) -> None:
    body = {
        "comment": {"text": "Get busy living."},
        "attributeScores": {"TOXICITY": {"summaryScore": {"value": 0}}},
        "clientToken": "comment:9",
    }

    answer = google.comments().suggestscore(body=body).execute()

    assert answer["clientToken"] == "comment:9"


@pytest.fixture
def perspective(served: Served) -> Any:
    """The package `perspective`, whose one address is an attribute of its inner client."""
    client = PerspectiveAPI(served.scores)
    client.api_client.url = served.base + "/v1alpha1/{endpoint}"
    return client


def test_the_package_perspective_scores_and_suggests(perspective: Any) -> None:
    answer = perspective.analyze_comment(
        text=INSULT, requested_attributes={"TOXICITY": {}, "PROFANITY": {}}, languages=["en"]
    )

    assert toxicity(answer) > 0.7
    assert perspective.score(FAIR, ["TOXICITY", "THREAT"])["TOXICITY"] < 0.1
    suggested = perspective.suggest_score(FAIR, {"TOXICITY": {"summaryScore": {"value": 0.0}}})
    assert suggested["requestedLanguages"] == ["en"]


def test_a_key_that_keeps_comments_fills_the_queue(served: Served) -> None:
    path = f"/v1alpha1/comments:analyze?key={served.keeps}"

    scored = served.server.call("POST", path, request(INSULT))
    feed = served.server.call("GET", "/v1/decisions", key=served.keeps)

    assert scored.status == 200
    (decision,) = feed.json["decisions"]
    assert decision["action"] in {"hold", "reject"}
    assert decision["scores"]["toxicity"] == pytest.approx(toxicity(scored.json), abs=1e-4)
