from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from modsvc.core.decision import Action, Decision, Reason
from modsvc.core.facts import NO_FACTS
from modsvc.core.faults import FAULTS
from modsvc.core.labels import LABELS
from modsvc.core.messages import MESSAGES
from modsvc.core.policy import Queue
from modsvc.core.signals import Signal
from modsvc.web.wording import (
    LEAD_CHARS,
    SHORT,
    ago,
    code_name,
    due,
    kind,
    lead,
    safe_url,
    short,
    why_due,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_every_signal_is_said_in_a_few_words():
    assert {*MESSAGES, *FAULTS} <= {*SHORT, *LABELS}


def test_a_label_is_said_with_its_strength():
    assert short(Signal("identity_attack", 0.314)) == "identity attack 0.31"


def test_a_label_is_said_with_what_the_context_did_to_it():
    signal = Signal("insult", 0.5, detail={"quoted": 2, "topic": 1, "reply": 1.5})

    assert short(signal) == "insult 0.50, quotes left out, topic left out, a reply"


def test_a_rule_is_said_with_its_facts():
    assert short(Signal("links.too_many", detail={"count": 3, "allowed": 2})) == "3 links"


def test_a_code_from_another_version_is_said_as_it_is():
    assert short(Signal("links.odd")) == "links.odd"


def test_a_chip_tells_the_classifier_from_rules_and_from_faults():
    codes = ("threat", "language.unscored", "bias.unstable", "shouting", "rule.failed")

    assert [kind(Signal(code)) for code in codes] == ["label"] * 3 + ["rule", "fault"]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        # By the clock of another machine.
        (-5, "just now"),
        (0, "just now"),
        (59, "just now"),
        (60, "1 min ago"),
        (7_300, "2 h ago"),
        (200_000, "2 days ago"),
    ],
)
def test_times_past_are_said_in_their_greatest_unit(seconds: int, words: str):
    assert ago(NOW - timedelta(seconds=seconds), NOW) == words


def test_a_time_that_is_due_says_whether_it_is_late():
    assert due(NOW + timedelta(minutes=5), NOW) == "due in 5 min"
    assert due(NOW + timedelta(seconds=5), NOW) == "due in a moment"
    assert due(NOW, NOW) == "due now"
    assert due(NOW - timedelta(hours=1), NOW) == "due 1 h ago"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        "data:text/html,x",
        "https:",
        "//elsewhere.example",
        "java\nscript:alert(1)",
        "http://[",
        "mailto:a@b.example",
        "",
    ],
)
def test_only_web_pages_are_linked(url: str):
    assert safe_url(url) is None


def test_a_web_page_is_linked():
    assert safe_url("HTTPS://gazette.example/a?b=c") == "HTTPS://gazette.example/a?b=c"


@pytest.mark.parametrize("text", ["word " * 200, "x" * 900, " " * 900])
def test_a_lead_is_cut_and_says_so(text: str):
    cut = lead(text)

    assert len(cut) <= LEAD_CHARS + 1
    assert cut.endswith("…")


def due_because(queue: Queue, strength: float = 0.0, score: float = 0.0, **more: Any) -> str:
    code = more.pop("code", "insult")
    reasons = (Reason(Signal(code, strength), Action.HOLD),)
    facts = replace(NO_FACTS, on_article=more.pop("on_article", 0))
    scores = {} if score < 0 else {"insult": score}
    decision = Decision(Action.HOLD, reasons, "1", scores=scores, facts=facts)
    return why_due(decision, queue, more.get("printed", False))


def test_a_case_says_what_makes_it_due_sooner():
    queue = Queue(60, frozenset({"threat"}), doubt=0.3, reach=0.5, busy_article=10)

    sooner = "Due sooner than the promised 60 min: "
    assert due_because(queue, 0.9, 1.0) == (
        f"{sooner}the classifier is 90% sure of its strongest reason."
    )
    assert due_because(queue, score=0.5) == f"{sooner}its scores leave it open."
    assert due_because(queue, score=-1) == f"{sooner}nothing could score it."
    assert due_because(queue, 0.9, 0.5, on_article=10) == (
        f"{sooner}the classifier is 90% sure of its strongest reason, its scores leave it open, and"
        " many write under its article."
    )
    assert due_because(queue, score=1.0, printed=True) == f"{sooner}it had been printed."
    assert due_because(queue, score=1.0, code="shouting") == (
        "Due within the promised 60 min: nothing makes it urgent."
    )
    assert due_because(queue, 0.3, 0.3, code="threat") == "Due at once: threat 0.30."


def test_every_code_has_a_name_without_holes():
    for code in (*SHORT, *LABELS):
        assert code_name(code).strip()
        assert not set("{}_?") & set(code_name(code))
