"""OpenAI's moderations, request by request, and by OpenAI's own client."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import openai
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from modsvc.core.comment import MAX_BODY_CHARS
from modsvc.core.signals import Signal
from modsvc.protocols.openai import CATEGORIES, MAX_TEXTS
from tests.api.test_bad_input import BODIES
from tests.fakes import BrokenScorer, FakeScorer
from tests.protocols.conftest import Served

PATH = "/v1/moderations"


@pytest.fixture
def ask(client: FlaskClient, headers: dict[str, str]) -> Any:
    def post(given: Any, *, with_key: str | None = None, **more: Any) -> TestResponse:
        sent = {"Authorization": f"Bearer {with_key}"} if with_key else headers
        return client.post(PATH, json={"input": given, **more}, headers=sent)

    return post


def refusal(answer: TestResponse) -> tuple[int, str, str | None]:
    error = answer.get_json()["error"]
    assert set(error) == {"message", "type", "param", "code"}
    assert answer.content_type == "application/json"
    return answer.status_code, error["message"], error["param"]


def test_a_text_is_answered_with_all_thirteen_categories(ask: Any) -> None:
    answer = ask("A dreadful day.").get_json()

    assert answer["id"].startswith("modr-")
    assert answer["model"] == "modsvc-fake"
    (result,) = answer["results"]
    assert result["flagged"] is True
    for part in ("categories", "category_scores", "category_applied_input_types"):
        assert set(result[part]) == set(CATEGORIES)
    assert [name for name, is_so in result["categories"].items() if is_so] == ["harassment"]
    assert result["category_scores"]["harassment"] == 0.99


@pytest.mark.parametrize("category", [name for name, labels in CATEGORIES.items() if not labels])
def test_what_is_not_measured_is_zero_and_said_not_to_be_looked_for(
    ask: Any, category: str
) -> None:
    (result,) = ask("A dreadful day.").get_json()["results"]

    assert result["category_scores"][category] == 0.0
    assert result["category_applied_input_types"][category] == []
    assert result["categories"][category] is False


def test_a_category_of_two_labels_needs_both(make_app: Any, headers: dict[str, str]) -> None:
    found = {}
    for threat in (0.01, 0.8):
        scorer = FakeScorer({"identity_attack": 0.9, "threat": threat})
        client = make_app(scorer=scorer).test_client()
        (result,) = client.post(PATH, json={"input": "x"}, headers=headers).get_json()["results"]
        found[threat] = (
            result["categories"]["hate/threatening"],
            result["category_scores"]["hate/threatening"],
        )

    assert found == {0.01: (False, 0.01), 0.8: (True, 0.8)}


def test_each_text_of_an_array_has_a_result_in_its_order(ask: Any) -> None:
    results = ask(["goodly", "dreadful", "goodly"]).get_json()["results"]

    scores = [result["category_scores"]["harassment"] for result in results]
    assert scores == [0.0, 0.99, 0.0]


def test_all_parts_together_have_one_result(ask: Any, key_with: Any) -> None:
    image = {"type": "image_url", "image_url": {"url": "https://news.example/a.png"}}
    parts = [{"type": "text", "text": "goodly"}, {"type": "text", "text": "dreadful"}]

    (result,) = ask(parts).get_json()["results"]
    refused = ask([*parts, image])
    ignored = ask([*parts, image], with_key=key_with(ignores_images=True))

    assert result["category_scores"]["harassment"] == 0.99
    assert refusal(refused)[::2] == (400, "input[2]")
    assert ignored.get_json()["results"] == [result]


@pytest.mark.parametrize("model", ["text-moderation-latest", "text-moderation-stable"])
def test_the_older_models_answer_as_they_did(ask: Any, model: str) -> None:
    (result,) = ask("goodly", model=model).get_json()["results"]

    assert set(result) == {"flagged", "categories", "category_scores"}
    assert len(result["categories"]) == len(result["category_scores"]) == 11


def test_what_flags_is_the_keys_choice(ask: Any, key_with: Any) -> None:
    strict, mild = key_with(), key_with(flags_from="reject")

    flagged = {
        text: [
            ask(text, with_key=key).get_json()["results"][0]["flagged"] for key in (strict, mild)
        ]
        for text in ("goodly", "dubious", "dreadful")
    }

    assert flagged == {
        "goodly": [False, False],
        "dubious": [True, False],
        "dreadful": [True, True],
    }


def test_a_rule_flags_without_a_category(ask: Any) -> None:
    (result,) = ask("goodly " + "https://news.example/a " * 9).get_json()["results"]

    assert result["flagged"] is True
    assert not any(result["categories"].values())


def test_what_could_not_be_checked_is_flagged_however_mild_the_key(
    ask: Any, key_with: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> Signal:
        raise ValueError

    monkeypatch.setitem(__import__("modsvc.core.rules").core.rules.RULES, "shouting", fail)

    (result,) = ask("goodly", with_key=key_with(flags_from="reject")).get_json()["results"]

    assert result["flagged"] is True


def test_no_score_is_ever_made_up(make_app: Any, headers: dict[str, str]) -> None:
    client = make_app(scorer=BrokenScorer()).test_client()

    answer = client.post(PATH, json={"input": "x"}, headers=headers)

    assert refusal(answer)[0] == 503


@pytest.mark.parametrize(
    ("given", "param"),
    [
        (None, "input"),
        (3, "input"),
        ("", "input"),
        ("\0", "input"),
        ([], "input"),
        (["x", ""], "input"),
        (["x"] * (MAX_TEXTS + 1), "input"),
        (["x", 3], "input[0]"),
        ([{"type": "text"}], "input[0]"),
        ([{"type": "audio"}], "input[0]"),
        ("x" * (MAX_BODY_CHARS + 1), "input"),
    ],
)
def test_an_input_that_cannot_be_used_is_named(ask: Any, given: object, param: str) -> None:
    assert refusal(ask(given))[::2] == (400, param)


def test_an_unknown_model_is_refused(ask: Any) -> None:
    status, message, param = refusal(ask("x", model="gpt-4"))

    assert (status, param) == (404, "model")
    assert "omni-moderation-latest" in message


@pytest.mark.parametrize("what", BODIES)
def test_a_body_that_is_no_request_is_refused_in_openais_shape(
    client: FlaskClient, headers: dict[str, str], what: str
) -> None:
    body, status = BODIES[what]
    body = body * 5 if status == 413 else body

    answer = client.post(PATH, data=body, headers=headers)

    assert refusal(answer)[0] == (400 if status == 422 else status)


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=8,
    ),
    st.sampled_from(["input", "model"]),
)
def test_no_value_of_any_field_is_a_500(
    client: FlaskClient, headers: dict[str, str], value: object, field: str
) -> None:
    answer = client.post(PATH, json={"input": "goodly", field: value}, headers=headers)

    assert answer.status_code in {200, 400, 404}


def test_what_is_asked_about_is_forgotten_unless_the_key_keeps_comments(
    ask: Any, client: FlaskClient, headers: dict[str, str], keeping_key: str
) -> None:
    ask("It was dreadful.")
    ask(["It was dreadful.", "It was goodly."], with_key=keeping_key)
    ask("It was dreadful.", with_key=keeping_key)

    feed = client.get("/v1/decisions", headers=headers).get_json()["decisions"]
    assert [each["action"] for each in feed] == ["reject", "approve"]


@pytest.fixture
def client_of(served: Served) -> Iterator[openai.OpenAI]:
    """OpenAI's own client."""
    with openai.OpenAI(
        api_key=served.scores, base_url=f"{served.base}/v1", max_retries=0
    ) as client:
        yield client


def test_openais_client_is_answered(client_of: openai.OpenAI) -> None:
    answer = client_of.moderations.create(
        input=["Total nonsense 😀, you idiot.", "Thank you, a fair and careful article."]
    )

    insult, fair = answer.results
    assert (insult.flagged, fair.flagged) == (True, False)
    assert insult.categories.harassment
    assert insult.category_scores.harassment > 0.7 > fair.category_scores.harassment
    assert insult.category_applied_input_types.sexual == []


def test_openais_client_reads_our_errors(client_of: openai.OpenAI, served: Served) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        client_of.moderations.create(input=[])
    with pytest.raises(openai.AuthenticationError):
        client_of.with_options(api_key="wrong").moderations.create(input="x")

    assert refused.value.param == "input"
