"""What a moderator did last, with the comments it was done to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from modsvc.errors import NotFound
from modsvc.store import acts
from modsvc.store.acts import Act
from modsvc.store.tables import act_cases, articles, cases, comments, revisions


@dataclass(frozen=True, slots=True)
class Deed:
    """An act, and the first of its cases: its id, what was said there, and the article's title."""

    act: Act
    case_id: int
    body: str
    article: str


def newest(db: Connection, site: str, moderator: int, limit: int) -> list[Deed]:
    """Give what a moderator did at a site, newest first."""
    return _deeds(db, acts.newest(db, site, moderator, limit))


def one(db: Connection, site: str, moderator: int, act_id: int) -> Deed | None:
    """Give one thing that a moderator did; None where they did not."""
    try:
        act = acts.get(db, site, act_id)
    except NotFound:
        return None
    deeds = _deeds(db, [act]) if act.moderator == moderator else []
    return deeds[0] if deeds else None


def _deeds(db: Connection, some: Sequence[Act]) -> list[Deed]:
    rows = db.execute(_FIRST, {"acts": [act.id for act in some]})
    said = {row.act: (row.id, row.body, row.title or row.article) for row in rows}
    return [Deed(act, *said[act.id]) for act in some if act.id in said]


_FIRSTS = (
    sa.select(act_cases.c.act, sa.func.min(act_cases.c.case).label("case"))
    .where(act_cases.c.act.in_(sa.bindparam("acts", expanding=True)))
    .group_by(act_cases.c.act)
    .subquery()
)
_FIRST = (
    sa.select(_FIRSTS.c.act, cases.c.id, revisions.c.body, comments.c.article, articles.c.title)
    .join_from(_FIRSTS, cases, cases.c.id == _FIRSTS.c.case)
    .join(comments, comments.c.key == cases.c.comment)
    .join(
        revisions,
        sa.and_(revisions.c.comment == cases.c.comment, revisions.c.revision == cases.c.revision),
    )
    .join(
        articles,
        sa.and_(articles.c.site == cases.c.site, articles.c.id == comments.c.article),
        isouter=True,
    )
)
