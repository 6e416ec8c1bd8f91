"""Ask the rules about a comment, and hold it where one cannot run or takes too long."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from modsvc.core.comment import Article, Author, Comment, Subject
from modsvc.core.faults import Unfinished, place
from modsvc.core.policy import Policy
from modsvc.core.rules import RULES, Rule
from modsvc.core.signals import Signal
from modsvc.core.text import normalise

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Timer:
    """Two clocks in nanoseconds, which core cannot read by itself.

    `passed` costs little, and goes on while others have the processor; `own` is the thread's own
    time on it, and costs as much as a rule.
    """

    passed: Callable[[], int]
    own: Callable[[], int]


def rule_signals(subject: Subject, policy: Policy, timer: Timer | None = None) -> Iterator[Signal]:
    """Ask every rule; one that fails, or takes too long, leaves a signal that names it."""
    if subject.text.unreadable:
        yield Signal("text.unreadable")
    if not subject.facts.complete:
        yield Signal("history.unavailable")
    yield from map(Signal, policy.faults)
    budget, before = policy.limits.rule_budget_ms * 1_000_000, timer.passed() if timer else 0
    for code, rule in RULES.items():
        signal, failed = _ask(code, rule, subject, policy)
        if timer and timer.passed() - before > budget:
            # Others may have had the processor, or our garbage was collected: once more, and by
            # what it takes itself.
            start = timer.own()
            signal, failed = _ask(code, rule, subject, policy)
            took = timer.own() - start
            if took > budget:
                log.error("rule.failed: %s: %d ms", code, took // 1_000_000)
                failed = failed or code
        before = timer.passed() if timer else 0
        if signal is not None:
            yield signal
        if failed is not None:
            yield Signal("rule.failed", detail={"rule": failed})


def _ask(
    code: str, rule: Rule, subject: Subject, policy: Policy
) -> tuple[Signal | None, str | None]:
    """Give what a rule notices; and its name, where it could not run."""
    try:
        return rule(subject, policy), None
    except Unfinished as error:
        log.error("rule.failed: %s: %s", code, place(error.__cause__ or error))
        return error.signal, f"{code} {error.name!r}" if error.name else code
    except Exception as error:  # noqa: BLE001  Whatever broke, the comment is held.
        log.error("rule.failed: %s: %s", code, place(error))
        return None, code


def warm_up(policy: Policy) -> None:
    """Ask every rule once, so that what they load at first is not counted as a comment's time."""
    body = "See https://news.example, or write to us."
    comment = Comment("", body, Article(""), Author(""))
    list(rule_signals(Subject(comment, normalise(body), {}), policy))
