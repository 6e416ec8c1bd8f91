"""How a comment stands for whoever reads of it beside its own case.

What waits in the queue counts as held whatever was decided about it before, and as old as its case:
so a decision that is looked at once more is told from nothing that was just held. Whoever took that
decision is told of it alone: not that it waits, and of no case that is there to look at it.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from modsvc.core.decision import Action
from modsvc.store.decisions import POLICY
from modsvc.store.tables import cases, comments, decisions

# The moderator who reads; a question with any of these is asked with that.
READER = sa.bindparam("reader", type_=sa.BigInteger)

_THEIRS_TO_KNOW = sa.and_(
    cases.c.comment == comments.c.key,
    sa.or_(cases.c.not_for.is_(None), cases.c.not_for != READER),
)


def action() -> sa.ColumnElement[str]:
    """Give the action that a comment stands under."""
    waits, held = sa.exists().where(_THEIRS_TO_KNOW, cases.c.closed_at.is_(None)), Action.HOLD.word
    return sa.case((waits, held), else_=sa.func.coalesce(comments.c.action, held))


def newest_case() -> sa.ScalarSelect[Any]:
    """Give the id of a comment's newest case, if it ever had one."""
    return sa.select(sa.func.max(cases.c.id)).where(_THEIRS_TO_KNOW).scalar_subquery()


def moment() -> sa.ColumnElement[Any]:
    """Give when a comment came, or its newest case was opened: the moment that its page names."""
    opened = (
        sa.select(cases.c.opened_at).where(_THEIRS_TO_KNOW).order_by(cases.c.id.desc()).limit(1)
    )
    return sa.func.coalesce(opened.scalar_subquery(), comments.c.received_at)


def reasons() -> sa.ScalarSelect[Any]:
    """Give what the policy last said of a comment as it is now."""
    judged = (
        sa.select(decisions.c.reasons)
        .where(
            decisions.c.comment == comments.c.key,
            decisions.c.revision == comments.c.revision,
            decisions.c.decided_by == POLICY,
        )
        .order_by(decisions.c.position.desc())
        .limit(1)
    )
    return judged.scalar_subquery()
