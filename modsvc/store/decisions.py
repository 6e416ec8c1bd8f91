"""The log of decisions: append-only, numbered per site, each hashed with the one before.

The numbers are the feed's cursor. They are taken under a lock on the site's row, in the decision's
own transaction, so nothing ever appears behind a number already seen: a plain sequence would lose
late commits on PostgreSQL. The hashes form a chain, so a row changed, cut or moved shows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from modsvc.core.decision import DIGITS, Action, Decision, Reason
from modsvc.core.facts import NO_FACTS, Facts
from modsvc.core.signals import Signal, Span
from modsvc.errors import NotFound
from modsvc.store.tables import comments, decisions, moderators, sites

POLICY = "policy"
MODERATOR = "moderator"
# What was decided in another system, which the site itself told: it is not told back.
IMPORT = "import"


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a site's log: the last position given, and that decision's hash."""

    position: int
    hash: str
    all_events: bool


@dataclass(frozen=True, slots=True)
class Subject:
    """Which text a decision is about; `body_digest` is salted, so it can be made to say nothing."""

    site: str
    comment_key: int
    comment_id: str
    revision: int
    body_digest: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """A decision as it stands in the log; `facts` is None where it was taken without any."""

    position: int
    comment_id: str
    revision: int
    action: Action
    reasons: tuple[Reason, ...]
    scores: Mapping[str, float]
    decided_by: str
    policy_version: str
    model_version: str | None
    decided_at: datetime
    facts: Facts | None = None

    def as_decision(self) -> Decision:
        """Give it as it was taken, for what weighs decisions."""
        return Decision(
            self.action,
            self.reasons,
            self.policy_version,
            scores=self.scores,
            model_version=self.model_version,
            facts=self.facts or NO_FACTS,
        )


def lock_head(db: Connection, site: str) -> Head:
    """Read the end of the site's log, and keep other writers from it until the commit.

    Raises
    ------
    NotFound
        There is no such site.
    """
    return _head(db, _LOCK_HEAD, site)


def head(db: Connection, site: str) -> Head:
    """Read the end of the site's log.

    Raises
    ------
    NotFound
        There is no such site.
    """
    return _head(db, _HEAD, site)


def append(
    db: Connection,
    head: Head,
    subject: Subject,
    decision: Decision,
    *,
    now: datetime,
    moderator: int | None = None,
    decided_by: str | None = None,
) -> Recorded:
    """Write the next decision of the log, and move its end.

    Parameters
    ----------
    head : Head
        From `lock_head`, in this same transaction.
    moderator : int or None
        Who decided; None where it was no moderator.
    decided_by : str or None
        IMPORT; left out, it is a moderator if one is named, and else the policy.
    """
    position = head.position + 1
    row: dict[str, Any] = {
        "site": subject.site,
        "position": position,
        "comment": subject.comment_key,
        "revision": subject.revision,
        "action": decision.action.word,
        "reasons": encode_reasons(decision.reasons),
        "scores": orjson.dumps({k: round(v, DIGITS) for k, v in decision.scores.items()}).decode(),
        "decided_by": decided_by or (POLICY if moderator is None else MODERATOR),
        "moderator": moderator,
        "policy_version": decision.policy_version,
        "model_version": decision.model_version,
        "decided_at": now,
        "body_digest": subject.body_digest,
        "facts": _encode_facts(decision.facts),
        "prev_hash": head.hash,
    }
    row["hash"] = chain_hash(row)
    db.execute(_APPEND, row)
    db.execute(_MOVE, {"site": subject.site, "new_position": position, "new_hash": row["hash"]})
    return recorded(row | {"comment_id": subject.comment_id})


def chain_hash(row: Mapping[str, Any]) -> str:
    """Hash a decision's row with the hash before it: SHA-256 over canonical JSON.

    Decisions without facts are hashed as they were before there were any.
    """
    facts = {name: row[name] for name in _HASHED}
    if row["facts"] is not None:
        facts["facts"] = row["facts"]
    facts["decided_at"] = row["decided_at"].astimezone(UTC).isoformat(timespec="microseconds")
    return hashlib.sha256(orjson.dumps(facts, option=orjson.OPT_SORT_KEYS)).hexdigest()


def at(db: Connection, site: str, position: int) -> Recorded:
    """Give the decision at a position."""
    row = db.execute(_ONE, {"site": site, "position": position}).mappings().one()
    return recorded(dict(row))


def of_comment(db: Connection, comment_key: int) -> list[Recorded]:
    """Give all decisions about a comment, oldest first."""
    return _all(db.execute(_OF_COMMENT, {"comment": comment_key}))


def was_printed(db: Connection, comment_key: int, about: Recorded) -> bool:
    """Tell whether a comment stood on the site, as it is, before a decision about it."""
    here = printed_before(*map(sa.literal, (comment_key, about.revision, about.position)))
    return bool(db.execute(sa.select(here)).scalar_one())


def printed_before(
    comment: sa.ColumnElement[int],
    revision: sa.ColumnElement[int],
    position: sa.ColumnElement[int],
) -> sa.ColumnElement[bool]:
    """Say whether a comment's revision had been approved before a place in the log."""
    return sa.exists().where(
        _before.c.comment == comment,
        _before.c.revision == revision,
        _before.c.position < position,
        _before.c.action == Action.APPROVE.word,
    )


def after(db: Connection, site: str, position: int, limit: int) -> list[Recorded]:
    """Give up to `limit` decisions that follow a position, in the order of the feed.

    What the site brought along is not among them.
    """
    return _all(db.execute(_FEED, {"site": site, "position": position, "limit": limit}))


def deciders(db: Connection, comment_key: int) -> dict[int, str]:
    """Give which moderator took each decision about a comment, by the decision's position."""
    rows = db.execute(
        sa.select(decisions.c.position, moderators.c.name)
        .join_from(decisions, moderators, decisions.c.moderator == moderators.c.id)
        .where(decisions.c.comment == comment_key)
    )
    return {row.position: row.name for row in rows}


def encode_reasons(reasons: Iterable[Reason]) -> str:
    """Write reasons as JSON: codes, actions, strengths and offsets, never words."""
    return orjson.dumps(
        [
            {
                "code": reason.signal.code,
                "action": reason.action.word,
                "strength": round(reason.signal.strength, DIGITS),
                "spans": [
                    (span.start, span.end, round(span.weight, DIGITS))
                    for span in reason.signal.spans
                ],
                "detail": dict(reason.signal.detail),
            }
            for reason in reasons
        ]
    ).decode()


def decode_reasons(text: str) -> tuple[Reason, ...]:
    """Read what `encode_reasons` wrote."""
    return tuple(
        Reason(
            Signal(
                item["code"],
                strength=item["strength"],
                spans=tuple(Span(*span) for span in item["spans"]),
                detail=item["detail"],
            ),
            Action[item["action"].upper()],
        )
        for item in orjson.loads(text)
    )


def rows_after(db: Connection, site: str, position: int, limit: int) -> list[Mapping[str, Any]]:
    """Give up to `limit` rows of the log that follow a position, as they were hashed."""
    wanted = {"site": site, "position": position, "limit": limit}
    return [dict(row) for row in db.execute(_AFTER, wanted).mappings()]


def _encode_facts(facts: Facts) -> str | None:
    kept = facts.kept()
    return orjson.dumps(kept).decode() if kept else None


def _head(db: Connection, statement: sa.Select[Any], site: str) -> Head:
    row = db.execute(statement, {"site": site}).first()
    if row is None:
        raise NotFound(f"there is no site {site!r}")
    return Head(row.position, row.head_hash, row.all_events)


def _all(rows: sa.CursorResult[Any]) -> list[Recorded]:
    return [recorded(dict(row)) for row in rows.mappings()]


def recorded(row: Any) -> Recorded:
    """Read a row of the log that has the comment's id beside it."""
    return Recorded(
        position=row["position"],
        comment_id=row["comment_id"],
        revision=row["revision"],
        action=Action[row["action"].upper()],
        reasons=decode_reasons(row["reasons"]),
        scores=orjson.loads(row["scores"]),
        decided_by=row["decided_by"],
        policy_version=row["policy_version"],
        model_version=row["model_version"],
        decided_at=row["decided_at"],
        facts=Facts.of_kept(orjson.loads(row["facts"])) if row["facts"] else None,
    )


_before = decisions.alias("before")
_HASHED = (
    "site",
    "position",
    "comment",
    "revision",
    "action",
    "reasons",
    "scores",
    "decided_by",
    "moderator",
    "policy_version",
    "model_version",
    "decided_at",
    "body_digest",
    "prev_hash",
)

# Built once: SQLAlchemy then finds their compiled form by identity.
_HEAD = sa.select(sites.c.position, sites.c.head_hash, sites.c.all_events).where(
    sites.c.id == sa.bindparam("site")
)
_LOCK_HEAD = _HEAD.with_for_update()
_MOVE = (
    sa.update(sites)
    .where(sites.c.id == sa.bindparam("site"))
    .values(position=sa.bindparam("new_position"), head_hash=sa.bindparam("new_hash"))
)
_APPEND = sa.insert(decisions)
_FULL = sa.select(decisions, comments.c.id.label("comment_id")).join_from(decisions, comments)
_ONE = _FULL.where(
    decisions.c.site == sa.bindparam("site"), decisions.c.position == sa.bindparam("position")
)
_OF_COMMENT = _FULL.where(decisions.c.comment == sa.bindparam("comment")).order_by(
    decisions.c.position
)
_AFTER = (
    _FULL.where(
        decisions.c.site == sa.bindparam("site"), decisions.c.position > sa.bindparam("position")
    )
    .order_by(decisions.c.position)
    .limit(sa.bindparam("limit"))
)
_FEED = _AFTER.where(decisions.c.decided_by != IMPORT)
