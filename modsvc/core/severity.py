"""What is hard to read: which signals stand for it, and how a person is spared."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable
from typing import TypeVar

from modsvc.core.decision import Reason
from modsvc.core.policy import Queue

T = TypeVar("T")

SLURS, THREATS, SEVERE = "slurs", "threats", "severe"
# What is covered in a text, by what a person would have covered. The policy's urgent signals are
# severe as well.
CODES: dict[str, frozenset[str]] = {
    SLURS: frozenset({"identity_attack", "obscene", "words.banned"}),
    THREATS: frozenset({"threat"}),
    SEVERE: frozenset({"severe_toxicity"}),
}
# A comment with one of these counts as severe, for whoever reads many of them.
HARD = frozenset({"severe_toxicity", "threat", "identity_attack"})
# After a severe case so many others come first, where there are any.
SPARED = 2


def covered(categories: Collection[str], queue: Queue) -> frozenset[str]:
    """Give the codes whose words are covered for who wants these categories covered."""
    codes: frozenset[str] = frozenset()
    for category in categories:
        codes |= CODES.get(category, frozenset())
    return codes | queue.urgent if SEVERE in categories else codes


def hard(queue: Queue) -> frozenset[str]:
    """Give the codes that make a comment severe under a policy."""
    return HARD | queue.urgent


def is_severe(reasons: Iterable[Reason], queue: Queue) -> bool:
    """Tell whether a comment held for these reasons is severe."""
    codes = hard(queue)
    return any(reason.signal.code in codes for reason in reasons)


def spread(cases: Iterable[T], severe: Callable[[T], bool], since: int = SPARED) -> list[T]:
    """Put cases in an order in which, after a severe one, SPARED others come first.

    Severe ones keep their order and so do the others; where none of the others is left, severe ones
    follow each other. `since` others have come since the last severe one.
    """
    waiting, others, put = deque[T](), deque[T](), list[T]()
    for case in cases:
        (waiting if severe(case) else others).append(case)
        # In the order they came, so that nobody waits for what comes later without need.
        while (waiting and since >= SPARED) or others:
            if waiting and since >= SPARED:
                put.append(waiting.popleft())
                since = 0
            else:
                put.append(others.popleft())
                since += 1
    return [*put, *waiting]
