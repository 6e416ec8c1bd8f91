"""What became of a comment in another system, which a site brings along when it moves in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from modsvc.core.comment import Comment
from modsvc.core.decision import Action, Decision, Reason
from modsvc.core.signals import Signal

# What may have become of it, and the action that this amounts to.
OUTCOMES: dict[str, Action] = {
    "approved": Action.APPROVE,
    "held": Action.HOLD,
    "rejected": Action.REJECT,
    "spam": Action.REJECT,
}
CODES = {outcome: f"imported.{outcome}" for outcome in OUTCOMES}


@dataclass(frozen=True, slots=True)
class Past:
    """A comment and what became of it: one of OUTCOMES.

    `by_person` says that a person is known to have decided so; False where nobody knows.
    """

    comment: Comment
    outcome: str
    by_person: bool = False

    @property
    def action(self) -> Action:
        """The action that what became of it amounts to."""
        return OUTCOMES[self.outcome]


def imported_decision(
    past: Past,
    *,
    source: str,
    policy_version: str,
    scores: Mapping[str, float],
    model_version: str | None,
) -> Decision:
    """Give the decision that stands for what became of a comment in the system `source`.

    `scores` are what our classifier says of it now, for whoever compares the two.
    """
    detail = {"source": source, "by_person": past.by_person}
    reason = Reason(Signal(CODES[past.outcome], detail=detail), past.action)
    return Decision(
        past.action, (reason,), policy_version, scores=scores, model_version=model_version
    )
