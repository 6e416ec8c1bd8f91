"""Whose a case is for the moment: claimed, passed on, escalated, assigned."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from modsvc.core.sentence import Sentence
from modsvc.errors import CaseAlreadyClosed
from modsvc.store.cases import Case
from modsvc.store.tables import case_passes, case_signals, cases

# How far ahead a milder case is looked for.
LOOKED_AT = 50


def claim_next(
    db: Connection,
    *,
    site: str,
    moderator: int,
    is_lead: bool,
    lease: timedelta,
    now: datetime,
    sparing: Collection[str] = (),
    but: int | None = None,
) -> int | None:
    """Give the moderator the most pressing open case's id, or None when none is left for them.

    What was escalated is for leads, what is assigned to another is theirs, and nobody gets what
    they passed on or decided themselves. One statement, so two moderators never get the same case.
    The claim lapses after `lease`: a closed browser tab must not hide a comment for ever.

    Parameters
    ----------
    sparing : collection of str
        A case that has one of these codes among its reasons is passed over while it is not due yet
        and another is among the next LOOKED_AT.
    but : int or None
        The case that they have just left to others; a lead may be among those.
    """
    waiting = (
        sa.select(cases.c.id)
        .where(
            cases.c.site == site,
            cases.c.closed_at.is_(None),
            free(moderator, now),
            for_me(moderator, is_lead),
            sa.true() if but is None else cases.c.id != but,
        )
        .order_by(cases.c.due_at, cases.c.id)  # The partial index on open cases, in its order.
    )
    if sparing:
        # What is locked is the one that is taken, or others would find none of those looked at.
        milder = (
            sa.select(cases.c.id)
            .where(
                cases.c.id.in_(sa.select(waiting.limit(LOOKED_AT).subquery().c.id)),
                free(moderator, now),
                sa.or_(cases.c.due_at <= now, ~_has(sparing)),
            )
            .order_by(cases.c.due_at, cases.c.id)
        )
        found = _claim_first(db, milder, moderator, now + lease)
        if found is not None:
            return found
    return _claim_first(db, waiting, moderator, now + lease)


def free(moderator: int, now: datetime) -> sa.ColumnElement[bool]:
    """Say which cases nobody else has claimed."""
    mine = cases.c.claimed_by == moderator
    return sa.or_(cases.c.claimed_until.is_(None), cases.c.claimed_until <= now, mine)


def for_me(moderator: int, is_lead: bool, *, of_others: bool = False) -> sa.ColumnElement[bool]:
    """Say which open cases a moderator may be given; `of_others`: or is to see in a list."""
    passed = sa.exists().where(
        case_passes.c.case == cases.c.id, case_passes.c.moderator == moderator
    )
    wanted = [
        sa.or_(cases.c.not_for.is_(None), cases.c.not_for != moderator),
        ~passed,
    ]
    if not of_others:
        mine = cases.c.assigned_to == moderator
        wanted.append(sa.or_(cases.c.assigned_to.is_(None), mine))
    if not is_lead:
        wanted.append(sa.or_(cases.c.escalated_at.is_(None), cases.c.assigned_to == moderator))
    return sa.and_(*wanted)


def claim(db: Connection, case: Case, *, moderator: int, lease: timedelta, now: datetime) -> bool:
    """Claim this very case, or lengthen one's claim; False when somebody else has it.

    Lengthening keeps the token, so that a page read twice has two good forms.
    """
    mine = case.claimed_by == moderator
    if case.claimed_until is not None and case.claimed_until > now and not mine:
        return False
    if case.not_for == moderator:
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


def pass_on(db: Connection, case: Case, *, moderator: int) -> None:
    """Leave a case to others: whoever does gets it no more."""
    release(db, case.id, moderator=moderator)
    here = {"case": case.id, "moderator": moderator}
    if db.execute(_PASSED, here).first() is None:
        db.execute(sa.insert(case_passes), {**here, "site": case.site})


def escalate(db: Connection, case: Case, now: datetime) -> None:
    """Leave an open case to leads, who get it at once."""
    _change(db, case, escalated_at=now, due_at=min(case.due_at, now), assigned_to=None)


def assign(db: Connection, case: Case, moderator: int | None) -> None:
    """Make an open case somebody's, or nobody's."""
    _change(db, case, assigned_to=moderator)


def _has(codes: Collection[str]) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        case_signals.c.case == cases.c.id,
        case_signals.c.code.in_(sorted(codes)),
        case_signals.c.is_reason,
    )


def _claim_first(
    db: Connection, which: sa.Select[Any], moderator: int, until: datetime
) -> int | None:
    # Locked by PostgreSQL; SQLite has one writer anyway.
    first = which.limit(1).with_for_update(skip_locked=True, of=cases)
    return db.execute(
        _claimed(moderator, until)
        .where(cases.c.id == first.scalar_subquery())
        .returning(cases.c.id)
    ).scalar_one_or_none()


def _change(db: Connection, case: Case, **values: Any) -> None:
    done = db.execute(
        sa.update(cases)
        .where(cases.c.id == case.id, cases.c.closed_at.is_(None))
        .values(claimed_by=None, claimed_until=None, **values)
    )
    if done.rowcount == 0:
        raise CaseAlreadyClosed(Sentence("this case was decided already"))


def _claimed(moderator: int, until: datetime) -> Any:
    return sa.update(cases).values(
        claimed_by=moderator, claimed_until=until, claim_token=cases.c.claim_token + 1
    )


_PASSED = sa.select(case_passes.c.case).where(
    case_passes.c.case == sa.bindparam("case"), case_passes.c.moderator == sa.bindparam("moderator")
)
