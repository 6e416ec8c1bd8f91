"""What became of a site's comments, whoever decided it: labels to learn from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from modsvc.core.decision import Action
from modsvc.core.review import RELEASE
from modsvc.store.decisions import IMPORT, POLICY, head
from modsvc.store.joins import TEXT
from modsvc.store.tables import comments, decisions, revisions, suggestions


@dataclass(frozen=True, slots=True)
class Label:
    """A text, our scores of it, and whether it was rejected: by the policy, or by somebody.

    `at` is when that was, or for what was brought along when the text was written.
    """

    body: str
    scores: Mapping[str, float]
    rejected: bool
    by_policy: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Extent:
    """How far a site's decisions go, and how many suggestions there are of it."""

    position: int
    suggestion: int

    def since(self, earlier: Extent) -> int:
        """Say how many have come since."""
        return self.position - earlier.position + self.suggestion - earlier.suggestion


def extent(db: Connection, site: str) -> Extent:
    """Say how far a site's labels go. Raises NotFound where there is no such site."""
    n_suggestions = db.execute(_COUNT, {"site": site}).scalar_one()
    return Extent(head(db, site).position, n_suggestions)


def of_site(db: Connection, site: str, limit: int) -> list[Label]:
    """Give what became of up to `limit` comments, the newest first.

    What a suggestion says of a comment that is here counts where it is the newer of the two.
    """
    wanted = {"site": site, "limit": limit}
    found: dict[str, Label] = {}
    for row in (*db.execute(_DECIDED, wanted), *db.execute(_IMPORTED, wanted)):
        at = (row.decided_by == IMPORT and row.created_at) or row.decided_at
        rejected, by_policy = (
            row.action == Action.REJECT.word,
            row.decided_by == POLICY or row.unread,
        )
        found[f"comment {row.id}"] = _label(row, rejected, by_policy, at)
    for row in db.execute(_SUGGESTED, wanted):
        name = f"comment {row.comment_id}" if row.comment_id else f"suggestion {row.id}"
        known = found.get(name)
        if known is None or known.at <= row.received_at:
            found[name] = _label(row, row.rejected, False, row.received_at)
    newest = sorted(found.values(), key=lambda label: label.at, reverse=True)
    return newest[:limit]


def _label(row: Any, rejected: bool, by_policy: bool, at: datetime) -> Label:
    return Label(row.body, orjson.loads(row.scores), rejected, by_policy, at)


_COUNT = (
    sa.select(sa.func.count())
    .select_from(suggestions)
    .where(suggestions.c.site == sa.bindparam("site"))
)
_OUTCOMES = (
    sa.select(
        comments.c.id,
        revisions.c.body,
        decisions.c.scores,
        decisions.c.action,
        decisions.c.decided_by,
        # Of what was released with others most was read by nobody.
        decisions.c.reasons.contains(f'"{RELEASE}"').label("unread"),
        decisions.c.decided_at,
        revisions.c.created_at,
    )
    .join_from(decisions, comments, decisions.c.comment == comments.c.key)
    .join(
        revisions,
        sa.and_(
            revisions.c.comment == comments.c.key, revisions.c.revision == decisions.c.revision
        ),
    )
    .where(
        decisions.c.site == sa.bindparam("site"),
        comments.c.position == decisions.c.position,
        decisions.c.action != Action.HOLD.word,
        decisions.c.scores != "{}",
    )
    .order_by(decisions.c.position.desc())
    .limit(sa.bindparam("limit"))
)
# Apart, since an archive that was brought along yesterday would leave no room for what is new.
_DECIDED = _OUTCOMES.where(decisions.c.decided_by != IMPORT)
_IMPORTED = _OUTCOMES.where(decisions.c.decided_by == IMPORT)
# The text and the scores are the comment's where the sender told only its id.
_OF_COMMENT = sa.and_(
    comments.c.site == suggestions.c.site, comments.c.id == suggestions.c.comment_id
)
_SUGGESTED = (
    sa.select(
        suggestions.c.id,
        suggestions.c.comment_id,
        suggestions.c.rejected,
        suggestions.c.received_at,
        sa.func.coalesce(suggestions.c.body, revisions.c.body).label("body"),
        sa.func.coalesce(suggestions.c.scores, decisions.c.scores).label("scores"),
    )
    .join(comments, _OF_COMMENT, isouter=True)
    .join(revisions, TEXT, isouter=True)
    .join(
        decisions,
        sa.and_(decisions.c.site == comments.c.site, decisions.c.position == comments.c.position),
        isouter=True,
    )
    .where(
        suggestions.c.site == sa.bindparam("site"),
        suggestions.c.rejected.is_not(None),
        sa.func.coalesce(suggestions.c.body, revisions.c.body).is_not(None),
        sa.func.coalesce(suggestions.c.scores, decisions.c.scores).is_not(None),
    )
    .order_by(suggestions.c.id.desc())
    .limit(sa.bindparam("limit"))
)
