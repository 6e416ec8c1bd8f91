"""Perspective's protocol, request by request."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from modsvc.protocols.perspective.asked import MAX_TEXT_BYTES
from modsvc.protocols.perspective.attributes import LABELS, UNMEASURED
from modsvc.protocols.utf16 import offsets, units
from modsvc.store import sites
from modsvc.store.db import Database
from tests.api.test_bad_input import BODIES
from tests.conftest import SITE
from tests.fakes import BrokenScorer, Clock, FakeScorer
from tests.protocols.perspective import ANALYZE, SUGGEST, asking, decisions, refusal, suggesting


def test_a_text_is_scored_and_everything_is_answered_that_clients_read(ask: Any) -> None:
    answer = ask(asking(clientToken="c-42")).get_json()

    score = {"value": 0.99, "type": "PROBABILITY"}
    assert answer == {
        "attributeScores": {
            "TOXICITY": {
                "spanScores": [{"begin": 0, "end": 15, "score": score}],
                "summaryScore": score,
            }
        },
        "languages": ["en"],
        "detectedLanguages": ["en"],
        "clientToken": "c-42",
    }


def test_words_are_marked_when_asked_for_in_utf_16_units(ask: Any) -> None:
    answer = ask(asking("😀😀 dreadful", spanAnnotations=True)).get_json()

    spans = answer["attributeScores"]["TOXICITY"]["spanScores"]
    # The stand-in for a model always marks the first four code points.
    assert [(span["begin"], span["end"]) for span in spans] == [(0, 13), (0, 6)]


@given(st.text(), st.data())
def test_offsets_are_those_of_utf_16(text: str, data: st.DataObject) -> None:
    point = data.draw(st.integers(0, len(text)))

    assert offsets(text, [point, len(text)]) == [
        len(text[:point].encode("utf-16-le", "surrogatepass")) // 2,
        units(text),
    ]


def test_an_attribute_below_its_threshold_is_left_out(ask: Any) -> None:
    wanted = {"TOXICITY": {"scoreThreshold": 0.5}, "THREAT": {"scoreThreshold": 0.5}, "INSULT": {}}

    answer = ask(asking(requestedAttributes=wanted)).get_json()

    assert list(answer["attributeScores"]) == ["TOXICITY", "INSULT"]


@pytest.mark.parametrize("attribute", [*LABELS, "TOXICITY_EXPERIMENTAL", "INSULT_EXPERIMENTAL"])
def test_what_is_measured_is_answered_under_every_name(ask: Any, attribute: str) -> None:
    answer = ask(asking(requestedAttributes={attribute: None}))

    assert list(answer.get_json()["attributeScores"]) == [attribute]


@pytest.mark.parametrize("attribute", sorted(UNMEASURED)[:4])
def test_what_is_not_measured_is_refused_unless_the_key_asks_for_zeros(
    ask: Any, key_with: Any, attribute: str
) -> None:
    body = asking(requestedAttributes={"TOXICITY": {}, attribute: {}})
    zeros = key_with(unmeasured_as_zero=True)

    refused, scored = ask(body), ask(body, with_key=zeros).get_json()["attributeScores"]

    message = f"Unknown requested attribute: {attribute}"
    assert refusal(refused) == (400, message, "INVALID_REQUEST")
    assert scored[attribute]["summaryScore"]["value"] == 0.0
    assert scored["TOXICITY"]["summaryScore"]["value"] == 0.99
    assert ask(asking(requestedAttributes={"X": {}}), with_key=zeros).status_code == 400


BOTH_CONTEXTS = (
    "Context can have either entries or article_and_parent_comment, but both fields were populated."
)
REFUSED: dict[str, tuple[dict[str, Any], str, str]] = {
    "no comment": (
        {"requestedAttributes": {"TOXICITY": {}}},
        "Comment must be non-empty.",
        "COMMENT_EMPTY",
    ),
    "an empty text": (asking(""), "Comment must be non-empty.", "COMMENT_EMPTY"),
    "nothing but NUL": (asking("\0"), "Comment must be non-empty.", "COMMENT_EMPTY"),
    "too long": (asking("é" * 10_241), "Comment text too long.", "COMMENT_TOO_LONG"),
    "no attributes": (
        asking(requestedAttributes={}),
        "Missing requested_attributes",
        "NO_REQUESTED_ATTRIBUTES",
    ),
    "an unknown attribute": (
        asking(requestedAttributes={"RUDENESS": {}}),
        "Unknown requested attribute: RUDENESS",
        "INVALID_REQUEST",
    ),
    "another type of score": (
        asking(requestedAttributes={"TOXICITY": {"scoreType": "RAW"}}),
        "Requested score type RAW is not supported by attribute TOXICITY",
        "INVALID_REQUEST",
    ),
    "HTML": (
        {**asking(), "comment": {"text": "<b>x</b>", "type": "HTML"}},
        "Currently, only 'PLAIN_TEXT' comments are supported",
        "INVALID_REQUEST",
    ),
    "both contexts": (
        asking(
            context={
                "entries": [{"text": "x"}],
                "articleAndParentComment": {"article": {"text": "y"}},
            }
        ),
        BOTH_CONTEXTS,
        "INVALID_REQUEST",
    ),
    "another language": (
        asking(languages=["om"]),
        "Attribute TOXICITY does not support request languages: om",
        "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE",
    ),
    "a number for a text": (
        {**asking(), "comment": {"text": 3}},
        "Invalid value at 'comment.text': Not a valid string.",
        "INVALID_REQUEST",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_perspective_refuses_is_refused_in_its_words(ask: Any, what: str) -> None:
    body, message, kind = REFUSED[what]

    assert refusal(ask(body)) == (400, message, kind)


def test_an_error_of_language_names_the_languages(ask: Any) -> None:
    details = ask(asking(languages=["om", "fr"])).get_json()["error"]["details"]

    assert details[0]["languageNotSupportedByAttributeError"] == {
        "detectedLanguages": ["om", "fr"],
        "attribute": "TOXICITY",
    }


def test_the_longest_text_is_scored(ask: Any) -> None:
    assert ask(asking("é" * (MAX_TEXT_BYTES // 2))).status_code == 200


def test_field_names_may_be_written_either_way_and_unknown_ones_are_left_out(ask: Any) -> None:
    body = {
        "comment": {"text": "dreadful", "colour": "red"},
        "requested_attributes": {"TOXICITY": {"score_threshold": 0.5}, "THREAT": {}},
        "client_token": "t",
        "nonsense": {"a": 1},
    }

    answer = ask(body).get_json()

    assert (answer["clientToken"], sorted(answer["attributeScores"])) == (
        "t",
        ["THREAT", "TOXICITY"],
    )


class Foreign(FakeScorer):
    """Takes every text for German, or for what cannot be told."""

    def __init__(self, tag: str) -> None:
        super().__init__()
        self.tag = tag

    def unscored_language(self, reading: object, declared: str | None) -> str | None:
        return self.tag


@pytest.mark.parametrize(
    ("scorer", "status", "message"),
    [
        (Foreign("de"), 400, "Attribute TOXICITY does not support request languages: de"),
        (Foreign("und-Cyrl"), 400, "Unable to detect language"),
        (BrokenScorer(), 503, "The classifier cannot score this now; try again later."),
    ],
)
def test_no_score_is_ever_made_up(
    make_app: Any, key: str, scorer: FakeScorer, status: int, message: str
) -> None:
    client = make_app(scorer=scorer).test_client()

    answer = client.post(ANALYZE, json=asking(), query_string={"key": key})

    assert refusal(answer)[:2] == (status, message)


@pytest.mark.parametrize("what", BODIES)
def test_a_body_that_is_no_request_is_refused_in_googles_shape(
    client: FlaskClient, key: str, what: str
) -> None:
    body, status = BODIES[what]

    answer = client.post(ANALYZE, data=body, query_string={"key": key})

    assert refusal(answer)[0] == (400 if status == 422 else status)


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=8,
    ),
    st.sampled_from(
        ["comment", "requestedAttributes", "context", "languages", "clientToken", "spanAnnotations"]
    ),
)
def test_no_value_of_any_field_is_a_500(
    client: FlaskClient, key: str, value: object, field: str
) -> None:
    for path, body in ((ANALYZE, asking()), (SUGGEST, suggesting())):
        answer = client.post(path, json={**body, field: value}, query_string={"key": key})
        assert answer.status_code in {200, 400}


@pytest.mark.parametrize(
    ("sent", "status", "kind"),
    [
        (None, 403, "CREDENTIALS_MISSING"),
        ("msk_wrong", 400, "API_KEY_INVALID"),
        ("x" * 5_000, 400, "API_KEY_INVALID"),
    ],
)
def test_a_key_is_needed(ask: Any, sent: str | None, status: int, kind: str) -> None:
    answer = ask(asking(), with_key=sent)

    assert (refusal(answer)[0], refusal(answer)[2]) == (status, kind)


def test_a_key_may_come_in_googles_header(client: FlaskClient, key: str) -> None:
    answer = client.post(ANALYZE, json=asking(), headers={"X-Goog-Api-Key": key})

    assert answer.status_code == 200


def test_a_key_without_the_scope_may_not(ask: Any, database: Database) -> None:
    with database.write() as db:
        other = sites.add_key(db, SITE, "narrow", frozenset(["comments:write"]), Clock().now)

    assert refusal(ask(asking(), with_key=other))[0] == 403


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", ANALYZE, 405),
        ("POST", "/v1alpha1/comments:weigh", 404),
        ("GET", "/v1alpha1/", 404),
        ("GET", "/batch", 405),
        ("GET", "/$discovery/restful", 404),
    ],
)
def test_other_addresses_are_refused_in_googles_shape_too(
    client: FlaskClient, method: str, path: str, status: int
) -> None:
    answer = client.open(path, method=method, headers={"Accept": "text/html"})

    assert refusal(answer)[0] == status


def test_what_is_asked_about_is_forgotten_unless_the_key_keeps_comments(
    ask: Any, client: FlaskClient, headers: dict[str, str], keeping_key: str
) -> None:
    ask(asking("It was dreadful."))
    ask(asking("It was dreadful.", doNotStore=True), with_key=keeping_key)
    assert decisions(client, headers) == []

    scores = ask(asking("It was dreadful."), with_key=keeping_key).get_json()["attributeScores"]
    ask(asking("It was dreadful."), with_key=keeping_key)
    ask(asking("It was dreadful.", sessionId="another"), with_key=keeping_key)

    kept = decisions(client, headers)
    assert [each["action"] for each in kept] == ["reject", "reject"]
    assert kept[0]["scores"]["toxicity"] == scores["TOXICITY"]["summaryScore"]["value"]


def test_the_context_is_what_the_comment_stands_under_and_answers(
    ask: Any, client: FlaskClient, headers: dict[str, str], keeping_key: str, app: Any
) -> None:
    pair = {"article": {"text": "The vote."}, "parentComment": {"text": "No\0 way."}}
    told = {"context": {"articleAndParentComment": pair}, "communityId": "news"}

    ask(asking("A dubious claim.", **told), with_key=keeping_key)

    (kept,) = decisions(client, headers)
    _, comment = _stored(app, kept["id"])
    assert (comment.article.body, comment.parent.body) == ("The vote.", "No way.")


def _stored(app: Any, comment_id: str) -> Any:
    from modsvc.store import comments

    with app.extensions["modsvc"].db.read() as db:
        return comments.told(db, SITE, comments.find(db, SITE, comment_id).key)
