"""Put back what an act decided."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.engine import Connection

from modsvc.core.review import UNDONE, undone, unmarked
from modsvc.core.sentence import Sentence
from modsvc.errors import CaseChanged, Conflict, NotFound
from modsvc.services.second_opinions import append
from modsvc.store import acts, cases, comments, decisions, opinions, outbox
from modsvc.store.acts import Act, Touched
from modsvc.store.cases import Case


def put_back_some(
    db: Connection,
    *,
    site: str,
    moderator: int,
    act_id: int,
    after: int,
    now: datetime,
    limit: int,
) -> tuple[list[int], dict[int, str], bool]:
    """Put back up to `limit` of an act's cases, those after one; the act is undone with its last.

    Give which were, why others were not, and whether they were its last.

    Raises
    ------
    NotFound
        The moderator did no such thing at this site.
    CaseChanged
        It was undone before.
    """
    decisions.lock_head(db, site)
    act = acts.get(db, site, act_id)
    if act.moderator != moderator:
        raise NotFound(Sentence("there is no act {act} of yours", act=act_id))
    if act.undone_at is not None:
        raise CaseChanged(Sentence("this was undone before"))
    part = acts.touched(db, act_id, after=after, limit=limit)
    back, refused = list[int](), dict[int, str]()
    for touched in part:
        try:
            with db.begin_nested():
                put_back(db, act, touched, now)
            back.append(touched.case_id)
        except Conflict as error:
            refused[touched.case_id] = error.args[0]
    is_last = len(part) < limit
    if is_last:
        acts.undo(db, act_id, now)
    return back, refused, is_last


def put_back(db: Connection, act: Act, touched: Touched, now: datetime) -> None:
    """Put a case that an act decided back as it was, in the act's own name.

    What was put back before the service stopped on the way stays so.

    Raises
    ------
    CaseChanged
        It was decided anew since, or edited. Nothing was done.
    """
    head = decisions.lock_head(db, act.site)
    case = cases.get(db, act.site, touched.case_id, lock=True)
    stored = comments.of_key(db, act.site, case.comment_key)
    if _is_back(db, case, touched, stored.position):
        return
    # An opinion is of the decision that it looked at: of another nothing is put back.
    in_force = case.checks if touched.position is None else touched.position
    if stored.position != in_force:
        raise CaseChanged(Sentence("this was decided anew since"))
    if case.revision != stored.revision:
        raise CaseChanged(Sentence("the comment was edited since"))
    # What came of it for others: a second look, or a lead's case where two differed.
    cases.close_for_comment(db, case.comment_key, now)
    opinions.take_back(db, case.id)
    about = decisions.at(db, act.site, touched.before or case.about or stored.position)
    if touched.position is not None:
        as_before = undone(
            about.action,
            policy_version=about.policy_version,
            scores=about.scores,
            model_version=about.model_version,
        )
        recorded = append(db, act.site, head, stored, as_before, act.moderator, now)
        if not outbox.take_back(db, act.site, stored.key, touched.position):
            new = recorded.position
            outbox.add(db, site=act.site, comment_key=stored.key, position=new, now=now, due_at=now)
    if touched.before is None:
        reasons = unmarked(case.kind, about.reasons, about.scores)
        cases.reopen(db, case, due_at=touched.due_at, reasons=reasons, scores=about.scores)


def _is_back(db: Connection, case: Case, touched: Touched, position: int) -> bool:
    if not case.is_open or touched.before is not None:
        return False
    newest = decisions.at(db, case.site, position)
    return touched.position is None or any(r.signal.code == UNDONE for r in newest.reasons)
