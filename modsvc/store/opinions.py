"""What a second pair of eyes said of a decision, without knowing that it was looked at again."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from modsvc.store.tables import cases, moderators, opinions


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


def of_case(db: Connection, case_id: int) -> Opinion | None:
    """Give the opinion that was given on a case."""
    row = db.execute(_OF_CASE, {"case_id": case_id}).first()
    return Opinion(*row) if row else None


def of_comment(db: Connection, comment_key: int) -> list[tuple[Opinion, str]]:
    """Give what was said of decisions about a comment, with the name of whoever said it."""
    rows = db.execute(OF_COMMENT, {"comment": comment_key})
    return [(Opinion(*told), name) for *told, name in rows]


_ADD = sa.insert(opinions)
_DROP = sa.delete(opinions).where(opinions.c.case == sa.bindparam("case_id"))
_TOLD = sa.select(*(opinions.c[field.name] for field in fields(Opinion)))
_OF_CASE = _TOLD.where(opinions.c.case == sa.bindparam("case_id"))
OF_COMMENT = (
    _TOLD.add_columns(moderators.c.name)
    .join_from(cases, opinions, opinions.c.case == cases.c.id)
    .join(moderators, moderators.c.id == opinions.c.moderator)
    .where(cases.c.comment == sa.bindparam("comment"))
    .order_by(cases.c.id)
)
