"""What judging a comment again may change: an approval may become a hold, and nothing else may."""

from __future__ import annotations

from dataclasses import replace

from modsvc.core.decision import Action, Decision


def second_thoughts(first: Action, again: Decision) -> Decision | None:
    """Give the decision that follows when a comment is judged again; None when the first stands.

    Only an approval is thought over, and only to be stricter. It is never rejected: the comment
    has been published, perhaps answered, and taking that back for good is for a person to say. The
    reasons keep the actions that they called for, so that this person reads how strong they are.
    """
    if first is not Action.APPROVE or again.action is Action.APPROVE:
        return None
    return replace(again, action=Action.HOLD)
