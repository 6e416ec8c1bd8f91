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
from modsvc.store.decisions import POLICY, head
from modsvc.store.tables import comments, decisions, revisions, suggestions


@dataclass(frozen=True, slots=True)
class Label:
    """A text, our scores of it, and whether the site rejected it; `by_person`: or its policy."""

    body: str
    scores: Mapping[str, float]
    rejected: bool
    by_person: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Extent:
    """How far a site's decisions and suggestions go: the last of each."""

    position: int
    suggestion: int

    def since(self, earlier: Extent) -> int:
        """Say how many have come since."""
        return self.position - earlier.position + self.suggestion - earlier.suggestion


def extent(db: Connection, site: str) -> Extent:
    """Say how far a site's labels go. Raises NotFound where there is no such site."""
    newest = db.execute(_NEWEST, {"site": site}).scalar_one_or_none()
    return Extent(head(db, site).position, newest or 0)


def of_site(db: Connection, site: str, limit: int) -> list[Label]:
    """Give what became of up to `limit` comments, the newest first.

    What a suggestion says of a comment that is here counts where it is the newer of the two.
    """
    wanted = {"site": site, "limit": limit}
    found: dict[str, Label] = {}
    for row in db.execute(_DECIDED, wanted):
        rejected, by_person = row.action == Action.REJECT.word, row.decided_by != POLICY
        found[f"comment {row.id}"] = _label(row, rejected, by_person, row.decided_at)
    for row in db.execute(_SUGGESTED, wanted):
        name = f"comment {row.comment_id}" if row.comment_id else f"suggestion {row.id}"
        known = found.get(name)
        if known is None or known.at <= row.received_at:
            found[name] = _label(row, row.rejected, True, row.received_at)
    newest = sorted(found.values(), key=lambda label: label.at, reverse=True)
    return newest[:limit]


def _label(row: Any, rejected: bool, by_person: bool, at: datetime) -> Label:
    return Label(row.body, orjson.loads(row.scores), rejected, by_person, at)


_NEWEST = (
    sa.select(suggestions.c.id)
    .where(suggestions.c.site == sa.bindparam("site"))
    .order_by(suggestions.c.id.desc())
    .limit(1)
)
_DECIDED = (
    sa.select(
        comments.c.id,
        revisions.c.body,
        decisions.c.scores,
        decisions.c.action,
        decisions.c.decided_by,
        decisions.c.decided_at,
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
    .join(
        revisions,
        sa.and_(revisions.c.comment == comments.c.key, revisions.c.revision == comments.c.revision),
        isouter=True,
    )
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
