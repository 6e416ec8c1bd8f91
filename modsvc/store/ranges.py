"""The open cases whose score of a label lies in a range, to be released together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from modsvc.core.comment import Article
from modsvc.core.decision import Reason
from modsvc.core.review import HELD
from modsvc.store.decisions import decode_reasons
from modsvc.store.joins import ABOUT, ARTICLE, TEXT_OF_CASE
from modsvc.store.tables import articles, case_signals, cases, comments, decisions, revisions


@dataclass(frozen=True, slots=True)
class Range:
    """Which cases: their score of a label from `low` to below `high`, or to 1 and with it.

    reason : if given, a code that called for the hold
    section : if given, where their article stands
    """

    label: str
    low: float
    high: float
    reason: str = ""
    section: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """A case of a range: its comment's revision, and where the newest decision on it is."""

    case_id: int
    revision: int
    position: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A case of a range, as it is judged."""

    case_id: int
    revision: int
    body: str
    # Without its body.
    article: Article
    reasons: tuple[Reason, ...]
    score: float
    opened_at: datetime


def members(db: Connection, site: str, wanted: Range, now: datetime, *, most: int) -> list[Member]:
    """Give up to `most` cases of a range, by their scores from the lowest.

    Not among them are those that a person is to see: what was escalated, is somebody's or is being
    read, and what is looked at once more.
    """
    statement = _MEMBERS.where(*_conditions(site, wanted)).limit(most)
    if wanted.section:
        statement = statement.join(articles, ARTICLE).where(articles.c.section == wanted.section)
    return [Member(*row) for row in db.execute(statement, {"now": now})]


def shown(db: Connection, site: str, label: str, case_id: int) -> Shown | None:
    """Give an open case with its score of a label; None where it is not open any more."""
    row = db.execute(_SHOWN, {"site": site, "label": label, "case_id": case_id}).first()
    if row is None:
        return None
    article = Article(row.article, row.title or "", row.url or "", row.section or "")
    return Shown(
        row.id,
        row.revision,
        row.body,
        article,
        decode_reasons(row.reasons),
        row.strength,
        row.opened_at,
    )


def sections(db: Connection, site: str, *, most: int) -> Sequence[str]:
    """Give the sections that a site's articles stand in, in their order."""
    some = sa.select(articles.c.section).where(articles.c.site == site).limit(most).subquery()
    rows = db.execute(sa.select(some.c.section).distinct().order_by(some.c.section))
    return [section for (section,) in rows if section]


def _conditions(site: str, wanted: Range) -> list[sa.ColumnElement[bool]]:
    strength = case_signals.c.strength
    conditions = [
        case_signals.c.site == site,
        case_signals.c.code == wanted.label,
        strength >= wanted.low,
        strength < wanted.high if wanted.high < 1.0 else strength <= 1.0,
    ]
    if wanted.reason:
        called = case_signals.alias("called")
        conditions.append(
            sa.exists().where(
                called.c.case == case_signals.c.case,
                called.c.code == wanted.reason,
                called.c.is_reason,
            )
        )
    return conditions


_free = sa.or_(cases.c.claimed_until.is_(None), cases.c.claimed_until <= sa.bindparam("now"))
_MEMBERS = (
    sa.select(cases.c.id, cases.c.revision, comments.c.position)
    .join_from(case_signals, cases, cases.c.id == case_signals.c.case)
    .join(comments, comments.c.key == cases.c.comment)
    .where(
        cases.c.closed_at.is_(None),
        cases.c.kind == HELD,
        cases.c.escalated_at.is_(None),
        cases.c.assigned_to.is_(None),
        _free,
    )
    .order_by(case_signals.c.strength, case_signals.c.case)
)
_SHOWN = (
    sa.select(
        cases.c.id,
        cases.c.revision,
        revisions.c.body,
        comments.c.article,
        articles.c.title,
        articles.c.url,
        articles.c.section,
        decisions.c.reasons,
        case_signals.c.strength,
        cases.c.opened_at,
    )
    .join_from(cases, comments, cases.c.comment == comments.c.key)
    .join(revisions, TEXT_OF_CASE)
    .join(decisions, ABOUT)
    .join(
        case_signals,
        sa.and_(case_signals.c.case == cases.c.id, case_signals.c.code == sa.bindparam("label")),
    )
    .join(articles, ARTICLE, isouter=True)
    .where(
        cases.c.site == sa.bindparam("site"),
        cases.c.id == sa.bindparam("case_id"),
        cases.c.closed_at.is_(None),
    )
)
