"""News for sites, written in the decision's own transaction and sent later."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from modsvc.store.tables import outbox

PENDING = "pending"
COMMENT_DECIDED = "comment.decided"


def add(
    db: Connection,
    *,
    site: str,
    comment_key: int,
    position: int,
    now: datetime,
    due_at: datetime,
) -> None:
    """Write that a comment was decided; to be sent from `due_at` on."""
    db.execute(
        _ADD,
        {
            "event": f"evt_{uuid4().hex}",
            "site": site,
            "type": COMMENT_DECIDED,
            "comment": comment_key,
            "position": position,
            "created_at": now,
            "state": PENDING,
            "due_at": due_at,
        },
    )


_ADD = sa.insert(outbox)
