"""The comments that decisions are about, by the decisions' places in the log."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from modsvc.store.tables import comments, decisions, revisions
from modsvc.store.word_finds import cases_of


@dataclass(frozen=True, slots=True)
class Decided:
    """A comment as it was when a decision was taken, and its newest case, if it has one."""

    comment_id: str
    body: str
    case_id: int | None


def at(db: Connection, site: str, positions: Collection[int]) -> dict[int, Decided]:
    """Give the comment of each decision; what is not there any more is left out."""
    if not positions:
        return {}
    statement = _DECIDED.where(decisions.c.site == site, decisions.c.position.in_(positions))
    rows = db.execute(statement).all()
    cases = cases_of(db, site, {row.key for row in rows})
    return {row.position: Decided(row.id, row.body, cases.get(row.key)) for row in rows}


_DECIDED = (
    sa.select(decisions.c.position, comments.c.key, comments.c.id, revisions.c.body)
    .join_from(decisions, comments, comments.c.key == decisions.c.comment)
    .join(
        revisions,
        sa.and_(
            revisions.c.comment == decisions.c.comment,
            revisions.c.revision == decisions.c.revision,
        ),
    )
)
