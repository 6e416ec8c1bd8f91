"""What a moderator may do to a case, and what follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from modsvc.core.decision import Action, Decision, Reason
from modsvc.core.labels import LABELS
from modsvc.core.policy import Queue
from modsvc.core.signals import Signal

# Why a moderator may reject, in the order the page offers them.
REJECTIONS: dict[str, str] = {
    "moderator.abuse": "Abusive or insulting",
    "moderator.hate": "Hateful towards a group",
    "moderator.threat": "Threatening",
    "moderator.spam": "Spam or advertising",
    "moderator.off_topic": "Off topic",
    "moderator.unlawful": "Unlawful",
    "moderator.other": "Something else",
}
APPROVAL = "moderator.approved"


def moderators_decision(
    code: str, *, policy_version: str, scores: Mapping[str, float], model_version: str | None
) -> Decision:
    """Give the decision that a moderator's choice amounts to.

    Parameters
    ----------
    code : str
        APPROVAL, or one of REJECTIONS.
    scores, model_version
        What the classifier had said, and which; they stay with the comment.

    Raises
    ------
    ValueError
        `code` is neither.
    """
    if code == APPROVAL:
        action = Action.APPROVE
    elif code in REJECTIONS:
        action = Action.REJECT
    else:
        raise ValueError(f"{code!r} is no reason a moderator can give")
    reasons = (Reason(Signal(code), action),)
    return Decision(action, reasons, policy_version, scores=scores, model_version=model_version)


def due_at(decision: Decision, queue: Queue, now: datetime) -> datetime:
    """Say when somebody should have looked at a held comment.

    Urgent signals are due at once. The promised time is otherwise shortened by the strongest of
    the classifier's reasons: at strength 0.9 a tenth of it is left.
    """
    if any(reason.signal.code in queue.urgent for reason in decision.reasons):
        return now
    strengths = [r.signal.strength for r in decision.reasons if r.signal.code in LABELS]
    left = 1.0 - max(strengths, default=0.0)
    return now + timedelta(minutes=queue.promised_minutes) * left
