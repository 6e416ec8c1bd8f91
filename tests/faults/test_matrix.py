"""Whatever cannot run holds: a comment is approved only when every part ran and none objected."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterator, Sequence

import pytest
from flask import Flask

from modsvc.app import DEFAULT_POLICY
from modsvc.core.comment import Subject
from modsvc.core.decision import Action, Decision
from modsvc.core.facts import NO_FACTS, UNKNOWN
from modsvc.core.labels import LABELS
from modsvc.core.policy import Policy
from modsvc.core.policy_document import read_policy
from modsvc.core.rules import RULES
from modsvc.core.screening import Scorer, screen, screen_many
from modsvc.core.signals import Signal, Span
from modsvc.core.text import Reading
from tests.factories import make_body, make_comment
from tests.fakes import BrokenScorer, FakeScorer

# A rule's clean word rejects; a model's never does here, so that every rejection is the rule's.
POLICY = read_policy(
    DEFAULT_POLICY.read_text()
    .replace('"words.banned"     = { hold = 1.0 }', '"words.banned" = { reject = 1.0 }')
    .replace("banned = []", 'banned = ["humbug"]', 1),
    source="tests",
)
CLEAN, BANNED = "A goodly remark.", "A remark that is humbug."


class OddScorer(FakeScorer):
    """Gives each text whatever it was told to, sensible or not."""

    def __init__(self, odd: object) -> None:
        super().__init__()
        self.odd = odd

    def score(self, readings: Sequence[Reading]) -> list[dict[str, float]]:
        return [self.odd for _ in readings]  # type: ignore[misc]  # What a broken model might do.


class ForgetfulScorer(FakeScorer):
    """Loses the last of its texts."""

    def score(self, readings: Sequence[Reading]) -> list[dict[str, float]]:
        return super().score(readings)[:-1]


class SpeechlessScorer(FakeScorer):
    """Scores, but cannot say why."""

    def explain(self, reading: Reading, label: str) -> tuple[Span, ...]:
        raise ValueError(f"cannot explain {reading.raw!r}")


NOUGHT = dict.fromkeys(LABELS, 0.0)
FINE: dict[str, Scorer | None] = {"fine": FakeScorer()}
FAILING: dict[str, Scorer | None] = {
    "missing": None,
    "raises": BrokenScorer(),
    "nothing": OddScorer({}),
    "none": OddScorer(None),
    "nan": OddScorer(NOUGHT | {"toxicity": math.nan}),
    "last is nan": OddScorer(NOUGHT | {list(LABELS)[-1]: math.nan}),
    "infinite": OddScorer(NOUGHT | {"insult": math.inf}),
    "negative": OddScorer(NOUGHT | {"threat": -0.1}),
    "over one": OddScorer(NOUGHT | {"spam": 1.1}),
    "no number": OddScorer(NOUGHT | {"toxicity": None}),
    "one short": ForgetfulScorer(),
}


def raising(_subject: Subject, _policy: Policy) -> Signal | None:
    raise ValueError(f"cannot judge {_subject.comment.body!r}")


@pytest.fixture
def break_rules(monkeypatch: pytest.MonkeyPatch) -> Callable[[Sequence[str]], None]:
    def break_rules(codes: Sequence[str]) -> None:
        for code in codes:
            monkeypatch.setitem(RULES, code, raising)

    return break_rules


def codes(decision: Decision) -> set[str]:
    return {reason.signal.code for reason in decision.reasons}


def test_a_clean_comment_is_approved_when_every_part_ran() -> None:
    decision = screen(make_comment(CLEAN), scorer=FakeScorer(), policy=POLICY)

    assert decision.action is Action.APPROVE
    assert decision.model_version == "fake"


@pytest.mark.parametrize("model", FAILING)
def test_a_failing_model_holds(model: str) -> None:
    decision = screen(make_comment(CLEAN), scorer=FAILING[model], policy=POLICY)

    assert decision.action is Action.HOLD
    assert codes(decision) == {"classifier.unavailable"}
    assert decision.scores == {}
    assert decision.model_version is None


@pytest.mark.parametrize("broken", RULES)
@pytest.mark.parametrize("model", FINE | FAILING)
def test_a_failing_rule_holds_whatever_the_model_does(
    model: str, broken: str, break_rules: Callable[[Sequence[str]], None]
) -> None:
    break_rules([broken])

    decision = screen(make_comment(CLEAN), scorer=(FINE | FAILING)[model], policy=POLICY)

    assert decision.action is Action.HOLD
    assert "rule.failed" in codes(decision)
    assert ("classifier.unavailable" in codes(decision)) == (model in FAILING)


@pytest.mark.parametrize("broken", [None, *RULES])
@pytest.mark.parametrize("model", FINE | FAILING)
def test_a_rules_clean_reject_still_rejects(
    model: str, broken: str | None, break_rules: Callable[[Sequence[str]], None]
) -> None:
    break_rules([broken] if broken else [])

    decision = screen(make_comment(BANNED), scorer=(FINE | FAILING)[model], policy=POLICY)

    # The rule that would have rejected is itself the broken one in one column: then it holds.
    expected = Action.HOLD if broken == "words.banned" else Action.REJECT
    assert decision.action is expected


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("broken", [None, "shouting"])
@pytest.mark.parametrize("model", FINE | FAILING)
def test_a_comment_is_approved_only_when_every_part_ran(
    model: str, broken: str | None, known: bool, break_rules: Callable[[Sequence[str]], None]
) -> None:
    break_rules([broken] if broken else [])
    facts = NO_FACTS if known else UNKNOWN

    clean, banned = (
        screen(make_comment(body), scorer=(FINE | FAILING)[model], policy=POLICY, facts=facts)
        for body in (CLEAN, BANNED)
    )

    every_part_ran = model in FINE and broken is None and known
    assert clean.action is (Action.APPROVE if every_part_ran else Action.HOLD)
    assert ("history.unavailable" in codes(clean)) == (not known)
    # What a rule that ran rejects is rejected, whatever else is missing.
    assert banned.action is Action.REJECT


def test_every_part_failing_holds(break_rules: Callable[[Sequence[str]], None]) -> None:
    break_rules(list(RULES))

    decision = screen(make_comment(BANNED), scorer=None, policy=POLICY)

    assert decision.action is Action.HOLD
    assert len(decision.reasons) == len(RULES) + 1


@pytest.mark.parametrize("model", FAILING)
def test_a_failing_model_approves_nothing_of_a_batch(model: str) -> None:
    batch = [make_comment(CLEAN, id=f"c-{n}") for n in range(3)]

    decisions = screen_many(batch, scorer=FAILING[model], policy=POLICY)

    assert [decision.action for decision in decisions] == [Action.HOLD] * 3


def test_a_model_that_cannot_explain_still_judges() -> None:
    decision = screen(make_comment(CLEAN), scorer=SpeechlessScorer({"insult": 0.99}), policy=POLICY)

    assert decision.action is Action.REJECT
    assert decision.reasons[0].signal.spans == ()


@pytest.fixture
def everything_logged(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.DEBUG):
        yield caplog


@pytest.mark.parametrize("scorer", [BrokenScorer(), SpeechlessScorer({"insult": 0.3})])
def test_logs_and_answers_never_quote_what_failed(
    make_app: Callable[..., Flask],
    headers: dict[str, str],
    everything_logged: pytest.LogCaptureFixture,
    break_rules: Callable[[Sequence[str]], None],
    scorer: Scorer,
) -> None:
    break_rules(list(RULES))
    sent = make_body(
        "A canaryBody remark.",
        article={"id": "a-1", "title": "canaryTitle", "body": "canaryStory"},
        author={"id": "u-1", "name": "canaryName"},
        parent={"id": "c-0", "body": "canaryParent"},
    )
    client = make_app(scorer=scorer).test_client()

    answer = client.post("/v1/comments", json=sent, headers=headers)

    assert (answer.status_code, answer.get_json()["action"]) == (201, "hold")
    assert "rule.failed" in everything_logged.text
    assert "canary" not in everything_logged.text
    assert "canary" not in answer.text


def test_a_bug_is_a_500_that_says_nothing(
    make_app: Callable[..., Flask],
    headers: dict[str, str],
    everything_logged: pytest.LogCaptureFixture,
) -> None:
    def no_clock() -> None:
        raise ValueError("canary: no clock")

    client = make_app(now=no_clock).test_client()

    answer = client.post("/v1/comments", json=make_body("A canaryBody."), headers=headers)

    assert answer.status_code == 500
    assert answer.content_type == "application/problem+json"
    assert "canary" not in answer.text
    assert "canary" not in everything_logged.text
