"""A site's queue: its open cases as lists show them, and how many there are."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from modsvc.core.comment import Article, Author
from modsvc.core.decision import Action, Decision, Reason
from modsvc.core.facts import NO_FACTS, Facts
from modsvc.core.filters import Asked
from modsvc.core.review import RELEASE, unmarked
from modsvc.store.cases import is_left_to
from modsvc.store.decisions import decode_reasons, printed_before
from modsvc.store.joins import ABOUT, TEXT_OF_CASE
from modsvc.store.queue_keys import Cursor, find
from modsvc.store.tables import (
    act_cases,
    acts,
    articles,
    authors,
    case_passes,
    cases,
    comments,
    decisions,
    moderators,
    revisions,
    sites,
)


@dataclass(frozen=True, slots=True)
class Line:
    """An open case, as far as it is shown without opening it."""

    id: int
    revision: int
    comment_id: str
    body: str
    # Without its body.
    article: Article
    author: Author
    # Of the decision that it is here for; of a second look and a sample as if it had been held.
    reasons: tuple[Reason, ...]
    scores: Mapping[str, float]
    facts: Facts
    opened_at: datetime
    due_at: datetime
    is_escalated: bool
    assigned_to: str | None
    # Who has it, by name and id; None as soon as the claim has lapsed.
    claimed_by: str | None
    holder: int | None = None
    was_printed: bool = False

    @property
    def decision(self) -> Decision:
        """What it is here for, to be weighed."""
        return Decision(Action.HOLD, self.reasons, "", scores=self.scores, facts=self.facts)


@dataclass(frozen=True, slots=True)
class State:
    """What has become of a case that a page shows."""

    id: int
    revision: int
    is_open: bool
    holder: int | None
    claimed_by: str | None
    is_escalated: bool = False
    assigned_to: int | None = None

    def is_left_to(self, moderator: int, *, is_lead: bool) -> bool:
        """Tell whether a moderator may work on it, as `Case.is_left_to` does."""
        return is_left_to(moderator, self.assigned_to, self.is_escalated, is_lead=is_lead)


@dataclass(frozen=True, slots=True)
class Closing:
    """Who closed a case, and with which reason."""

    by: str
    code: str


@dataclass(frozen=True, slots=True)
class Today:
    """What moderators did lately: how many cases they decided, and how long each had waited.

    What was released with others, which nobody may have read, is not among them.
    """

    judged: int
    waits_s: list[float] = field(default_factory=list)


def page(
    db: Connection,
    site: str,
    *,
    limit: int,
    now: datetime,
    after: Cursor | None = None,
    asked: Asked | None = None,
) -> list[Line]:
    """Give up to `limit` open cases in their order; `after` is the cursor of the last one seen."""
    found = find(db, site, asked or Asked(), limit=limit, now=now, after=after)
    return lines(db, site, [key.id for key in found.keys], now)


def lines(db: Connection, site: str, ids: Collection[int], now: datetime) -> list[Line]:
    """Give open cases, in the order of their ids as they are asked for."""
    rows = db.execute(_LINES, {"ids": list(ids)})
    found = {row.id: _line(row, now) for row in rows if row.site == site}
    return [found[each] for each in ids if each in found]


def states(
    db: Connection, site: str, ids: Collection[int], now: datetime, moderator: int | None = None
) -> list[State]:
    """Say what has become of some cases, as a moderator may know (`handed.leave_to`)."""
    return [
        State(
            row.id,
            row.revision,
            row.closed_at is None,
            row.claimed_by if _is_claimed(row, now) else None,
            row.moderator if _is_claimed(row, now) else None,
            row.escalated_at is not None,
            row.assigned_to,
        )
        for row in db.execute(_STATES, {"ids": list(ids), "moderator": moderator or 0})
        if row.site == site
    ]


def changed(db: Connection, ids: Collection[int], position: int) -> set[int]:
    """Say of which cases the comment was edited or decided behind a position of the log."""
    return set(db.execute(_CHANGED, {"ids": list(ids), "position": position}).scalars())


def closings(db: Connection, site: str, ids: Collection[int]) -> dict[int, Closing]:
    """Say who closed some cases, where a moderator did."""
    rows = db.execute(_CLOSINGS, {"site": site, "ids": list(ids)})
    return {row.case: Closing(row.name, row.code) for row in rows}


def count_open(db: Connection, site: str, moderator: int | None = None) -> int:
    """Give how many of a site's cases are open: they are counted as they come and go.

    For a moderator without those that look at what they decided: they are not to know of them.
    """
    count: int = db.execute(_COUNT, {"site": site}).scalar_one()
    if moderator is None:
        return count
    kept: int = db.execute(_KEPT_FROM, {"site": site, "moderator": moderator}).scalar_one()
    return max(0, count - kept)


def today(db: Connection, site: str, since: datetime, *, most: int) -> Today:
    """Say what moderators did since then; of the waits the newest, and no more than `most`."""
    where = {"site": site, "since": since}
    judged = db.execute(_JUDGED, where).scalar_one()
    waits = db.execute(_WAITS, {**where, "most": most})
    return Today(judged, [(row.acted_at - row.opened_at).total_seconds() for row in waits])


def _line(row: Any, now: datetime) -> Line:
    is_claimed, scores = _is_claimed(row, now), orjson.loads(row.scores)
    return Line(
        id=row.id,
        revision=row.revision,
        comment_id=row.comment_id,
        body=row.body,
        article=Article(row.article, row.title or "", row.url or "", row.section or ""),
        author=Author(row.author, row.name or ""),
        reasons=unmarked(row.kind, decode_reasons(row.reasons), scores),
        scores=scores,
        facts=Facts.of_kept(orjson.loads(row.facts)) if row.facts else NO_FACTS,
        opened_at=row.opened_at,
        due_at=row.due_at,
        is_escalated=row.escalated_at is not None,
        assigned_to=row.assignee,
        claimed_by=row.moderator if is_claimed else None,
        holder=row.claimed_by if is_claimed else None,
        was_printed=bool(row.was_printed),
    )


def _is_claimed(row: Any, now: datetime) -> bool:
    return row.claimed_until is not None and row.claimed_until > now


_CHANGED = (
    sa.select(cases.c.id)
    .join_from(cases, comments, comments.c.key == cases.c.comment)
    .where(
        cases.c.id.in_(sa.bindparam("ids", expanding=True)),
        comments.c.position > sa.bindparam("position"),
    )
)
_COUNT = sa.select(sites.c.open_cases).where(sites.c.id == sa.bindparam("site"))
_KEPT_FROM = (
    sa.select(sa.func.count())
    .select_from(cases)
    .where(
        cases.c.site == sa.bindparam("site"),
        cases.c.not_for == sa.bindparam("moderator"),
        cases.c.closed_at.is_(None),
    )
)
# By their ids alone: told the site too, SQLite takes one of its indexes and reads all of it.
_THESE = cases.c.id.in_(sa.bindparam("ids", expanding=True))
_HOLDER, _ASSIGNEE = moderators.alias("holder"), moderators.alias("assignee")
_LINES = (
    sa.select(
        cases.c.id,
        cases.c.site,
        cases.c.revision,
        cases.c.kind,
        comments.c.id.label("comment_id"),
        revisions.c.body,
        comments.c.article,
        articles.c.title,
        articles.c.url,
        articles.c.section,
        comments.c.author,
        authors.c.name,
        decisions.c.reasons,
        decisions.c.scores,
        decisions.c.facts,
        cases.c.opened_at,
        cases.c.due_at,
        cases.c.escalated_at,
        cases.c.claimed_by,
        cases.c.claimed_until,
        _HOLDER.c.name.label("moderator"),
        _ASSIGNEE.c.name.label("assignee"),
        printed_before(decisions.c.comment, decisions.c.revision, decisions.c.position).label(
            "was_printed"
        ),
    )
    .join_from(cases, comments, cases.c.comment == comments.c.key)
    .join(revisions, TEXT_OF_CASE)
    .join(decisions, ABOUT)
    .join(
        articles,
        sa.and_(articles.c.site == cases.c.site, articles.c.id == comments.c.article),
        isouter=True,
    )
    .join(
        authors,
        sa.and_(authors.c.site == cases.c.site, authors.c.id == comments.c.author),
        isouter=True,
    )
    .join(_HOLDER, _HOLDER.c.id == cases.c.claimed_by, isouter=True)
    .join(_ASSIGNEE, _ASSIGNEE.c.id == cases.c.assigned_to, isouter=True)
    .where(_THESE, cases.c.closed_at.is_(None))
)
_STATES = (
    sa.select(
        cases.c.id,
        cases.c.site,
        cases.c.revision,
        cases.c.closed_at,
        cases.c.claimed_by,
        cases.c.claimed_until,
        cases.c.escalated_at,
        sa.func.coalesce(cases.c.assigned_to, case_passes.c.left_to).label("assigned_to"),
        _HOLDER.c.name.label("moderator"),
    )
    .join_from(cases, _HOLDER, _HOLDER.c.id == cases.c.claimed_by, isouter=True)
    .join(
        case_passes,
        sa.and_(
            case_passes.c.case == cases.c.id, case_passes.c.moderator == sa.bindparam("moderator")
        ),
        isouter=True,
    )
    .where(_THESE)
)
_LAST_ACTS = (
    sa.select(act_cases.c.case, sa.func.max(act_cases.c.act).label("act"))
    .join(acts, acts.c.id == act_cases.c.act)
    .where(
        act_cases.c.case.in_(sa.bindparam("ids", expanding=True)),
        act_cases.c.site == sa.bindparam("site"),
        acts.c.undone_at.is_(None),
    )
    .group_by(act_cases.c.case)
    .subquery()
)
_CLOSINGS = (
    sa.select(_LAST_ACTS.c.case, moderators.c.name, acts.c.code)
    .join_from(_LAST_ACTS, acts, acts.c.id == _LAST_ACTS.c.act)
    .join(moderators, moderators.c.id == acts.c.moderator)
)
_BY_SOMEBODY = sa.and_(
    acts.c.site == sa.bindparam("site"),
    acts.c.acted_at >= sa.bindparam("since", type_=acts.c.acted_at.type),
    acts.c.undone_at.is_(None),
    acts.c.code != RELEASE,
)
_JUDGED = sa.select(sa.func.coalesce(sa.func.sum(acts.c.n_cases), 0)).where(_BY_SOMEBODY)
_WAITS = (
    sa.select(cases.c.opened_at, acts.c.acted_at)
    .join_from(acts, act_cases, act_cases.c.act == acts.c.id)
    .join(cases, cases.c.id == act_cases.c.case)
    # What was decided otherwise had not waited.
    .where(_BY_SOMEBODY, act_cases.c.before.is_(None))
    .order_by(acts.c.acted_at.desc())
    .limit(sa.bindparam("most"))
)
