"""What Coral is answered: a status that ends its pipeline, or nothing, and it goes on.

Enumerations are exactly Coral's: it leaves out an answer with any other word in it.
"""

from __future__ import annotations

from collections.abc import Sequence

from modsvc.core.decision import Action, Decision, Reason
from modsvc.core.messages import message

TOXIC, SPAM = "COMMENT_DETECTED_TOXIC", "COMMENT_DETECTED_SPAM"
# Coral's reasons to reject (the Digital Services Act asks for one), by the code of a signal.
CODES = {
    "spam": "SPAM",
    "links.too_many": "AD",
    "links.banned": "AD",
    "links.not_allowed": "AD",
    "links.shortener": "AD",
    "links.look_alike": "SPAM",
    "words.banned": "BANNED_WORD",
    "identity_attack": "HATE_SPEECH",
    "threat": "HARASSMENT_BULLYING",
    "insult": "ABUSIVE",
    "toxicity": "ABUSIVE",
    "severe_toxicity": "ABUSIVE",
    "obscene": "OFFENSIVE",
}
OTHER = "OTHER"
# Of what could not be judged.
WITHHELD = {"status": "SYSTEM_WITHHELD", "actions": []}
_FLAGS = {code: SPAM if word in ("SPAM", "AD") else TOXIC for code, word in CODES.items()}


def answer(decision: Decision) -> dict[str, object] | None:
    """Say a decision; None for an approval, which Coral's own later phases may not share."""
    if decision.action is Action.APPROVE:
        return None
    flags = dict.fromkeys(
        _FLAGS[reason.signal.code] for reason in decision.reasons if reason.signal.code in _FLAGS
    )
    said: dict[str, object] = {
        "status": "SYSTEM_WITHHELD" if decision.action is Action.HOLD else "REJECTED",
        "actions": [{"actionType": "FLAG", "reason": flag} for flag in flags],
    }
    if decision.action is Action.REJECT:
        reasons = [reason for reason in decision.reasons if reason.action is Action.REJECT]
        said["moderationAction"] = {"status": "REJECTED", "rejectionReason": _why(reasons)}
    return said


def _why(reasons: Sequence[Reason]) -> dict[str, str]:
    """Give Coral's word for the first of ours that it has one for, and all of ours in sentences."""
    code = next((CODES[r.signal.code] for r in reasons if r.signal.code in CODES), OTHER)
    explanation = " ".join(message(reason.signal) for reason in reasons)
    why = {"code": code, "detailedExplanation": explanation}
    return why | ({"customReason": explanation} if code == OTHER else {})
