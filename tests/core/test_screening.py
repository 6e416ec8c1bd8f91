from __future__ import annotations

import logging
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modsvc.core.decision import Action
from modsvc.core.labels import LABELS
from modsvc.core.policy import Band, Policy, decide
from modsvc.core.rules import RULES
from modsvc.core.screening import score_many, screen, screen_many
from modsvc.core.signals import Signal
from modsvc.core.text import MAX_READING_CHARS
from tests.factories import make_comment
from tests.fakes import BothStages, BrokenScorer, FakeScorer, WordScorer
from tests.strategies import default_policy, policy_with, strengths, two_tables

POLICY = default_policy()
# Cautious where stage one judges alone; between the two tables lies a score of 0.3.
CAUTIOUS = replace(
    POLICY,
    bands={**POLICY.bands, "insult": Band(hold=0.45, reject=0.9)},
    bands_alone={"insult": Band(hold=0.2, reject=0.8)},
)


def codes(decision: object) -> list[str]:
    return [reason.signal.code for reason in decision.reasons]


def test_a_harmless_comment_is_approved_with_its_scores() -> None:
    decision = screen(make_comment("A goodly remark."), scorer=FakeScorer(), policy=POLICY)

    assert decision.action is Action.APPROVE
    assert decision.scores["toxicity"] == 0.0
    assert decision.model_version == "fake"


def test_without_a_model_everything_is_held_and_says_why() -> None:
    decision = screen(make_comment(), scorer=None, policy=POLICY)

    assert decision.action is Action.HOLD
    assert codes(decision) == ["classifier.unavailable"]
    assert decision.model_version is None
    assert decision.scores == {}


def test_without_a_model_rules_still_act() -> None:
    policy = policy_with(banned=("fool",))

    decision = screen(make_comment("You fool."), scorer=None, policy=policy)

    assert codes(decision) == ["words.banned", "classifier.unavailable"]


def test_a_scorer_that_fails_holds_and_its_words_are_not_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.DEBUG):
        decision = screen(make_comment("canary-7731"), scorer=BrokenScorer(), policy=POLICY)

    assert decision.action is Action.HOLD
    assert codes(decision) == ["classifier.unavailable"]
    assert "ValueError at fakes.py" in caplog.text
    assert "canary-7731" not in caplog.text


def test_a_rule_that_fails_holds_and_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setitem(RULES, "shouting", broken)

    decision = screen(make_comment(), scorer=FakeScorer(), policy=POLICY)

    assert decision.action is Action.HOLD
    assert codes(decision) == ["rule.failed"]
    assert decision.reasons[0].signal.detail == {"rule": "shouting"}


def test_one_text_that_cannot_be_scored_does_not_cost_the_others_their_scores() -> None:
    class Picky(FakeScorer):
        def score(self, readings):
            if any("bad" in reading.text for reading in readings):
                raise ValueError
            return super().score(readings)

    comments = [make_comment("fine"), make_comment("bad"), make_comment("fine")]

    actions = [d.action for d in screen_many(comments, scorer=Picky(), policy=POLICY)]

    assert actions == [Action.APPROVE, Action.HOLD, Action.APPROVE]


def test_a_text_that_unfolds_beyond_reading_is_held() -> None:
    body = "\ufdfa" * 20_480
    assert len(body) * 18 > MAX_READING_CHARS

    decision = screen(make_comment(body), scorer=FakeScorer(), policy=POLICY)

    assert decision.action is Action.HOLD
    assert "text.unreadable" in codes(decision)


def test_the_words_behind_a_label_are_pointed_out_only_where_it_acts() -> None:
    held = screen(make_comment("dubious words"), scorer=WordScorer(), policy=POLICY)
    fine = screen(make_comment("goodly words"), scorer=WordScorer(), policy=POLICY)

    assert all(reason.signal.spans for reason in held.reasons)
    assert fine.reasons == ()


def test_a_decision_stands_when_its_words_cannot_be_pointed_out() -> None:
    class Mute(WordScorer):
        def explain(self, reading, label):
            raise ValueError

    decision = screen(make_comment("dreadful"), scorer=Mute(), policy=POLICY)

    assert decision.action is Action.REJECT
    assert decision.reasons[0].signal.spans == ()


def test_together_and_alone_comments_are_judged_alike() -> None:
    comments = [make_comment(b) for b in ("goodly", "dubious", "dreadful", "a.b.c", "")]

    together = screen_many(comments, scorer=WordScorer(), policy=POLICY)

    assert together == [screen(c, scorer=WordScorer(), policy=POLICY) for c in comments]


def test_without_explaining_all_is_the_same_but_that_no_reason_points_at_words() -> None:
    comments = [make_comment(b) for b in ("goodly", "dubious", "dreadful", "a.b.c", "")]

    told, bare = (
        screen_many(comments, scorer=WordScorer(), policy=POLICY, explain=explain)
        for explain in (True, False)
    )

    assert any(reason.signal.spans for decision in told for reason in decision.reasons)
    assert not any(reason.signal.spans for decision in bare for reason in decision.reasons)
    assert [(d.action, codes(d), d.scores) for d in told] == [
        (d.action, codes(d), d.scores) for d in bare
    ]


def test_the_scores_alone_are_those_of_the_decisions() -> None:
    comments = [make_comment(b) for b in ("goodly", "dubious", "Das nicht.", "dreadful", "")]

    alone = score_many(comments, scorer=German(), policy=POLICY)

    assert alone == [d.scores for d in screen_many(comments, scorer=German(), policy=POLICY)]
    assert score_many(comments, scorer=None, policy=POLICY) == [{}] * 5


class German(FakeScorer):
    """Takes a text with "nicht" in it for German."""

    def unscored_language(self, reading, declared):
        return "de" if "nicht" in reading.text else None


def test_a_text_in_another_language_has_no_scores_and_is_held_for_it() -> None:
    comments = [make_comment("Das nicht."), make_comment("Fine.")]

    foreign, english = screen_many(comments, scorer=German(), policy=POLICY)

    assert foreign.action is Action.HOLD
    assert codes(foreign) == ["language.unscored"]
    assert foreign.reasons[0].signal.detail == {"language": "de"}
    assert foreign.scores == {}
    assert foreign.model_version is None
    assert english.action is Action.APPROVE


def test_rules_still_act_in_another_language() -> None:
    policy = policy_with(banned=("nicht",))

    decision = screen(make_comment("Das nicht."), scorer=German(), policy=policy)

    assert set(codes(decision)) == {"language.unscored", "words.banned"}


def test_a_policy_may_let_other_languages_pass() -> None:
    lenient = replace(POLICY, bands={**POLICY.bands, "language.unscored": Band()})

    decision = screen(make_comment("Das nicht."), scorer=German(), policy=lenient)

    assert decision.action is Action.APPROVE
    assert decision.scores == {}


def test_what_the_site_says_the_language_is_is_passed_on() -> None:
    class Trusting(FakeScorer):
        def unscored_language(self, reading, declared):
            return declared

    decision = screen(make_comment("Na ja.", language="de"), scorer=Trusting(), policy=POLICY)

    assert codes(decision) == ["language.unscored"]


def test_a_language_that_cannot_be_told_holds_the_comment_alone(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Confused(FakeScorer):
        def unscored_language(self, reading, declared):
            if "bad" in reading.text:
                raise ValueError(reading.raw)

    comments = [make_comment("bad canary"), make_comment("fine")]

    held, fine = screen_many(comments, scorer=Confused(), policy=POLICY)

    assert codes(held) == ["classifier.unavailable"]
    assert fine.action is Action.APPROVE
    assert "canary" not in caplog.text


# Which stages judged.


@pytest.mark.parametrize(
    ("strength", "alone", "both"),
    [
        (0.1, Action.APPROVE, Action.APPROVE),
        (0.3, Action.HOLD, Action.APPROVE),
        (0.85, Action.REJECT, Action.HOLD),
        (0.95, Action.REJECT, Action.REJECT),
    ],
)
def test_a_comment_is_weighed_by_the_bands_of_the_stages_that_judged_it(
    strength: float, alone: Action, both: Action
) -> None:
    scores = {"insult": strength}

    actions = [
        screen(make_comment(), scorer=scorer, policy=CAUTIOUS).action
        for scorer in (FakeScorer(scores), BothStages(scores))
    ]

    assert actions == [alone, both]


scored = st.dictionaries(st.sampled_from(list(LABELS)), strengths, max_size=3)


@given(policy=two_tables(), scores=scored, scorer=st.sampled_from([FakeScorer, BothStages]))
def test_what_both_tables_of_bands_would_hold_is_never_approved(
    policy: Policy, scores: dict[str, float], scorer: type[FakeScorer]
) -> None:
    decision = screen(make_comment(), scorer=scorer(scores), policy=policy)

    tables = policy.bands, {**policy.bands, **policy.bands_alone}
    mildest = min(
        max(table[label].action(strength) for label, strength in scorer(scores).scores.items())
        for table in tables
    )
    assert decision.action >= mildest


@given(policy=two_tables(), scores=scored, scorer=st.sampled_from([FakeScorer, BothStages]))
def test_a_decision_can_be_weighed_again_from_what_it_records(
    policy: Policy, scores: dict[str, float], scorer: type[FakeScorer]
) -> None:
    decision = screen(make_comment(), scorer=scorer(scores), policy=policy)

    assert decision.policy_version == policy.version
    assert decision.model_version is not None
    signals = [Signal(label, strength) for label, strength in decision.scores.items()]
    again = decide(signals, policy.for_stages(decision.model_version.split("+")))
    assert again.action is decision.action
    assert [(r.signal.code, r.action) for r in again.reasons] == [
        (r.signal.code, r.action) for r in decision.reasons
    ]


def test_what_is_scored_is_in_the_language_that_is_scored_whatever_the_site_says() -> None:
    said = make_comment("A goodly remark.", language="de")

    scored = screen(said, scorer=FakeScorer(), policy=POLICY)
    unscored = screen(said, scorer=None, policy=POLICY)

    assert scored.facts is not None
    assert unscored.facts is not None
    assert (scored.facts.language, unscored.facts.language) == ("en", "de")
