"""What the page of quality is counted from: second opinions, and what became of what was held.

An opinion of a decision that was undone counts for nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from modsvc.core.decision import Action
from modsvc.core.review import HELD, RELEASE, SECOND, UNDONE
from modsvc.store.decisions import POLICY
from modsvc.store.tables import act_cases, acts, cases, decisions, moderators, opinions


@dataclass(frozen=True, slots=True)
class Said:
    """What a second pair of eyes said of a decision.

    `first` is who took that decision, None for the policy; `codes` are the reasons it had.
    """

    case_id: int
    about_action: str
    action: str
    first: int | None
    second: int
    codes: tuple[str, ...]
    given_at: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a moderator decided of a comment that the policy had held, and for which codes."""

    action: str
    codes: tuple[str, ...]
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class Differing:
    """A decision of which another moderator said otherwise, and what a lead made of that.

    `lead_case` is the case in which a lead decides, None where the comment was edited meanwhile;
    `lead_action` is None until they have.
    """

    case_id: int
    about_action: str
    action: str
    given_at: datetime
    lead_case: int | None
    lead_action: str | None


def said(db: Connection, site: str, kind: str, since: datetime, *, most: int) -> list[Said]:
    """Give what was said of decisions since a moment, newest first: `kind` is SECOND or SAMPLE."""
    wanted = {"site": site, "kind": kind, "since": since, "most": most}
    return [
        Said(
            row.case,
            row.about_action,
            row.action,
            row.not_for,
            row.moderator,
            _codes(row.reasons),
            row.given_at,
        )
        for row in db.execute(_SAID, wanted)
    ]


def counted(
    db: Connection, site: str, kind: str, since: datetime, *, most: int
) -> Counter[tuple[str, str]]:
    """Count what was said of decisions since a moment: what each had asked for, and what was said.

    Of more than `most` the newest count.
    """
    wanted = {"site": site, "kind": kind, "since": since, "most": most}
    rows = db.execute(_COUNTED, wanted)
    return Counter({(row.about_action, row.action): row.n for row in rows})


def unsaid(db: Connection, site: str, kind: str, *, most: int) -> int:
    """Give how many open cases of a kind there are among the `most` opened first."""
    rows = db.execute(_UNSAID, {"site": site, "kind": kind, "most": most})
    count: int = rows.scalar_one()
    return count


def outcomes(db: Connection, site: str, since: datetime, *, most: int) -> list[Outcome]:
    """Give what moderators decided of held comments since a moment, newest first.

    Each hold counts once, with the newest decision on it. What was undone does not count, nor what
    was released with others, which nobody may have read.
    """
    found: dict[int, Outcome] = {}
    for row in db.execute(_OUTCOMES, {"site": site, "since": since, "most": most}):
        outcome = Outcome(row.action, _codes(row.reasons), row.acted_at)
        found.setdefault(row.about, outcome)
    return list(found.values())


def differing(db: Connection, site: str, since: datetime, *, most: int) -> list[Differing]:
    """Give second opinions that differed, newest first, and what leads decided since."""
    found: dict[int, Differing] = {}
    for row in db.execute(_DIFFERING, {"site": site, "since": since, "most": most}):
        # Whatever was undone has no act here, and of several acts the newest comes last.
        known = found.get(row.case)
        if known is not None and (row.act is None or known.lead_case != row.lead_case):
            continue
        found[row.case] = Differing(
            row.case,
            row.about_action,
            row.action,
            row.given_at,
            row.lead_case,
            row.lead_action if row.act is not None else None,
        )
    return list(found.values())


def names(db: Connection, ids: Collection[int]) -> dict[int, str]:
    """Give moderators' names by their ids."""
    if not ids:
        return {}
    rows = db.execute(sa.select(moderators.c.id, moderators.c.name).where(moderators.c.id.in_(ids)))
    return {row.id: row.name for row in rows}


def _codes(reasons: str | None) -> tuple[str, ...]:
    told = orjson.loads(reasons or "[]")
    return tuple(each["code"] for each in told if each["action"] != Action.APPROVE.word)


_SITE: sa.BindParameter[Any] = sa.bindparam("site")
_SINCE: sa.BindParameter[Any] = sa.bindparam("since")
_MOST: sa.BindParameter[Any] = sa.bindparam("most")
_next = decisions.alias("next")
_AFTER_IT = (
    sa.select(_next.c.reasons)
    .where(_next.c.comment == cases.c.comment, _next.c.position > opinions.c.about)
    .order_by(_next.c.position)
    .limit(1)
    .scalar_subquery()
)
# Of opinions with their cases: what undoes a decision is the next about the comment.
_STANDS = sa.func.coalesce(_AFTER_IT, "").not_like(f'%"{UNDONE}"%')
_GIVEN = sa.and_(
    opinions.c.site == _SITE,
    opinions.c.kind == sa.bindparam("kind"),
    opinions.c.given_at >= _SINCE,
    _STANDS,
)
_SAID = (
    sa.select(
        opinions.c.case,
        opinions.c.about_action,
        opinions.c.action,
        cases.c.not_for,
        opinions.c.moderator,
        decisions.c.reasons,
        opinions.c.given_at,
    )
    .join_from(opinions, cases, cases.c.id == opinions.c.case)
    .join(
        decisions,
        sa.and_(decisions.c.site == opinions.c.site, decisions.c.position == opinions.c.about),
    )
    .where(_GIVEN)
    .order_by(opinions.c.given_at.desc())
    .limit(_MOST)
)
_newest = (
    sa.select(opinions.c.about_action, opinions.c.action)
    .join_from(opinions, cases, cases.c.id == opinions.c.case)
    .where(_GIVEN)
    .order_by(opinions.c.given_at.desc())
    .limit(_MOST)
    .subquery()
)
_COUNTED = sa.select(_newest.c.about_action, _newest.c.action, sa.func.count().label("n")).group_by(
    _newest.c.about_action, _newest.c.action
)
_first_open = (
    sa.select(cases.c.kind)
    .where(cases.c.site == _SITE, cases.c.closed_at.is_(None))
    .order_by(cases.c.opened_at, cases.c.id)
    .limit(_MOST)
    .subquery()
)
_UNSAID = (
    sa.select(sa.func.count())
    .select_from(_first_open)
    .where(_first_open.c.kind == sa.bindparam("kind"))
)
_about = decisions.alias("about")
_OUTCOMES = (
    sa.select(cases.c.about, decisions.c.action, _about.c.reasons, acts.c.acted_at)
    .join_from(acts, act_cases, act_cases.c.act == acts.c.id)
    .join(cases, cases.c.id == act_cases.c.case)
    .join(
        decisions,
        sa.and_(decisions.c.site == acts.c.site, decisions.c.position == act_cases.c.position),
    )
    .join(_about, sa.and_(_about.c.site == acts.c.site, _about.c.position == cases.c.about))
    .where(
        acts.c.site == _SITE,
        acts.c.acted_at >= _SINCE,
        acts.c.undone_at.is_(None),
        acts.c.code != RELEASE,
        cases.c.kind == HELD,
        _about.c.decided_by == POLICY,
    )
    .order_by(acts.c.acted_at.desc(), acts.c.id.desc())
    .limit(_MOST)
)
_later = cases.alias("later")
_differing = (
    sa.select(opinions)
    .join_from(opinions, cases, cases.c.id == opinions.c.case)
    .where(
        opinions.c.site == _SITE,
        opinions.c.kind == SECOND,
        opinions.c.given_at >= _SINCE,
        opinions.c.action != opinions.c.about_action,
        _STANDS,
    )
    .order_by(opinions.c.given_at.desc())
    .limit(_MOST)
    .subquery()
)
_DIFFERING = (
    sa.select(
        _differing.c.case,
        _differing.c.about_action,
        _differing.c.action,
        _differing.c.given_at,
        _later.c.id.label("lead_case"),
        decisions.c.action.label("lead_action"),
        acts.c.id.label("act"),
    )
    .join_from(_differing, cases, cases.c.id == _differing.c.case)
    # The lead's case is the comment's next.
    .join(
        _later,
        sa.and_(
            _later.c.comment == cases.c.comment,
            _later.c.id > cases.c.id,
            _later.c.escalated_at.is_not(None),
        ),
        isouter=True,
    )
    .join(
        act_cases,
        sa.and_(act_cases.c.case == _later.c.id, _later.c.closed_at.is_not(None)),
        isouter=True,
    )
    .join(acts, sa.and_(acts.c.id == act_cases.c.act, acts.c.undone_at.is_(None)), isouter=True)
    .join(
        decisions,
        sa.and_(
            decisions.c.site == _differing.c.site, decisions.c.position == act_cases.c.position
        ),
        isouter=True,
    )
    .order_by(_differing.c.given_at.desc(), _later.c.id, act_cases.c.act)
)
