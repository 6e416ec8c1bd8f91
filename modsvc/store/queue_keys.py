"""Which open cases are asked for, in which order: found within bounds however long the queue is.

There are two ways. Where some filter leaves few (NARROW at most), those are looked up and put in
order here. Else the order's index is walked, some entries at a time, and each case is looked at;
after WALK entries the look ends, and says how far it came. Both look at candidates that are fixed
before any other condition is, by a join that a planner cannot turn round: the effort does not
depend on what it believes about a queue.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from modsvc.core.filters import DUE, ESCALATED, MINE, NEWEST, OLDEST, OTHERS, WORST, Asked, Filters
from modsvc.store import likenesses, search
from modsvc.store.cases import main_language
from modsvc.store.claims import for_me
from modsvc.store.tables import case_signals, cases, comments, decisions

NARROW = 5_000
WALK = 10_000
# The first stretch of a walk, and how much longer each is than the one before.
STRETCH, LONGER = 250, 4
COUNTED = 1_000

# Before anything can have been escalated: asked like this, the index of what was is used.
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)

Cursor = tuple[Any, int]


@dataclass(frozen=True, slots=True)
class Key:
    """A case as lists know it: with the value that it is ordered by."""

    at: Any
    id: int
    revision: int

    @property
    def cursor(self) -> Cursor:
        """Where a page that ends with it ends."""
        return self.at, self.id


@dataclass(frozen=True, slots=True)
class Found:
    """The cases that were found; `reached` says where the look ended before it was through."""

    keys: list[Key]
    reached: Cursor | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """How many there are: `n` of them and no more, if `is_exact`."""

    n: int
    is_exact: bool = True


def find(
    db: Connection,
    site: str,
    asked: Asked,
    *,
    limit: int,
    now: datetime,
    after: Cursor | None = None,
    walk: int = WALK,
    up_to: int | None = None,
) -> Found:
    """Give up to `limit` of the open cases that are asked for, in their order, behind a cursor.

    Cases opened after the one `up_to` are left out, if it is given.
    """
    like = _like(db, site, asked.filters)
    conditions = list(_conditions(site, asked, like, now))
    if up_to is not None:
        conditions.append(cases.c.id <= up_to)
    narrow = _narrowest(db, site, asked, like, now)
    if narrow is not None:
        keys = sorted(
            _look(db, site, asked.order, narrow, conditions),
            key=lambda key: key.cursor,
            reverse=_is_down(asked.order),
        )
        if after is not None:
            keys = [key for key in keys if _is_behind(asked.order, key.cursor, after)]
        return Found(keys[:limit])
    return _walk(db, site, asked, conditions, limit=limit, after=after, walk=walk)


def count(db: Connection, site: str, asked: Asked, *, now: datetime, walk: int = WALK) -> Count:
    """Count what is asked for: exactly up to COUNTED, and if the walk is long enough."""
    return counted(find(db, site, asked, limit=COUNTED + 1, now=now, walk=walk))


def counted(found: Found) -> Count:
    """Count what was found where one more than COUNTED was looked for."""
    if len(found.keys) > COUNTED:
        return Count(COUNTED, is_exact=False)
    return Count(len(found.keys), is_exact=found.reached is None)


def count_new(
    db: Connection, site: str, asked: Asked, *, newest: int, since: datetime, now: datetime
) -> int:
    """Count what is asked for and was opened after the case `newest`, which was `since`."""
    opened = (
        sa.select(cases.c.id)
        .where(
            cases.c.site == site,
            cases.c.closed_at.is_(None),
            cases.c.opened_at >= sa.literal(since, cases.c.opened_at.type),
            cases.c.id > newest,
        )
        .order_by(cases.c.opened_at.desc(), cases.c.id.desc())
        .limit(COUNTED)
    )
    like = _like(db, site, asked.filters)
    conditions = list(_conditions(site, asked, like, now))
    return len(_look(db, site, asked.order, opened, conditions))


def newest_id(db: Connection) -> int:
    """Give the id of the case that was opened last, 0 where there is none."""
    newest: int = db.execute(_NEWEST).scalar_one()
    return newest


def _walk(
    db: Connection,
    site: str,
    asked: Asked,
    conditions: list[sa.ColumnElement[bool]],
    *,
    limit: int,
    after: Cursor | None,
    walk: int,
) -> Found:
    keys: list[Key] = []
    left = walk
    stretch = max(STRETCH, limit) if asked.filters.asks else limit
    while left > 0:
        stretch = min(stretch, left)
        rows = db.execute(_stretch(site, asked.order, conditions, after, stretch)).all()
        keys += _keys(asked.order, rows)
        if len(keys) >= limit:
            return Found(keys[:limit])
        if len(rows) < stretch:
            return Found(keys)
        last = max(rows, key=_cursor) if not _is_down(asked.order) else min(rows, key=_cursor)
        after = _cursor(last)
        left, stretch = left - stretch, stretch * LONGER
    # It may have ended just where the queue does.
    is_more = db.execute(_stretch(site, asked.order, [], after, 1)).first() is not None
    return Found(keys, after if is_more else None)


def _stretch(
    site: str,
    order: str,
    conditions: list[sa.ColumnElement[bool]],
    after: Cursor | None,
    size: int,
) -> sa.Select[Any]:
    """Select the next entries of an order's index, each with its case's revision if it fits."""
    column = _COLUMNS[order]
    walked = sa.select(cases.c.id, column.label("at")).where(
        cases.c.site == site, cases.c.closed_at.is_(None)
    )
    if after is not None:
        place, last = sa.tuple_(column, cases.c.id), _literal(column, after)
        walked = walked.where(place < last if _is_down(order) else place > last)
    down = sa.desc if _is_down(order) else sa.asc
    walked = walked.order_by(down(column), down(cases.c.id)).limit(size)
    entries = walked.subquery("walked")
    fits = sa.and_(cases.c.id == entries.c.id, *conditions)
    return sa.select(entries.c.at, entries.c.id, cases.c.revision).join_from(
        entries, cases, fits, isouter=True
    )


def _look(
    db: Connection,
    site: str,
    order: str,
    candidates: sa.Select[Any],
    conditions: list[sa.ColumnElement[bool]],
) -> list[Key]:
    """Give those of the candidates, known as `id` or by their `comment`, that are asked for."""
    few = candidates.subquery("few")
    (name,) = few.c.keys()
    fits = sa.and_(
        cases.c[name] == few.c[name], cases.c.site == site, cases.c.closed_at.is_(None), *conditions
    )
    column = _COLUMNS[order]
    statement = sa.select(column.label("at"), cases.c.id, cases.c.revision).join_from(
        few, cases, fits, isouter=True
    )
    return _keys(order, db.execute(statement).all())


def _keys(order: str, rows: Any) -> list[Key]:
    found = [Key(*row) for row in rows if row.revision is not None]
    return sorted(found, key=lambda key: key.cursor, reverse=_is_down(order))


def _cursor(row: Any) -> Cursor:
    return row.at, row.id


def _conditions(
    site: str, asked: Asked, like: list[int] | None, now: datetime
) -> Iterator[sa.ColumnElement[bool]]:
    """Give what an open case must be like, each by a look-up of that case."""
    filters = asked.filters
    if asked.moderator is not None:
        of_others = asked.is_lead and filters.whose == OTHERS
        yield for_me(asked.moderator, asked.is_lead, of_others=of_others)
    of_case = case_signals.c.case == cases.c.id
    if filters.reason:
        here = sa.and_(of_case, case_signals.c.code == filters.reason, case_signals.c.is_reason)
        yield sa.exists().where(here)
    if filters.label:
        within = case_signals.c.strength.between(filters.least, filters.most)
        yield sa.exists().where(of_case, case_signals.c.code == filters.label, within)
    for column, wanted in (
        (comments.c.article, filters.article),
        (comments.c.author, filters.author),
        (comments.c.author, _author(site, filters)),
    ):
        if wanted is not None:
            yield sa.exists().where(comments.c.key == cases.c.comment, column == wanted)
    if filters.language:
        yield cases.c.language == main_language(filters.language)
        if "-" in filters.language:
            yield _says_language(site, filters.language)
    yield from _moments(filters, now)
    yield from _whose(asked)
    if like is not None:
        yield cases.c.comment.in_(like)
    if filters.text is not None:
        yield search.has(cases.c.comment, filters.text)


def _says_language(site: str, tag: str) -> sa.ColumnElement[bool]:
    """Select by the whole tag it was judged with: he-IL, where the case alone knows he."""
    told = sa.func.lower(decisions.c.facts)
    said = f'"language":"{tag}'
    about = sa.and_(decisions.c.site == site, decisions.c.position == cases.c.about)
    so = (told.contains(f"{said}{end}", autoescape=True) for end in ('"', "-"))
    return sa.exists().where(about, sa.or_(*so))


def _moments(filters: Filters, now: datetime) -> Iterator[sa.ColumnElement[bool]]:
    opened = cases.c.opened_at
    if filters.over is not None:
        yield opened <= sa.literal(now - filters.over, opened.type)
    if filters.under is not None:
        yield opened >= sa.literal(now - filters.under, opened.type)
    if filters.is_late:
        yield cases.c.due_at < sa.literal(now, opened.type)


def _whose(asked: Asked) -> Iterator[sa.ColumnElement[bool]]:
    if asked.filters.whose == MINE:
        yield cases.c.assigned_to == asked.moderator
    if asked.filters.whose == ESCALATED:
        yield cases.c.escalated_at.is_not(None)
    if asked.filters.whose == OTHERS:
        yield cases.c.assigned_to != asked.moderator


def _narrowest(
    db: Connection, site: str, asked: Asked, like: list[int] | None, now: datetime
) -> sa.Select[Any] | None:
    """Give the candidates of the filter that leaves fewest, or None where each leaves many."""
    best, fewest = None, NARROW + 1
    for some in _narrowed(db, site, asked, like, now):
        up_to = some.limit(fewest).subquery()
        n: int = db.execute(sa.select(sa.func.count()).select_from(up_to)).scalar_one()
        if n < fewest:
            best, fewest = some.limit(n), n
        if not n:
            break
    return best


def _narrowed(
    db: Connection, site: str, asked: Asked, like: list[int] | None, now: datetime
) -> Iterator[sa.Select[Any]]:
    """Give what each filter that has an index leaves."""
    filters = asked.filters
    if like is not None:
        yield sa.select(cases.c.comment).where(
            cases.c.comment.in_(like), cases.c.closed_at.is_(None)
        )
    signals = sa.select(case_signals.c.case.label("id")).where(case_signals.c.site == site)
    if filters.reason:
        yield signals.where(case_signals.c.code == filters.reason, case_signals.c.is_reason)
    if filters.label:
        within = case_signals.c.strength.between(filters.least, filters.most)
        yield signals.where(case_signals.c.code == filters.label, within)
    yield from _told(db, site, filters)
    is_open = sa.select(cases.c.id).where(cases.c.site == site, cases.c.closed_at.is_(None))
    for wanted in _moments(filters, now):
        yield is_open.where(wanted)
    if filters.language:
        yield is_open.where(cases.c.language == main_language(filters.language))
    assigned = cases.c.assigned_to
    if filters.whose == MINE:
        yield is_open.where(assigned == asked.moderator)
    if filters.whose == OTHERS:
        yield is_open.where(assigned > 0)
    if filters.whose == ESCALATED:
        long_ago = sa.literal(LONG_AGO, cases.c.escalated_at.type)
        yield is_open.where(cases.c.escalated_at > long_ago)


def _told(db: Connection, site: str, filters: Filters) -> Iterator[sa.Select[Any]]:
    """Give the comments, open or not, that stand somewhere, are by somebody or say something."""
    of_site = sa.select(comments.c.key.label("comment")).where(comments.c.site == site)
    if filters.article is not None:
        yield of_site.where(comments.c.article == filters.article)
    for author in (filters.author, _author(site, filters)):
        if author is not None:
            yield of_site.where(comments.c.author == author)
    if filters.text is not None:
        yield search.candidates(db, site, filters.text)


def _author(site: str, filters: Filters) -> sa.ScalarSelect[Any] | None:
    """Give who wrote the comment of a case: their id is nothing for an address to hold."""
    if filters.by is None:
        return None
    case, comment = cases.alias("by_case"), comments.alias("by_comment")
    return (
        sa.select(comment.c.author)
        .join_from(case, comment, comment.c.key == case.c.comment)
        .where(case.c.site == site, case.c.id == filters.by)
        .scalar_subquery()
    )


def _like(db: Connection, site: str, filters: Filters) -> list[int] | None:
    return None if filters.like is None else likenesses.near(db, site, filters.like)


def _is_down(order: str) -> bool:
    return order in (NEWEST, WORST)


def _is_behind(order: str, place: Cursor, after: Cursor) -> bool:
    return place < after if _is_down(order) else place > after


def _literal(column: sa.Column[Any], place: Cursor) -> Any:
    return sa.tuple_(sa.literal(place[0], column.type), sa.literal(place[1]))


_COLUMNS: dict[str, sa.Column[Any]] = {
    DUE: cases.c.due_at,
    NEWEST: cases.c.opened_at,
    OLDEST: cases.c.opened_at,
    WORST: cases.c.worst,
}
_NEWEST = sa.select(sa.func.coalesce(sa.func.max(cases.c.id), 0))
