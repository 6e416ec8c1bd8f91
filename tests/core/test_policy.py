from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modsvc.core.decision import Action
from modsvc.core.labels import LABELS
from modsvc.core.policy import Band, Policy, decide
from modsvc.core.signals import Signal
from tests.strategies import bands, default_policy, policies, signals, strengths


@given(band=bands(), pair=st.tuples(strengths, strengths).map(sorted))
def test_a_stronger_signal_is_never_treated_more_mildly(band: Band, pair: list[float]) -> None:
    weaker, stronger = pair

    assert band.action(weaker) <= band.action(stronger)


@given(policy=policies(), noticed=st.lists(signals, max_size=6), more=signals)
def test_another_signal_only_makes_the_outcome_stricter(
    policy: Policy, noticed: list[Signal], more: Signal
) -> None:
    before, after = decide(noticed, policy), decide([*noticed, more], policy)

    assert before.action <= after.action


@given(policy=policies(), noticed=st.lists(signals, max_size=6))
def test_the_action_is_that_of_the_strictest_reason(policy: Policy, noticed: list[Signal]) -> None:
    decision = decide(noticed, policy)

    assert decision.action == max((r.action for r in decision.reasons), default=Action.APPROVE)


@given(policy=policies(), noticed=st.permutations([Signal(code, 0.7) for code in LABELS]))
def test_the_order_in_which_signals_are_noticed_does_not_matter(
    policy: Policy, noticed: list[Signal]
) -> None:
    assert decide(noticed, policy) == decide(sorted(noticed, key=lambda s: s.code), policy)


def test_every_signal_that_calls_for_something_becomes_a_reason() -> None:
    noticed = [Signal("insult", 0.99), Signal("toxicity", 0.6), Signal("obscene", 0.1)]

    decision = decide(noticed, default_policy())

    assert [(r.signal.code, r.action) for r in decision.reasons] == [
        ("insult", Action.REJECT),
        ("toxicity", Action.HOLD),
    ]


def test_without_a_signal_a_comment_is_approved() -> None:
    assert decide([], default_policy()).action is Action.APPROVE


def test_a_band_without_numbers_never_acts() -> None:
    assert Band().action(1.0) is Action.APPROVE


def test_what_one_stage_says_alone_is_weighed_by_its_own_bands_and_all_else_as_ever() -> None:
    policy = replace(default_policy(), bands_alone={"insult": Band(hold=0.2)})

    alone, both = policy.for_stages(["linear"]), policy.for_stages(["linear", "encoder"])

    assert alone.bands == {**policy.bands, "insult": Band(hold=0.2)}
    assert both.bands == policy.bands
    assert alone.version == both.version == policy.version


@pytest.mark.parametrize("stages", [("linear",), ("linear", "encoder")])
def test_a_policy_without_bands_for_one_stage_weighs_all_alike(stages: tuple[str, ...]) -> None:
    policy = replace(default_policy(), bands_alone={})

    assert policy.for_stages(stages) == policy


def test_a_decision_names_the_policy_that_made_it() -> None:
    policy = replace(default_policy(), version="abc")

    assert decide([], policy).policy_version == "abc"
