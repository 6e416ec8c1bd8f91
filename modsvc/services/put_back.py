"""Put back what an act decided."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.engine import Connection

from modsvc.core.review import undone, unmarked
from modsvc.core.sentence import Sentence
from modsvc.errors import CaseChanged
from modsvc.services.second_looks import append
from modsvc.store import cases, comments, decisions, opinions, outbox
from modsvc.store.acts import Act, Touched


def put_back(db: Connection, act: Act, touched: Touched, now: datetime) -> None:
    """Put a case that an act decided back as it was, in the act's own name.

    Raises
    ------
    CaseChanged
        It was decided anew since, or edited. Nothing was done.
    """
    head = decisions.lock_head(db, act.site)
    case = cases.get(db, act.site, touched.case_id, lock=True)
    stored = comments.of_key(db, act.site, case.comment_key)
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
