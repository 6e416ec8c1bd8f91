from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modsvc.core.decision import Action
from modsvc.core.late import second_thoughts
from modsvc.core.policy import decide
from modsvc.core.signals import Signal
from tests.strategies import default_policy, policies, signals


@given(first=st.sampled_from(Action), again=st.lists(signals), policy=policies())
def test_judging_again_turns_approvals_into_holds_and_does_nothing_else(
    first: Action, again: list[Signal], policy
) -> None:
    decision = decide(again, policy)

    changed = second_thoughts(first, decision)

    is_worse = first is Action.APPROVE and decision.action > Action.APPROVE
    assert (changed is not None) == is_worse
    assert changed is None or (changed.action, changed.reasons) == (Action.HOLD, decision.reasons)


@pytest.mark.parametrize("strength", [0.7, 0.99])
def test_who_reads_the_case_is_told_how_strong_the_reasons_are(strength: float) -> None:
    again = decide([Signal("insult", strength)], default_policy())

    held = second_thoughts(Action.APPROVE, again)

    assert held is not None
    assert held.action is Action.HOLD
    assert held.reasons[0].action is again.action
