"""What moderators say to each other about a comment, and whom they mean. It never leaves the house.

A note stays with the comment, whichever of its cases it was written on.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from modsvc.store.standing import READER
from modsvc.store.tables import cases, mentions, moderators, notes

MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody wrote, and when; `by` is their name."""

    by: str
    text: str
    written_at: datetime


@dataclass(frozen=True, slots=True)
class Mention:
    """A note that speaks to somebody; `case_id` is of the comment's newest case, if it has one."""

    id: int
    note: Note
    case_id: int | None
    is_new: bool


def add(
    db: Connection,
    site: str,
    comment_key: int,
    *,
    moderator: int,
    text: str,
    to: Iterable[int],
    now: datetime,
) -> None:
    """Keep a note, and whom it speaks to."""
    note: int = db.execute(
        _ADD,
        {
            "site": site,
            "comment": comment_key,
            "moderator": moderator,
            "text": text,
            "written_at": now,
        },
    ).scalar_one()
    rows = [{"note": note, "moderator": each, "site": site} for each in sorted(set(to))]
    if rows:
        db.execute(_MENTION, rows)


def of_comment(db: Connection, comment_key: int, *, reader: int) -> list[Note]:
    """Give the newest notes on a comment, oldest of them first.

    Not what others wrote while a decision of the reader's was looked at once more.
    """
    rows = db.execute(NEWEST, {"comment": comment_key, "reader": reader})
    return [Note(*row) for row in rows][::-1]


def to_moderator(db: Connection, site: str, moderator: int) -> list[Mention]:
    """Give the newest notes that speak to a moderator, newest first."""
    rows = db.execute(TO_MODERATOR, {"site": site, "moderator": moderator})
    return [
        Mention(row.id, Note(row.name, row.text, row.written_at), row.case_id, row.seen_at is None)
        for row in rows
    ]


def count_new(db: Connection, site: str, moderator: int) -> int:
    """Count the notes that a moderator has not seen, among the newest that speak to them."""
    count: int = db.execute(COUNT_NEW, {"site": site, "moderator": moderator}).scalar_one()
    return count


def mark_seen(db: Connection, site: str, moderator: int, until: int, now: datetime) -> None:
    """Note that a moderator has seen the notes that speak to them, up to one."""
    db.execute(_SEEN, {"at": site, "who": moderator, "until": until, "now": now})


_ADD = sa.insert(notes).returning(notes.c.id)
_MENTION = sa.insert(mentions)
_of_a_look = sa.exists().where(
    cases.c.comment == notes.c.comment,
    cases.c.not_for == READER,
    notes.c.moderator != READER,
    notes.c.written_at >= cases.c.opened_at,
    sa.or_(cases.c.closed_at.is_(None), notes.c.written_at <= cases.c.closed_at),
)
NEWEST = (
    sa.select(moderators.c.name, notes.c.text, notes.c.written_at)
    .join_from(notes, moderators, notes.c.moderator == moderators.c.id)
    .where(notes.c.comment == sa.bindparam("comment"), ~_of_a_look)
    .order_by(notes.c.id.desc())
    .limit(MOST_SHOWN)
)
_MINE: sa.ColumnElement[bool] = sa.and_(
    mentions.c.site == sa.bindparam("site"), mentions.c.moderator == sa.bindparam("moderator")
)
TO_MODERATOR: sa.Select[Any] = (
    sa.select(
        notes.c.id,
        moderators.c.name,
        notes.c.text,
        notes.c.written_at,
        sa.select(sa.func.max(cases.c.id))
        .where(
            cases.c.comment == notes.c.comment,
            # Nobody is led to where their own decision is looked at.
            sa.or_(cases.c.not_for.is_(None), cases.c.not_for != sa.bindparam("moderator")),
        )
        .scalar_subquery()
        .label("case_id"),
        mentions.c.seen_at,
    )
    .join_from(mentions, notes, notes.c.id == mentions.c.note)
    .join(moderators, moderators.c.id == notes.c.moderator)
    .where(_MINE)
    .order_by(mentions.c.note.desc())
    .limit(MOST_SHOWN)
)
_newest_to_me = (
    sa.select(mentions.c.seen_at)
    .where(_MINE)
    .order_by(mentions.c.note.desc())
    .limit(MOST_SHOWN)
    .subquery()
)
COUNT_NEW = sa.select(sa.func.count()).where(_newest_to_me.c.seen_at.is_(None))
_SEEN = (
    sa.update(mentions)
    .where(
        mentions.c.site == sa.bindparam("at"),
        mentions.c.moderator == sa.bindparam("who"),
        mentions.c.note <= sa.bindparam("until"),
        mentions.c.seen_at.is_(None),
    )
    .values(seen_at=sa.bindparam("now"))
)
