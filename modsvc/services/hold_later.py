"""Hold a comment that was approved before: the decision, its case and its event, together."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.engine import Connection

from modsvc.core.decision import Decision
from modsvc.core.policy import Queue
from modsvc.core.review import due_at
from modsvc.store import comments, decisions, outbox, queue
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
    due = due_at(decision, within, now)
    queue.open_case(
        db, site=site, comment_key=stored.key, revision=stored.revision, due_at=due, now=now
    )
    position = recorded.position
    outbox.add(db, site=site, comment_key=stored.key, position=position, now=now, due_at=now)
    return recorded
