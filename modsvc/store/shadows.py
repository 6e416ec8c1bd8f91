"""What a policy that only looks on would have decided, where that is something else."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from modsvc.core.decision import Action, Decision, Reason
from modsvc.store.decisions import POLICY, decode_reasons, encode_reasons
from modsvc.store.tables import comments, decisions, shadow_decisions


@dataclass(frozen=True, slots=True)
class Difference:
    """A decision that a shadow policy would have taken instead."""

    position: int
    comment_id: str
    action: Action
    instead_of: Action
    reasons: tuple[Reason, ...]


def note(
    db: Connection, site: str, position: int, decision: Decision, number: int, other: Decision
) -> None:
    """Note what the shadow of that number decides, if it is not what was decided."""
    if other.action is decision.action:
        return
    row = {
        "site": site,
        "number": number,
        "position": position,
        "action": other.action.word,
        "instead_of": decision.action.word,
        "reasons": encode_reasons(other.reasons),
    }
    db.execute(_NOTE, row)


def counts(db: Connection, site: str, number: int) -> dict[tuple[Action, Action], int]:
    """Count a shadow's differences: by what was decided, and what it would have been."""
    rows = db.execute(_COUNTS, {"site": site, "number": number})
    return {(Action[before.upper()], Action[after.upper()]): count for before, after, count in rows}


def judged(db: Connection, site: str, after: int) -> int:
    """Count the policy's decisions that a shadow has looked on, since a position of the log."""
    return int(db.execute(_JUDGED, {"site": site, "after": after}).scalar_one())


def newest(db: Connection, site: str, number: int, limit: int) -> list[Difference]:
    """Give a shadow's newest differences."""
    rows = db.execute(_NEWEST, {"site": site, "number": number, "limit": limit})
    return [
        Difference(
            row.position,
            row.id,
            Action[row.action.upper()],
            Action[row.instead_of.upper()],
            decode_reasons(row.reasons),
        )
        for row in rows
    ]


_NOTE = sa.insert(shadow_decisions)
_OF = sa.and_(
    shadow_decisions.c.site == sa.bindparam("site"),
    shadow_decisions.c.number == sa.bindparam("number"),
)
_COUNTS = (
    sa.select(shadow_decisions.c.instead_of, shadow_decisions.c.action, sa.func.count())
    .where(_OF)
    .group_by(shadow_decisions.c.instead_of, shadow_decisions.c.action)
)
# A text is judged by it once, when it comes; what is held later by the same policy is not.
_JUDGED = sa.select(sa.func.count()).select_from(
    sa.select(decisions.c.comment)
    .where(
        decisions.c.site == sa.bindparam("site"),
        decisions.c.position > sa.bindparam("after"),
        decisions.c.decided_by == POLICY,
    )
    .group_by(decisions.c.comment, decisions.c.revision)
    .subquery()
)
_NEWEST = (
    sa.select(
        shadow_decisions.c.position,
        comments.c.id,
        shadow_decisions.c.action,
        shadow_decisions.c.instead_of,
        shadow_decisions.c.reasons,
    )
    .join_from(
        shadow_decisions,
        decisions,
        sa.and_(
            decisions.c.site == shadow_decisions.c.site,
            decisions.c.position == shadow_decisions.c.position,
        ),
    )
    .join(comments, comments.c.key == decisions.c.comment)
    .where(_OF)
    .order_by(shadow_decisions.c.position.desc())
    .limit(sa.bindparam("limit"))
)
