"""A case: opened for a comment, claimed by one moderator at a time, closed, and opened again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from modsvc.core.decision import Action, Reason
from modsvc.core.review import HELD, worst
from modsvc.core.sentence import Sentence
from modsvc.errors import CaseAlreadyClosed, CaseChanged, NotFound
from modsvc.store import hours
from modsvc.store.tables import case_signals, cases, comments, sites


@dataclass(frozen=True, slots=True)
class Case:
    """A comment under review. `claim_token` tells a form made before the last change.

    `about` is the place of the decision that it is here for, and `checks` of the one that is looked
    at once more, if it is for that; whoever took that one, `not_for`, does not get it.
    """

    id: int
    site: str
    comment_key: int
    comment_id: str
    revision: int
    kind: str
    about: int | None
    checks: int | None
    not_for: int | None
    opened_at: datetime
    due_at: datetime
    escalated_at: datetime | None
    assigned_to: int | None
    claimed_by: int | None
    claimed_until: datetime | None
    claim_token: int
    closed_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether the case still waits for a decision."""
        return self.closed_at is None

    def is_left_to(self, moderator: int, *, is_lead: bool) -> bool:
        """Tell whether a moderator may work on it."""
        is_escalated = self.escalated_at is not None
        return is_left_to(moderator, self.assigned_to, is_escalated, is_lead=is_lead)

    @property
    def is_for_all(self) -> bool:
        """Whether it is here as most are: nobody's, and for no second look."""
        return self.kind == HELD and self.escalated_at is None and self.assigned_to is None


@dataclass(frozen=True, slots=True)
class Opening:
    """What a case is opened with: the decision that it is here for, and when it is due."""

    site: str
    comment_key: int
    revision: int
    about: int
    due_at: datetime
    reasons: Sequence[Reason] = ()
    scores: Mapping[str, float] = field(default_factory=dict)
    language: str | None = None
    kind: str = HELD
    checks: int | None = None
    not_for: int | None = None
    escalated_at: datetime | None = None


def is_left_to(
    moderator: int, assigned_to: int | None, is_escalated: bool, *, is_lead: bool
) -> bool:
    """Tell whether a moderator may work on a case.

    Leads may on all; others not on what is left to leads, or waits for somebody else.
    """
    return is_lead or assigned_to == moderator or (assigned_to is None and not is_escalated)


def main_language(tag: str | None) -> str | None:
    """Give the language of a BCP 47 tag alone: `he` of he-IL."""
    return tag.partition("-")[0].lower() if tag else None


def open_of(db: Connection, site: str, comment_key: int) -> Case | None:
    """Give a comment's open case, if it has one."""
    found = db.execute(_OTHER_OPEN, {"comment_key": comment_key}).scalar()
    return None if found is None else get(db, site, found)


def open_case(db: Connection, opening: Opening, now: datetime) -> None:
    """Open a case, or pass the comment's open case on to its newest revision.

    Passing it on takes it from whoever claimed it: what they read is no longer what is there. But
    what was left to leads stays with them, unless it is no longer held.
    """
    facts = {
        "new_revision": opening.revision,
        "new_kind": opening.kind,
        "new_about": opening.about,
        "new_checks": opening.checks,
        "new_not_for": opening.not_for,
        "new_due_at": opening.due_at,
        "new_worst": worst(opening.reasons),
        "new_language": main_language(opening.language),
        "new_escalated_at": opening.escalated_at,
    }
    passed_on = db.execute(_PASS_ON, {"comment_key": opening.comment_key, **facts}).first()
    if passed_on is None:
        row = {name.removeprefix("new_"): value for name, value in facts.items()} | {
            "site": opening.site,
            "comment": opening.comment_key,
            "opened_at": now,
        }
        case_id = db.execute(_OPEN, row).scalar_one()
        _count(db, opening.site, 1)
    else:
        case_id = passed_on.id
        db.execute(_DROP_SIGNALS, {"case_id": case_id})
    _note_signals(db, opening.site, case_id, opening.reasons, opening.scores)


def close_for_comment(db: Connection, comment_key: int, now: datetime) -> None:
    """Close the comment's open case, if it has one."""
    closed = db.execute(_CLOSE, {"comment_key": comment_key, "now": now}).first()
    if closed is not None:
        db.execute(_DROP_SIGNALS, {"case_id": closed.id})
        _count(db, closed.site, -1)


def reopen(
    db: Connection,
    case: Case,
    *,
    due_at: datetime,
    reasons: Sequence[Reason],
    scores: Mapping[str, float],
) -> None:
    """Open a case again that was closed, as it was.

    Raises
    ------
    CaseChanged
        It is open, or another case of the comment is.
    """
    if case.is_open or db.execute(_OTHER_OPEN, {"comment_key": case.comment_key}).first():
        raise CaseChanged(Sentence("this comment waits in the queue already"))
    db.execute(_REOPEN, {"case_id": case.id, "new_due_at": due_at})
    if case.closed_at is not None:
        hours.forget(db, case.site, case.closed_at)
    _note_signals(db, case.site, case.id, reasons, scores)
    _count(db, case.site, 1)


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


def close(
    db: Connection,
    case: Case,
    *,
    moderator: int,
    revision: int,
    now: datetime,
    claim_token: int | None = None,
) -> None:
    """Close a case as the moderator's form asks, if the form still fits.

    A form without a token is of a list, where nothing was claimed: it fits as long as nobody else
    has the case.

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
    if case.not_for == moderator:
        raise CaseChanged(Sentence("you decided this yourself; it is for somebody else to look at"))
    held_by_other = (
        case.claimed_by not in (None, moderator)
        and case.claimed_until is not None
        and case.claimed_until > now
    )
    late = claim_token is not None and (
        case.claim_token != claim_token or case.claimed_by != moderator
    )
    if held_by_other or late:
        raise CaseChanged(Sentence("another moderator has taken this case in the meantime"))
    done = db.execute(
        sa.update(cases)
        .where(
            cases.c.id == case.id,
            cases.c.closed_at.is_(None),
            cases.c.claim_token == case.claim_token,
        )
        .values(
            closed_at=now,
            claimed_by=None,
            claimed_until=None,
            claim_token=cases.c.claim_token + 1,
        )
    )
    if done.rowcount == 0:
        raise CaseChanged(Sentence("another moderator has taken this case in the meantime"))
    db.execute(_DROP_SIGNALS, {"case_id": case.id})
    _count(db, case.site, -1)


def _note_signals(
    db: Connection,
    site: str,
    case_id: int,
    reasons: Sequence[Reason],
    scores: Mapping[str, float],
) -> None:
    """Note what an open case can be found by: its reasons, and every label's score."""
    strengths = {reason.signal.code: reason.signal.strength for reason in reasons}
    called = {r.signal.code for r in reasons if r.action is not Action.APPROVE}
    rows = [
        {"case": case_id, "site": site, "code": code, "strength": s, "is_reason": code in called}
        for code, s in {**scores, **strengths}.items()
    ]
    if rows:
        db.execute(_NOTE_SIGNALS, rows)


def _count(db: Connection, site: str, more: int) -> None:
    db.execute(_MORE_OPEN, {"site_id": site, "more": more})


_OPEN = sa.insert(cases).returning(cases.c.id)
_OF_COMMENT = sa.and_(cases.c.comment == sa.bindparam("comment_key"), cases.c.closed_at.is_(None))
_NEW = {
    name: sa.bindparam(f"new_{name}", type_=cases.c[name].type)
    for name in (
        "revision",
        "kind",
        "about",
        "checks",
        "not_for",
        "due_at",
        "worst",
        "language",
        "escalated_at",
    )
}
_STAYS_ESCALATED = sa.and_(cases.c.escalated_at.is_not(None), _NEW["kind"] == HELD)
_SOONER = sa.case((cases.c.due_at < _NEW["due_at"], cases.c.due_at), else_=_NEW["due_at"])
_PASS_ON = (
    sa.update(cases)
    .where(_OF_COMMENT)
    .values(
        **_NEW
        | {
            "due_at": sa.case((_STAYS_ESCALATED, _SOONER), else_=_NEW["due_at"]),
            "escalated_at": sa.case(
                (_STAYS_ESCALATED, cases.c.escalated_at), else_=_NEW["escalated_at"]
            ),
        },
        claimed_by=None,
        claimed_until=None,
        claim_token=cases.c.claim_token + 1,
    )
    .returning(cases.c.id)
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
    .returning(cases.c.id, cases.c.site)
)
_OTHER_OPEN = sa.select(cases.c.id).where(_OF_COMMENT)
_REOPEN = (
    sa.update(cases)
    .where(cases.c.id == sa.bindparam("case_id"))
    .values(closed_at=None, due_at=sa.bindparam("new_due_at"), claim_token=cases.c.claim_token + 1)
)
_NOTE_SIGNALS = sa.insert(case_signals)
_DROP_SIGNALS = sa.delete(case_signals).where(case_signals.c.case == sa.bindparam("case_id"))
_MORE_OPEN = (
    sa.update(sites)
    .where(sites.c.id == sa.bindparam("site_id"))
    .values(open_cases=sites.c.open_cases + sa.bindparam("more"))
)
_GET: sa.Select[Any] = (
    sa.select(
        cases.c.id,
        cases.c.site,
        cases.c.comment,
        comments.c.id,
        cases.c.revision,
        cases.c.kind,
        cases.c.about,
        cases.c.checks,
        cases.c.not_for,
        cases.c.opened_at,
        cases.c.due_at,
        cases.c.escalated_at,
        cases.c.assigned_to,
        cases.c.claimed_by,
        cases.c.claimed_until,
        cases.c.claim_token,
        cases.c.closed_at,
    )
    .join_from(cases, comments, cases.c.comment == comments.c.key)
    .where(cases.c.site == sa.bindparam("site"), cases.c.id == sa.bindparam("id"))
)
