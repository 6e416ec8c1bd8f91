"""Answers kept for a day, so that a request sent again with its key gets the same answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from modsvc.store.tables import idempotency

KEPT = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Answer:
    """A stored answer, and the fingerprint of the request that it answered."""

    fingerprint: str
    status: int
    body: bytes


def find(db: Connection, site: str, key: str, now: datetime) -> Answer | None:
    """Find the answer kept for a key of the site."""
    row = db.execute(_FIND, {"site": site, "key": key, "oldest": now - KEPT}).first()
    return Answer(*row) if row else None


def keep(db: Connection, site: str, key: str, answer: Answer, now: datetime) -> None:
    """Keep an answer under a key, and let go of all that are older than a day."""
    db.execute(_FORGET, {"oldest": now - KEPT})
    db.execute(
        _KEEP,
        {
            "site": site,
            "key": key,
            "fingerprint": answer.fingerprint,
            "status": answer.status,
            "answer": answer.body,
            "created_at": now,
        },
    )


_FIND = sa.select(idempotency.c.fingerprint, idempotency.c.status, idempotency.c.answer).where(
    idempotency.c.site == sa.bindparam("site"),
    idempotency.c.key == sa.bindparam("key"),
    idempotency.c.created_at > sa.bindparam("oldest"),
)
_KEEP = sa.insert(idempotency)
_FORGET = sa.delete(idempotency).where(idempotency.c.created_at <= sa.bindparam("oldest"))
