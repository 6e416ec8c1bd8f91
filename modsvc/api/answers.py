"""What sites get, as schemas.py describes it.

It is built by hand, since dumping by schema costs more than all the rest of an answer. A test holds
the two together.
"""

from __future__ import annotations

from dataclasses import asdict

import orjson

from modsvc.core.decision import DIGITS, Reason
from modsvc.core.messages import message
from modsvc.services.read_decisions import History
from modsvc.store.articles import Kept
from modsvc.store.decisions import Recorded

JSON = "application/json"


def decision_answer(decision: Recorded) -> dict[str, object]:
    """Say a decision as DecisionSchema describes it."""
    return {
        "id": decision.comment_id,
        "revision": decision.revision,
        "action": decision.action.word,
        "status": decision.action.status,
        "reasons": [reason_answer(reason) for reason in decision.reasons],
        "scores": decision.scores,
        "decided_by": decision.decided_by,
        "policy_version": decision.policy_version,
        "model_version": decision.model_version,
        "decided_at": decision.decided_at,
    }


def history_answer(history: History) -> dict[str, object]:
    """Say a comment's history as HistorySchema describes it."""
    return {
        "id": history.comment_id,
        "revision": history.revision,
        "action": history.in_force.action.word,
        "status": history.in_force.action.status,
        "received_at": history.received_at,
        "decisions": [decision_answer(decision) for decision in history.decisions],
    }


def article_answer(kept: Kept) -> dict[str, object]:
    """Say an article as KeptArticleSchema describes it."""
    return {**asdict(kept.article), "mode": kept.mode, "updated_at": kept.updated_at}


def encode(answer: object) -> bytes:
    """Write an answer as JSON; moments in UTC with a Z."""
    return orjson.dumps(answer, option=orjson.OPT_UTC_Z)


def reason_answer(reason: Reason) -> dict[str, object]:
    """Say a reason as ReasonSchema describes it."""
    signal = reason.signal
    return {
        "code": signal.code,
        "action": reason.action.word,
        "strength": round(signal.strength, DIGITS),
        "message": message(signal),
        "spans": [
            {"start": span.start, "end": span.end, "weight": round(span.weight, DIGITS)}
            for span in signal.spans
        ],
    }
