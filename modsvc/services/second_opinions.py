"""Decisions that another moderator looks at, who does not know of it; and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.engine import Connection

from modsvc.core.decision import Decision
from modsvc.core.policy import Policy
from modsvc.core.review import SAMPLE, SECOND, due_at
from modsvc.store import cases, claims, colleagues, comments, decisions, opinions
from modsvc.store.cases import Case, Opening
from modsvc.store.comments import Stored
from modsvc.store.decisions import Recorded
from modsvc.store.opinions import Opinion


@dataclass(frozen=True, slots=True)
class Order:
    """Who decides, where, what, by which policy and when; and whether they lead there."""

    site: str
    moderator: int
    code: str
    policy: Policy
    now: datetime
    is_lead: bool = False


def append(
    db: Connection,
    site: str,
    head: decisions.Head,
    stored: Stored,
    decision: Decision,
    moderator: int,
    now: datetime,
) -> Recorded:
    """Write what a moderator decided at the end of the log, and let it be in force."""
    digest = comments.digest(stored.salt, stored.body)
    subject = decisions.Subject(site, stored.key, stored.id, stored.revision, digest)
    recorded = decisions.append(db, head, subject, decision, now=now, moderator=moderator)
    comments.point_at(db, stored.key, recorded.position, recorded.action)
    return recorded


def open_second(db: Connection, case: Case, position: int, order: Order) -> None:
    """Put a decision before another moderator, as if the comment had just been held.

    Where nobody else works it would wait for ever, and is left.
    """
    if not colleagues.has_other(db, case.site, order.moderator):
        return
    about = decisions.at(db, case.site, case.about or position)
    # As when it was held, so that nothing tells the two apart.
    was_printed = decisions.was_printed(db, case.comment_key, about)
    due = due_at(about.as_decision(), order.policy.queue, order.now, was_printed=was_printed)
    opening = replace(
        _again(case, about, due), kind=SECOND, checks=position, not_for=order.moderator
    )
    cases.open_case(db, opening, order.now)


def differs(db: Connection, case: Case, order: Order, decision: Decision) -> bool:
    """Keep an opinion; tell whether it is to be acted upon.

    Of what the policy did a moderator has the say. Where two moderators differ a lead does, who is
    neither of them if there is such a one; where nobody leads, what was decided stays.
    """
    assert case.checks is not None  # noqa: S101  As the caller saw.
    checked = decisions.at(db, case.site, case.checks)
    opinions.add(
        db,
        Opinion(
            case.id,
            case.site,
            case.kind,
            case.checks,
            checked.action.word,
            order.moderator,
            decision.action.word,
            order.now,
        ),
    )
    if decision.action is checked.action:
        return False
    if case.kind == SAMPLE:
        return True
    if not colleagues.has_lead(db, case.site):
        return False
    about = decisions.at(db, case.site, case.about or case.checks)
    the_two = [each for each in (case.not_for, order.moderator) if each is not None]
    has_third = colleagues.has_lead(db, case.site, but=the_two)
    opening = replace(
        _again(case, about, order.now),
        escalated_at=order.now,
        not_for=case.not_for if has_third else None,
    )
    cases.open_case(db, opening, order.now)
    opened = cases.open_of(db, case.site, case.comment_key)
    if has_third and opened is not None:
        claims.pass_on(db, opened, moderator=order.moderator)
    return False


def _again(case: Case, about: Recorded, due: datetime) -> Opening:
    """Say how the case's comment comes once more, for what a case was first about."""
    return Opening(
        case.site,
        case.comment_key,
        case.revision,
        about=about.position,
        due_at=due,
        reasons=about.reasons,
        scores=about.scores,
        language=about.as_decision().facts.language,
    )
