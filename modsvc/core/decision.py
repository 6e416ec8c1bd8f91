"""Action, Reason and Decision: what a site is asked to do, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from modsvc.core.facts import NO_FACTS, Facts
from modsvc.core.signals import Signal

# Digits of scores and strengths that count: what is weighed is what is stored, answered and hashed,
# so a decision can be weighed again.
DIGITS, SMALLEST = 4, 1e-4


class Action(IntEnum):
    """What the site is asked to do. A greater action is a stricter one."""

    APPROVE = 0
    HOLD = 1
    REJECT = 2

    @property
    def word(self) -> str:
        """The action as sites read it: `approve`, `hold` or `reject`."""
        return self.name.lower()

    @property
    def status(self) -> str:
        """What a decision with this action leaves behind: `approved`, `held` or `rejected`."""
        return STATUS[self]


STATUS = {Action.APPROVE: "approved", Action.HOLD: "held", Action.REJECT: "rejected"}


@dataclass(frozen=True, slots=True)
class Reason:
    """A signal and the action it called for."""

    signal: Signal
    action: Action


@dataclass(frozen=True, slots=True)
class Decision:
    """An action and what led to it.

    `scores` holds the classifier's labels; a label it was not trained for is absent, never 0.
    `model_version` is None when nothing scored. `facts` are those that the policy weighed.
    """

    action: Action
    reasons: tuple[Reason, ...]
    policy_version: str
    scores: Mapping[str, float] = field(default_factory=dict)
    model_version: str | None = None
    facts: Facts = NO_FACTS
