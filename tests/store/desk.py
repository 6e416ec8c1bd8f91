"""A queue with something of everything in it, for tests of what finds its cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from modsvc.core.comment import Article, Author
from modsvc.core.decision import Action, Decision, Reason
from modsvc.core.facts import Facts
from modsvc.core.likeness import likeness
from modsvc.core.signals import Signal
from modsvc.core.text import normalise
from modsvc.store import cases, comments, decisions, likenesses
from modsvc.store.cases import Opening
from modsvc.store.db import Database
from tests.conftest import SITE
from tests.factories import make_comment
from tests.fakes import Clock

NOW = Clock().now


def open_case(
    database: Database,
    comment_id: str = "c-1",
    body: str = "A dubious remark.",
    *,
    opened_at: datetime = NOW,
    due_at: datetime = NOW,
    reasons: Mapping[str, float] | None = None,
    scores: Mapping[str, float] | None = None,
    article: str = "a-1",
    author: str = "u-1",
    language: str | None = None,
    **more: Any,
) -> int:
    """Hold a comment, as if it were new, and give its case's id."""
    said = make_comment(body, id=comment_id, article=Article(article), author=Author(author))
    strengths = {"toxicity": 0.5} if reasons is None else reasons
    decision = Decision(
        Action.HOLD,
        tuple(Reason(Signal(code, strength), Action.HOLD) for code, strength in strengths.items()),
        "1",
        scores=scores or {},
        facts=replace(Facts(), language=language),
    )
    with database.write() as db:
        head = decisions.lock_head(db, SITE)
        position = head.position + 1
        key = comments.add(db, SITE, said, position=position, action=Action.HOLD, now=opened_at)
        assert key is not None
        digest = comments.add_revision(db, key, 1, said, opened_at)
        subject = decisions.Subject(SITE, key, comment_id, 1, digest)
        decisions.append(db, head, subject, decision, now=opened_at)
        like = likeness(normalise(body).text)
        likenesses.keep(db, SITE, key, like, opened_at, is_edit=False)
        reasons = decision.reasons
        opening = Opening(
            SITE, key, 1, position, due_at, reasons, decision.scores, language=language, **more
        )
        cases.open_case(db, opening, opened_at)
        return case_of(db, key)


def case_of(db: Any, key: int) -> int:
    found: int = db.exec_driver_sql(
        f"SELECT id FROM cases WHERE comment = {key} AND closed_at IS NULL"
    ).scalar_one()
    return found
