"""In which comments words were found, and what became of those.

What is read from the log of decisions is read from its end, so far and no further.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from modsvc.core.decision import Action
from modsvc.store.decisions import MODERATOR, POLICY
from modsvc.store.tables import cases, comments, decisions, revisions, word_hits

# How many of the newest cases are looked among for a comment's.
CASES_BACK = 20_000
_STEP = 100


@dataclass(frozen=True, slots=True)
class Sent:
    """A comment as it was judged, and the decision now in force on it.

    position : of that judgement in the log
    language : the one it was judged in; None where nobody knew
    """

    position: int
    key: int
    comment_id: str
    body: str
    language: str | None
    judged_at: datetime
    action: Action
    by_moderator: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """How many comments moderators approved and rejected."""

    approved: int = 0
    rejected: int = 0

    @property
    def all(self) -> int:
        """How many they decided on."""
        return self.approved + self.rejected

    def with_one(self, action: Action) -> Judged:
        """Give the same, with one more that stands so."""
        approved, rejected = action is Action.APPROVE, action is Action.REJECT
        return Judged(self.approved + approved, self.rejected + rejected)


def newest(db: Connection, site: str, before: int | None, limit: int) -> list[Sent]:
    """Give comments by the decisions in force on them, the newest decision first."""
    statement = _NEWEST.where(decisions.c.site == site).limit(limit)
    if before is not None:
        statement = statement.where(decisions.c.position < before)
    return [_sent(row) for row in db.execute(statement).mappings()]


def found_in(db: Connection, site: str, entry_id: int, *, among: int, limit: int) -> list[Sent]:
    """Give the newest comments in which the policy found an entry, each once."""
    end = _end(db, site) + 1
    first, found = end - among, dict[int, Sent]()
    names = sa.or_(*(decisions.c.reasons.contains(f"{a}{entry_id}{b}") for a in "[," for b in ",]"))
    statement = _FOUND.where(decisions.c.site == site, names).limit(_STEP)
    while len(found) < limit:
        rows = (
            db.execute(statement.where(decisions.c.position.between(first, end - 1)))
            .mappings()
            .all()
        )
        for row in rows:
            if entry_id in _entries(row["reasons"]):
                found.setdefault(row["key"], _sent(row))
        if len(rows) < _STEP:
            break
        end = rows[-1]["position"]
    return list(found.values())[:limit]


def hits_by_day(db: Connection, entry_id: int, since: date) -> dict[date, int]:
    """Give in how many comments an entry was found, by day; days without any are left out."""
    rows = db.execute(
        sa.select(word_hits.c.day, word_hits.c.count.label("hits"))
        .where(word_hits.c.word == entry_id, word_hits.c.day >= since)
        .order_by(word_hits.c.day)
    )
    return {row.day: row.hits for row in rows}


def judged(db: Connection, site: str, *, among: int) -> dict[int, Judged]:
    """Say of entries how many of the comments they were found in moderators decided, and how.

    The newest `among` decisions are looked at.
    """
    statement = _JUDGED.where(
        decisions.c.site == site, decisions.c.position > _end(db, site) - among
    )
    counts: dict[int, Judged] = {}
    seen: set[tuple[int, int]] = set()
    for row in db.execute(statement):
        for entry in _entries(row.reasons):
            if (row.comment, entry) not in seen:
                seen.add((row.comment, entry))
                counts[entry] = counts.get(entry, Judged()).with_one(Action[row.action.upper()])
    return counts


def cases_of(db: Connection, site: str, keys: Iterable[int]) -> dict[int, int]:
    """Give the newest case of each comment, by the comment's key, as far back as CASES_BACK.

    No look at somebody's decision is among them: they are not led there.
    """
    newest = sa.select(sa.func.max(cases.c.id)).scalar_subquery()
    rows = db.execute(
        sa.select(cases.c.comment, sa.func.max(cases.c.id).label("newest"))
        .where(
            cases.c.id > newest - CASES_BACK,
            cases.c.site == site,
            cases.c.comment.in_(list(keys)),
            cases.c.not_for.is_(None),
        )
        .group_by(cases.c.comment)
    )
    return {row.comment: row.newest for row in rows}


def _end(db: Connection, site: str) -> int:
    statement = sa.select(sa.func.max(decisions.c.position)).where(decisions.c.site == site)
    return int(db.execute(statement).scalar() or 0)


def _entries(reasons: str) -> Iterator[int]:
    """Give the entries that reasons name, each once."""
    for entries in (reason["detail"].get("entries") for reason in orjson.loads(reasons)):
        yield from set(entries or ())


def _sent(row: Any) -> Sent:
    facts = orjson.loads(row["facts"] or "{}")
    return Sent(
        row["position"],
        row["key"],
        row["comment_id"],
        row["body"],
        facts.get("language"),
        row["decided_at"],
        Action[row["action"].upper()],
        row["by"] == MODERATOR,
    )


_IN_FORCE = decisions.alias("in_force")
_STANDS = sa.and_(_IN_FORCE.c.site == comments.c.site, _IN_FORCE.c.position == comments.c.position)
_POLICYS = decisions.alias("policys")
# A moderator's decision does not say it again.
_FACTS = (
    sa.select(_POLICYS.c.facts)
    .where(_POLICYS.c.comment == comments.c.key, _POLICYS.c.decided_by == POLICY)
    .order_by(_POLICYS.c.position.desc())
    .limit(1)
    .scalar_subquery()
)
_SENT = (
    decisions.c.position,
    comments.c.key,
    comments.c.id.label("comment_id"),
    revisions.c.body,
    _FACTS.label("facts"),
    decisions.c.decided_at,
)
_BODY = sa.and_(
    revisions.c.comment == decisions.c.comment, revisions.c.revision == decisions.c.revision
)
_NEWEST = (
    sa.select(*_SENT, decisions.c.action, decisions.c.decided_by.label("by"))
    .join_from(
        decisions,
        comments,
        sa.and_(comments.c.key == decisions.c.comment, comments.c.position == decisions.c.position),
    )
    .join(revisions, _BODY)
    .order_by(decisions.c.position.desc())
)
_FOUND = (
    sa.select(*_SENT, decisions.c.reasons, _IN_FORCE.c.action, _IN_FORCE.c.decided_by.label("by"))
    .join_from(decisions, comments, comments.c.key == decisions.c.comment)
    .join(revisions, _BODY)
    .join(_IN_FORCE, _STANDS)
    .where(decisions.c.decided_by == POLICY)
    .order_by(decisions.c.position.desc())
)
_JUDGED = (
    sa.select(decisions.c.comment, decisions.c.reasons, _IN_FORCE.c.action)
    .join_from(decisions, comments, comments.c.key == decisions.c.comment)
    .join(_IN_FORCE, _STANDS)
    .where(
        decisions.c.decided_by == POLICY,
        decisions.c.reasons.contains('"entries":['),
        _IN_FORCE.c.decided_by == MODERATOR,
    )
)
