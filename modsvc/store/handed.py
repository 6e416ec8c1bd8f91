"""Cases in lists beside the queue: what was handed to somebody, waits for leads, or was done.

Lists are short, and read by an index each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from modsvc.core.decision import Reason
from modsvc.core.review import unmarked
from modsvc.store import colleagues
from modsvc.store.cases import Case
from modsvc.store.decisions import decode_reasons
from modsvc.store.joins import ABOUT, TEXT_OF_CASE
from modsvc.store.tables import case_passes, cases, comments, decisions, moderators, revisions

MOST_SHOWN = 50
# As many as one hands over in one go.
MOST_HANDED = 500


@dataclass(frozen=True, slots=True)
class Brief:
    """A case in a few lines; `reasons` are those of the decision that it is about."""

    id: int
    body: str
    reasons: tuple[Reason, ...]
    opened_at: datetime
    due_at: datetime
    escalated_at: datetime | None
    assigned_to: str | None
    is_open: bool


def to_moderator(db: Connection, site: str, moderator: int) -> list[Brief]:
    """Give the open cases that are a moderator's, oldest first."""
    return _all(db.execute(MINE, {"site": site, "moderator": moderator}))


def to_leads(db: Connection, site: str, moderator: int) -> list[Brief]:
    """Give the open cases that wait for leads, longest waiting first, as far as a lead may know.

    Of what looks at their own decision once more they may not.
    """
    return _all(db.execute(ESCALATED, {"site": site, "moderator": moderator}))


def of_ids(db: Connection, ids: Sequence[int]) -> dict[int, Brief]:
    """Give cases by their ids."""
    return {each.id: each for each in _all(db.execute(_OF_IDS, {"ids": list(ids)}))} if ids else {}


def ids_of(db: Connection, site: str, moderator: int) -> list[int]:
    """Give the ids of a moderator's open cases, MOST_HANDED at most."""
    return list(db.execute(_IDS, {"site": site, "moderator": moderator}).scalars())


def take_back(db: Connection, moderator: int, site: str | None = None) -> None:
    """Make the open cases that are a moderator's everybody's again, at a site or at all.

    So are those that they read just now, and whoever handed one to them may get it again.
    """
    for whose, free in ((cases.c.assigned_to, {"assigned_to": None}), (cases.c.claimed_by, _FREE)):
        theirs = sa.update(cases).where(cases.c.closed_at.is_(None), whose == moderator)
        here = sa.true() if site is None else cases.c.site == site
        db.execute(theirs.where(here).values(**free))
    here = sa.true() if site is None else case_passes.c.site == site
    db.execute(sa.delete(case_passes).where(case_passes.c.left_to == moderator, here))


def leave_to(db: Connection, case: Case, moderator: int, to: int) -> None:
    """Let a case seem somebody's to whoever handed it to them, who gets it no more; it is nobody's.

    Where nobody else is left who may get it, it is left as it is: better a sign than that it waits
    for ever.
    """
    left = {each.id for each in colleagues.of_site(db, case.site)}.difference((moderator, to))
    if not left.difference(db.execute(_PASSED, {"case": case.id}).scalars()):
        return
    facts = {"case": case.id, "moderator": moderator, "site": case.site, "left_to": to}
    if not db.execute(_LEAVE_TO, {f"the_{name}": each for name, each in facts.items()}).rowcount:
        db.execute(sa.insert(case_passes), facts)


def as_seen_by(db: Connection, case: Case, moderator: int) -> Case:
    """Give a case as it seems to a moderator: theirs to whom they handed it."""
    if not case.is_open or case.assigned_to is not None:
        return case
    to = db.execute(_LEFT_TO, {"case": case.id, "moderator": moderator}).scalar()
    return replace(case, assigned_to=to)


def forget_left(db: Connection, case_id: int) -> None:
    """Let a case seem nobody's; whoever handed it on may get it again."""
    db.execute(_FORGET_LEFT, {"of_case": case_id})


def _all(rows: sa.CursorResult[Any]) -> list[Brief]:
    return [
        Brief(
            row.id,
            row.body,
            unmarked(row.kind, decode_reasons(row.reasons), orjson.loads(row.scores))
            if row.reasons
            else (),
            row.opened_at,
            row.due_at,
            row.escalated_at,
            row.name,
            row.closed_at is None,
        )
        for row in rows
    ]


_BRIEF: sa.Select[Any] = (
    sa.select(
        cases.c.id,
        cases.c.kind,
        revisions.c.body,
        decisions.c.reasons,
        decisions.c.scores,
        cases.c.opened_at,
        cases.c.due_at,
        cases.c.escalated_at,
        cases.c.closed_at,
        moderators.c.name,
    )
    .join_from(cases, comments, comments.c.key == cases.c.comment)
    .join(revisions, TEXT_OF_CASE)
    .join(decisions, ABOUT, isouter=True)
    .join(moderators, moderators.c.id == cases.c.assigned_to, isouter=True)
)
_HERE, _OPEN = cases.c.site == sa.bindparam("site"), cases.c.closed_at.is_(None)
_HIS = cases.c.assigned_to == sa.bindparam("moderator")
MINE = _BRIEF.where(_HERE, _OPEN, _HIS).order_by(cases.c.id).limit(MOST_SHOWN)
_MAY_KNOW = sa.or_(cases.c.not_for.is_(None), cases.c.not_for != sa.bindparam("moderator"))
ESCALATED = (
    _BRIEF.where(_HERE, _OPEN, cases.c.escalated_at.is_not(None), _MAY_KNOW)
    .order_by(cases.c.escalated_at, cases.c.id)
    .limit(MOST_SHOWN)
)
# By their ids alone: told the site too, SQLite takes one of its indexes and reads all of it.
_OF_IDS = _BRIEF.where(cases.c.id.in_(sa.bindparam("ids", expanding=True)))
_IDS = sa.select(cases.c.id).where(_HERE, _OPEN, _HIS).order_by(cases.c.id).limit(MOST_HANDED)
_FREE: dict[str, Any] = {"claimed_by": None, "claimed_until": None}
_PASSED = sa.select(case_passes.c.moderator).where(case_passes.c.case == sa.bindparam("case"))
_LEFT_TO = sa.select(case_passes.c.left_to).where(
    case_passes.c.case == sa.bindparam("case"), case_passes.c.moderator == sa.bindparam("moderator")
)
_LEAVE_TO = (
    sa.update(case_passes)
    .where(
        case_passes.c.case == sa.bindparam("the_case"),
        case_passes.c.moderator == sa.bindparam("the_moderator"),
    )
    .values(left_to=sa.bindparam("the_left_to"))
)
_FORGET_LEFT = sa.delete(case_passes).where(
    case_passes.c.case == sa.bindparam("of_case"), case_passes.c.left_to.is_not(None)
)
