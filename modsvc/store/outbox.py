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


def take_back(db: Connection, site: str, comment_key: int, position: int) -> bool:
    """Drop the news of a decision that was not sent yet; False when it was, or there is none."""
    wanted = {"site": site, "comment_key": comment_key, "at_position": position}
    return db.execute(_TAKE_BACK, wanted).rowcount > 0


_ADD = sa.insert(outbox)
_TAKE_BACK = sa.delete(outbox).where(
    outbox.c.site == sa.bindparam("site"),
    outbox.c.comment == sa.bindparam("comment_key"),
    outbox.c.position == sa.bindparam("at_position"),
    outbox.c.state == PENDING,
)
