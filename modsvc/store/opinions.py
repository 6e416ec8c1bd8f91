"""What a second pair of eyes said of a decision, without knowing that it was looked at again."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from modsvc.store.tables import opinions


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a moderator would have done, and what had been done."""

    case: int
    site: str
    kind: str
    about: int
    about_action: str
    moderator: int
    action: str
    given_at: datetime


def add(db: Connection, opinion: Opinion) -> None:
    """Keep an opinion."""
    db.execute(_ADD, asdict(opinion))


def take_back(db: Connection, case_id: int) -> bool:
    """Drop the opinion that was given on a case; False where there is none."""
    return db.execute(_DROP, {"case_id": case_id}).rowcount > 0


_ADD = sa.insert(opinions)
_DROP = sa.delete(opinions).where(opinions.c.case == sa.bindparam("case_id"))
