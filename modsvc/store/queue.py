"""A site's open cases: opened by holding a comment, claimed by one moderator at a time, closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from modsvc.core.comment import Article
from modsvc.core.decision import Reason
from modsvc.core.sentence import Sentence
from modsvc.errors import CaseAlreadyClosed, CaseChanged, NotFound
from modsvc.store.decisions import decode_reasons
from modsvc.store.tables import articles, cases, comments, decisions, moderators, revisions


@dataclass(frozen=True, slots=True)
class Case:
    """A held comment under review. `claim_token` tells a form made before the last change."""

    id: int
    site: str
    comment_key: int
    comment_id: str
    revision: int
    opened_at: datetime
    due_at: datetime
    claimed_by: int | None
    claimed_until: datetime | None
    claim_token: int
    closed_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether the case still waits for a decision."""
        return self.closed_at is None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the queue's page: an open case, as far as it is shown without opening it."""

    id: int
    comment_id: str
    body: str
    # Without its body.
    article: Article
    # Of the decision in force.
    reasons: tuple[Reason, ...]
    opened_at: datetime
    due_at: datetime
    # None as soon as the claim has lapsed.
    claimed_by: str | None


def open_case(
    db: Connection, *, site: str, comment_key: int, revision: int, due_at: datetime, now: datetime
) -> None:
    """Open a case, or pass the comment's open case on to its newest revision.

    Passing it on takes it from whoever claimed it: what they read is no longer what is there.
    """
    facts = {"new_revision": revision, "new_due_at": due_at}
    passed_on = db.execute(_PASS_ON, {"comment_key": comment_key, **facts})
    if passed_on.rowcount == 0:
        db.execute(
            _OPEN,
            {
                "site": site,
                "comment": comment_key,
                "revision": revision,
                "opened_at": now,
                "due_at": due_at,
            },
        )


def close_for_comment(db: Connection, comment_key: int, now: datetime) -> None:
    """Close the comment's open case, if it has one."""
    db.execute(_CLOSE, {"comment_key": comment_key, "now": now})


def get(db: Connection, site: str, case_id: int, *, lock: bool = False) -> Case:
    """Give a case; with `lock`, keep other writers from it until the commit.

    Raises
    ------
    NotFound
        The site has no such case.
    """
    statement = _GET.with_for_update(of=cases) if lock else _GET
    row = db.execute(statement, {"site": site, "id": case_id}).first()
    if row is None:
        raise NotFound(Sentence("there is no case {case}", case=case_id))
    return Case(*row)


def claim_next(
    db: Connection, *, site: str, moderator: int, lease: timedelta, now: datetime
) -> int | None:
    """Give the moderator the most pressing open case's id, or None when the queue is empty.

    One statement, so two moderators never get the same case. The claim lapses after `lease`: a
    closed browser tab must not hide a comment for ever.
    """
    mine = cases.c.claimed_by == moderator
    free = sa.or_(cases.c.claimed_until.is_(None), cases.c.claimed_until <= now, mine)
    most_pressing = (
        sa.select(cases.c.id)
        .where(cases.c.site == site, cases.c.closed_at.is_(None), free)
        .order_by(cases.c.due_at, cases.c.id)  # The partial index on open cases, in its order.
        .limit(1)
        .with_for_update(skip_locked=True)  # PostgreSQL; SQLite has one writer anyway.
    )
    return db.execute(
        _claimed(moderator, now + lease)
        .where(cases.c.id == most_pressing.scalar_subquery())
        .returning(cases.c.id)
    ).scalar_one_or_none()


def claim(db: Connection, case: Case, *, moderator: int, lease: timedelta, now: datetime) -> bool:
    """Claim this very case, or lengthen one's claim; False when somebody else has it.

    Lengthening keeps the token, so that a page read twice has two good forms.
    """
    mine = case.claimed_by == moderator
    if case.claimed_until is not None and case.claimed_until > now and not mine:
        return False
    renew = mine and case.claimed_until is not None and case.claimed_until > now
    statement = (
        sa.update(cases).values(claimed_until=now + lease)
        if renew
        else _claimed(moderator, now + lease)
    )
    done = db.execute(
        statement.where(
            cases.c.id == case.id,
            cases.c.claim_token == case.claim_token,
            cases.c.closed_at.is_(None),
        )
    )
    return done.rowcount == 1


def release(db: Connection, case_id: int, *, moderator: int) -> None:
    """Give up one's claim, if one has it."""
    db.execute(
        sa.update(cases)
        .where(cases.c.id == case_id, cases.c.claimed_by == moderator)
        .values(claimed_by=None, claimed_until=None)
    )


def close(
    db: Connection, case: Case, *, moderator: int, claim_token: int, revision: int, now: datetime
) -> None:
    """Close a case as the moderator's form asks, if the form still fits.

    Raises
    ------
    CaseAlreadyClosed
        Somebody decided first.
    CaseChanged
        The comment was edited, or the claim passed to someone else, since the form was made.
    """
    if not case.is_open:
        raise CaseAlreadyClosed(Sentence("this case was decided already"))
    if case.revision != revision:
        raise CaseChanged(Sentence("the comment was edited after you opened it; read it again"))
    done = db.execute(
        sa.update(cases)
        .where(
            cases.c.id == case.id,
            cases.c.closed_at.is_(None),
            cases.c.claim_token == claim_token,
            cases.c.claimed_by == moderator,
        )
        .values(closed_at=now, claimed_by=None, claimed_until=None)
    )
    if done.rowcount == 0:
        raise CaseChanged(Sentence("another moderator has taken this case in the meantime"))


def page(
    db: Connection,
    site: str,
    *,
    limit: int,
    now: datetime,
    after: tuple[datetime, int] | None = None,
) -> list[Line]:
    """Give up to `limit` open cases, most pressing first.

    `after` is the due time and id of the last one seen: pages stay on the index however long the
    queue is.
    """
    statement = _PAGE.where(cases.c.site == site, cases.c.closed_at.is_(None)).limit(limit)
    if after is not None:
        statement = statement.where(
            sa.tuple_(cases.c.due_at, cases.c.id)
            > sa.tuple_(sa.literal(after[0], cases.c.due_at.type), sa.literal(after[1]))
        )
    return [
        Line(
            row.id,
            row.comment_id,
            row.body,
            Article(row.article, row.title or "", row.url or "", row.section or ""),
            decode_reasons(row.reasons),
            row.opened_at,
            row.due_at,
            row.moderator if row.claimed_until and row.claimed_until > now else None,
        )
        for row in db.execute(statement)
    ]


def count_open(db: Connection, site: str, *, up_to: int) -> int:
    """Count a site's open cases, but no further than `up_to`."""
    some = (
        sa.select(cases.c.id).where(cases.c.site == site, cases.c.closed_at.is_(None)).limit(up_to)
    )
    return db.execute(sa.select(sa.func.count()).select_from(some.subquery())).scalar_one()


def _claimed(moderator: int, until: datetime) -> Any:
    return sa.update(cases).values(
        claimed_by=moderator, claimed_until=until, claim_token=cases.c.claim_token + 1
    )


_OPEN = sa.insert(cases)
_OF_COMMENT = sa.and_(cases.c.comment == sa.bindparam("comment_key"), cases.c.closed_at.is_(None))
_PASS_ON = (
    sa.update(cases)
    .where(_OF_COMMENT)
    .values(
        revision=sa.bindparam("new_revision"),
        due_at=sa.bindparam("new_due_at"),
        claimed_by=None,
        claimed_until=None,
        claim_token=cases.c.claim_token + 1,
    )
)
_CLOSE = (
    sa.update(cases)
    .where(_OF_COMMENT)
    .values(
        closed_at=sa.bindparam("now"),
        claimed_by=None,
        claimed_until=None,
        claim_token=cases.c.claim_token + 1,
    )
)
_GET = (
    sa.select(
        cases.c.id,
        cases.c.site,
        cases.c.comment,
        comments.c.id,
        cases.c.revision,
        cases.c.opened_at,
        cases.c.due_at,
        cases.c.claimed_by,
        cases.c.claimed_until,
        cases.c.claim_token,
        cases.c.closed_at,
    )
    .join_from(cases, comments, cases.c.comment == comments.c.key)
    .where(cases.c.site == sa.bindparam("site"), cases.c.id == sa.bindparam("id"))
)
_PAGE = (
    sa.select(
        cases.c.id,
        comments.c.id.label("comment_id"),
        revisions.c.body,
        comments.c.article,
        articles.c.title,
        articles.c.url,
        articles.c.section,
        decisions.c.reasons,
        cases.c.opened_at,
        cases.c.due_at,
        cases.c.claimed_until,
        moderators.c.name.label("moderator"),
    )
    .join_from(cases, comments, cases.c.comment == comments.c.key)
    .join(
        revisions,
        sa.and_(revisions.c.comment == cases.c.comment, revisions.c.revision == cases.c.revision),
    )
    .join(
        decisions,
        sa.and_(decisions.c.site == cases.c.site, decisions.c.position == comments.c.position),
    )
    .join(
        articles,
        sa.and_(articles.c.site == cases.c.site, articles.c.id == comments.c.article),
        isouter=True,
    )
    .join(moderators, moderators.c.id == cases.c.claimed_by, isouter=True)
    .order_by(cases.c.due_at, cases.c.id)
)
