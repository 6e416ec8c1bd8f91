"""What moderators did, act by act: a key or a click, on one case or on many, undone as a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from modsvc.core.sentence import Sentence
from modsvc.errors import NotFound
from modsvc.store.tables import act_cases, acts


@dataclass(frozen=True, slots=True)
class Act:
    """What a moderator did. `detail` says of what, where it was a whole range of cases."""

    id: int
    site: str
    moderator: int
    code: str
    detail: Mapping[str, Any]
    n_cases: int
    acted_at: datetime
    undone_at: datetime | None


@dataclass(frozen=True, slots=True)
class Touched:
    """A case that an act decided: the decision's place in the log, and when the case was due.

    `position` is None where an opinion changed nothing; `before` is the place of the decision that
    was overturned, where the case had been closed.
    """

    case_id: int
    position: int | None
    due_at: datetime
    before: int | None = None


def add(
    db: Connection,
    *,
    site: str,
    moderator: int,
    code: str,
    touched: Sequence[Touched],
    now: datetime,
    form: str | None = None,
    detail: Mapping[str, Any] | None = None,
) -> int:
    """Note an act with its cases, and give its id; more of them may follow."""
    act_id: int = db.execute(
        _ADD,
        {
            "site": site,
            "moderator": moderator,
            "code": code,
            "detail": orjson.dumps(dict(detail or {})).decode(),
            "n_cases": len(touched),
            "acted_at": now,
            "form": form,
        },
    ).scalar_one()
    _add_cases(db, site, act_id, touched)
    return act_id


def add_more(db: Connection, site: str, act_id: int, touched: Sequence[Touched]) -> None:
    """Note more cases of an act."""
    _add_cases(db, site, act_id, touched)
    db.execute(_MORE, {"act_id": act_id, "more": len(touched)})


def of_form(db: Connection, moderator: int, form: str) -> Act | None:
    """Give the act that a moderator's form has made already."""
    return _one(db.execute(_OF_FORM, {"moderator": moderator, "form": form}))


def get(db: Connection, site: str, act_id: int) -> Act:
    """Give an act.

    Raises
    ------
    NotFound
        Nobody did it at this site.
    """
    act = _one(db.execute(_GET, {"site": site, "id": act_id}))
    if act is None:
        raise NotFound(Sentence("there is no act {act}", act=act_id))
    return act


def newest(db: Connection, site: str, moderator: int, limit: int) -> list[Act]:
    """Give what a moderator did at a site, newest first."""
    rows = db.execute(_NEWEST, {"site": site, "moderator": moderator, "limit": limit})
    return [_act(row) for row in rows]


def touched(
    db: Connection, act_id: int, *, after: int = 0, limit: int | None = None
) -> list[Touched]:
    """Give the cases of an act, or up to `limit` of those after one, in the order of their ids."""
    statement = _TOUCHED if limit is None else _TOUCHED.limit(limit)
    return [Touched(*row) for row in db.execute(statement, {"act": act_id, "after": after})]


def has(db: Connection, act_id: int, case_ids: Sequence[int]) -> frozenset[int]:
    """Give those of some cases that are an act's."""
    return frozenset(db.execute(_HAS, {"act": act_id, "ids": list(case_ids)}).scalars())


def code_on(db: Connection, case_id: int) -> str | None:
    """Give the reason of the newest act on a case that was not undone."""
    return db.execute(CODE_ON, {"case": case_id}).scalar_one_or_none()


def single_cases(db: Connection, act_ids: Sequence[int]) -> dict[int, int]:
    """Give the case of each of some acts that had one."""
    rows = db.execute(_SINGLE, {"ids": list(act_ids)}) if act_ids else ()
    return {row.act: row.case for row in rows}


def undo(db: Connection, act_id: int, now: datetime) -> bool:
    """Note that an act was undone; False when it had been."""
    return db.execute(_UNDO, {"act_id": act_id, "now": now}).rowcount == 1


def _add_cases(db: Connection, site: str, act_id: int, touched: Sequence[Touched]) -> None:
    if touched:
        rows = [{"act": act_id, "site": site, **asdict(each)} for each in touched]
        db.execute(_ADD_CASE, [{**row, "case": row.pop("case_id")} for row in rows])


def _one(rows: sa.CursorResult[Any]) -> Act | None:
    row = rows.first()
    return _act(row) if row else None


def _act(row: Any) -> Act:
    return Act(
        row.id,
        row.site,
        row.moderator,
        row.code,
        orjson.loads(row.detail),
        row.n_cases,
        row.acted_at,
        row.undone_at,
    )


_ADD = sa.insert(acts).returning(acts.c.id)
_ADD_CASE = sa.insert(act_cases)
_MORE = (
    sa.update(acts)
    .where(acts.c.id == sa.bindparam("act_id"))
    .values(n_cases=acts.c.n_cases + sa.bindparam("more"))
)
_GET = sa.select(acts).where(acts.c.site == sa.bindparam("site"), acts.c.id == sa.bindparam("id"))
_OF_FORM = sa.select(acts).where(
    acts.c.moderator == sa.bindparam("moderator"), acts.c.form == sa.bindparam("form")
)
_NEWEST = (
    sa.select(acts)
    .where(acts.c.site == sa.bindparam("site"), acts.c.moderator == sa.bindparam("moderator"))
    .order_by(acts.c.id.desc())
    .limit(sa.bindparam("limit"))
)
_TOUCHED = (
    sa.select(act_cases.c.case, act_cases.c.position, act_cases.c.due_at, act_cases.c.before)
    .where(act_cases.c.act == sa.bindparam("act"), act_cases.c.case > sa.bindparam("after"))
    .order_by(act_cases.c.case)
)
_HAS = sa.select(act_cases.c.case).where(
    act_cases.c.act == sa.bindparam("act"),
    act_cases.c.case.in_(sa.bindparam("ids", expanding=True)),
)
_UNDO = (
    sa.update(acts)
    .where(acts.c.id == sa.bindparam("act_id"), acts.c.undone_at.is_(None))
    .values(undone_at=sa.bindparam("now"))
)
CODE_ON = (
    sa.select(acts.c.code)
    .join_from(act_cases, acts, acts.c.id == act_cases.c.act)
    .where(act_cases.c.case == sa.bindparam("case"), acts.c.undone_at.is_(None))
    .order_by(acts.c.id.desc())
    .limit(1)
)
_SINGLE = (
    sa.select(act_cases.c.act, act_cases.c.case)
    .join_from(acts, act_cases, act_cases.c.act == acts.c.id)
    # By their ids alone: told the site too, SQLite takes one of its indexes and reads all of it.
    .where(acts.c.id.in_(sa.bindparam("ids", expanding=True)), acts.c.n_cases == 1)
)
