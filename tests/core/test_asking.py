"""Rules are asked one by one; one that fails or takes too long holds, and blames no author."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from modsvc.core.asking import Timer, rule_signals, warm_up
from modsvc.core.comment import Subject
from modsvc.core.decision import Action
from modsvc.core.expressions import Expression, Expressions
from modsvc.core.messages import message
from modsvc.core.patterns import MAX_PLACES, Pattern, Patterns
from modsvc.core.policy import Policy
from modsvc.core.rules import RULES
from modsvc.core.screening import screen_many
from modsvc.core.signals import Signal
from tests.factories import make_comment, make_subject
from tests.fakes import FakeScorer
from tests.strategies import policy_with

MS = 1_000_000
POLICY = policy_with(rule_budget_ms=50)


class Slow:
    """A rule that takes so many thousandths of a second, one after the other, by clocks of its own.

    Each time it also waits, while others have the processor.
    """

    def __init__(self, *took_ms: int, waits_ms: int = 0, signal: Signal | None = None) -> None:
        self._took, self._waits, self._signal = list(took_ms), waits_ms, signal
        self._own = self._waited = 0
        self.timer = Timer(passed=lambda: self._own + self._waited, own=lambda: self._own)

    def __call__(self, _subject: Subject, _policy: Policy) -> Signal | None:
        self._own += self._took.pop(0) * MS
        self._waited += self._waits * MS
        return self._signal


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch) -> Callable[[Slow], list[Signal]]:
    def ask(slow: Slow) -> list[Signal]:
        monkeypatch.setitem(RULES, "shouting", slow)
        return list(rule_signals(make_subject("A goodly remark."), POLICY, slow.timer))

    return ask


def test_a_rule_within_its_budget_is_asked_once(ask: Callable[[Slow], list[Signal]]) -> None:
    assert ask(Slow(50)) == []


def test_a_pause_of_ours_is_not_held_against_a_rule(ask: Callable[[Slow], list[Signal]]) -> None:
    shout = Signal("shouting", 0.8)

    assert ask(Slow(90, 10)) == []
    assert ask(Slow(90, 10, signal=shout)) == [shout]


def test_that_others_had_the_processor_is_not_held_against_a_rule(
    ask: Callable[[Slow], list[Signal]],
) -> None:
    assert ask(Slow(10, 10, waits_ms=90)) == []


def test_a_rule_that_is_too_slow_twice_holds_and_is_named(
    ask: Callable[[Slow], list[Signal]], caplog: pytest.LogCaptureFixture
) -> None:
    (failed,) = ask(Slow(90, 51))

    assert (failed.code, failed.detail) == ("rule.failed", {"rule": "shouting"})
    assert "shouting" in message(failed)
    assert "rule.failed: shouting: 51 ms" in caplog.text


def test_what_a_slow_rule_noticed_counts_all_the_same(
    ask: Callable[[Slow], list[Signal]],
) -> None:
    noticed = ask(Slow(90, 90, signal=Signal("shouting", 0.8)))

    assert [signal.code for signal in noticed] == ["shouting", "rule.failed"]


def test_a_slow_rule_holds_a_comment_and_never_approves_or_rejects_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slow = Slow(90, 90)
    monkeypatch.setitem(RULES, "shouting", slow)

    (decision,) = screen_many(
        [make_comment()], scorer=FakeScorer(), policy=POLICY, timer=slow.timer
    )

    assert decision.action is Action.HOLD


def test_without_a_timer_rules_have_as_much_time_as_they_like(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(RULES, "shouting", Slow(1_000_000))

    assert list(rule_signals(make_subject("A goodly remark."), POLICY)) == []


def test_an_expression_that_fails_is_named() -> None:
    failing = {"share of links": Expression("1.0 / double(links) > 0.5", Action.REJECT)}
    policy = replace(
        POLICY,
        expressions=Expressions(
            {"dividing": Expression("chars % (links - 0) == 1", Action.HOLD), **failing}
        ),
    )

    signals = {s.code: s for s in rule_signals(make_subject("A goodly remark."), policy)}

    assert signals["rule.failed"].detail["rule"] == "expressions.held 'dividing'"


def test_every_rule_is_asked_to_warm_up(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def noting(code: str) -> Callable[[Subject, Policy], None]:
        return lambda _subject, _policy: asked.append(code)

    for code in list(RULES):
        monkeypatch.setitem(RULES, code, noting(code))
    warm_up(POLICY)

    assert asked == list(RULES)


def test_an_expression_that_fails_silences_no_other() -> None:
    each = {
        "failing": Expression("chars % links == 1", Action.REJECT),
        "true": Expression("chars > 1", Action.REJECT),
    }
    policy = replace(POLICY, expressions=Expressions(each))

    signals = {s.code: s for s in rule_signals(make_subject("A goodly remark."), policy)}

    assert signals["expressions.rejected"].detail["names"] == "true"
    assert signals["rule.failed"].detail["rule"] == "expressions.rejected 'failing'"


def test_what_patterns_find_counts_where_not_all_was_looked_at() -> None:
    each = {name: Pattern(name, Action.REJECT) for name in ("goodly", "a")}
    policy = replace(POLICY, patterns=Patterns(each))

    subject = make_subject(f"goodly {'ab' * MAX_PLACES}")
    signals = {s.code: s for s in rule_signals(subject, policy)}

    assert signals["patterns.rejected"].detail["names"] == "goodly"
    assert signals["rule.failed"].detail["rule"] == "patterns.rejected"


def test_one_is_not_said_as_many_are():
    one = Signal("links.too_many", detail={"count": 1, "allowed": 0})
    two = Signal("links.too_many", detail={"count": 2, "allowed": 0})

    assert message(one) == "Has a link; 0 are allowed."
    assert message(two) == "Has 2 links; 0 are allowed."
