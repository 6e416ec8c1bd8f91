"""Which of Akismet's words a decision is told in."""

from __future__ import annotations

from dataclasses import replace

import pytest

from modsvc.core.decision import Action
from modsvc.core.policy import Band, decide
from modsvc.core.signals import Signal
from modsvc.protocols.akismet import answers
from tests.strategies import default_policy

CHECK, SPAM, HAM = "/1.1/comment-check", "/1.1/submit-spam", "/1.1/submit-ham"
BLOG = "https://news.example/"


@pytest.mark.parametrize(
    ("signals", "tip"),
    [
        ([Signal("spam", 0.99)], "discard"),
        ([Signal("spam", 0.99), Signal("insult", 0.99)], "discard"),
        ([Signal("insult", 0.99)], None),
    ],
)
def test_spam_that_the_policy_rejects_may_be_discarded_and_abuse_may_not(
    signals: list[Signal], tip: str | None
) -> None:
    default = default_policy()
    strict = replace(default, bands={**default.bands, "spam": Band(0.2, 0.9)})

    answer = answers.check(decide(signals, strict), "guid", "error-header")

    assert answer.get_data(as_text=True) == "true"
    assert answer.headers.get("X-akismet-pro-tip") == tip


@pytest.mark.parametrize(
    ("codes", "holds_as", "word"),
    [
        (["spam"], "error-header", "true"),
        (["spam", "links.too_many"], "error-header", "true"),
        (["spam", "insult"], "error-header", "false"),
        (["spam"], "ham", "false"),
        (["spam"], "spam", "true"),
    ],
)
def test_what_is_held_for_spam_alone_is_called_spam(
    codes: list[str], holds_as: str, word: str
) -> None:
    signals = [Signal(code, 0.3, detail={"count": 3, "allowed": 2}) for code in codes]
    held = decide(
        [replace(s, strength=1.0) if "." in s.code else s for s in signals], default_policy()
    )

    answer = answers.check(held, "guid", holds_as)

    assert held.action is Action.HOLD
    assert answer.get_data(as_text=True) == word
    assert "X-akismet-pro-tip" not in answer.headers
