"""Hold a comment that was approved before: the decision, its case and its event, together."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.engine import Connection

from modsvc.core.decision import Decision
from modsvc.core.policy import Queue
from modsvc.core.review import due_at
from modsvc.store import cases, comments, decisions, outbox
from modsvc.store.cases import Opening
from modsvc.store.comments import Stored
from modsvc.store.decisions import Head, Recorded


def hold_later(
    db: Connection,
    site: str,
    head: Head,
    stored: Stored,
    decision: Decision,
    *,
    within: Queue,
    now: datetime,
) -> Recorded:
    """Write the decision that holds a comment, open its case, and tell the site.

    Parameters
    ----------
    head : Head
        From `lock_head`, in this same transaction.
    within : Queue
        The policy's, which says when the case is due.
    """
    digest = comments.digest(stored.salt, stored.body)
    subject = decisions.Subject(site, stored.key, stored.id, stored.revision, digest)
    recorded = decisions.append(db, head, subject, decision, now=now)
    comments.point_at(db, stored.key, recorded.position, recorded.action)
    # It was printed, and people have read it.
    due = due_at(decision, within, now, was_printed=True)
    opening = Opening(
        site,
        stored.key,
        stored.revision,
        about=recorded.position,
        due_at=due,
        reasons=decision.reasons,
        scores=decision.scores,
        language=decision.facts.language,
    )
    cases.open_case(db, opening, now)
    position = recorded.position
    outbox.add(db, site=site, comment_key=stored.key, position=position, now=now, due_at=now)
    return recorded
