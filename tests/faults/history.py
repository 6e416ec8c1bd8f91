"""What clients saw, and whether the store agrees: a small history and its checker.

The client's side is a history of attempts in the manner of Jepsen's set checker: an acknowledged
comment must be there, a refused one must not, and one whose answer was cut may be either.
https://github.com/jepsen-io/jepsen/blob/main/jepsen/src/jepsen/checker.clj
"""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from modsvc.store.comments import digest
from modsvc.store.decisions import chain_hash
from modsvc.store.tables import cases, comments, decisions, revisions, sites


class Fate(Enum):
    """What an attempt came to, as its client knows."""

    ACKNOWLEDGED = "acknowledged"
    REFUSED = "refused"
    # A 503. The database may have died on us in the very moment of the commit: nobody can tell.
    UNAVAILABLE = "unavailable"
    UNKNOWN = "unknown"


@dataclass
class History:
    """Every comment that clients sent, each to be sent with one body only."""

    bodies: dict[str, str] = field(default_factory=dict)
    actions: dict[str, str] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)
    counts: Counter[Fate] = field(default_factory=Counter)
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def sent(self, comment_id: str, body: str) -> None:
        """Note what is about to be sent."""
        with self._changed:
            assert self.bodies.setdefault(comment_id, body) == body

    def answered(self, comment_id: str, fate: Fate, action: str | None = None) -> None:
        """Note what an attempt came to; `action` is what the site was asked to do."""
        with self._changed:
            self.counts[fate] += 1
            if fate in (Fate.UNKNOWN, Fate.UNAVAILABLE):
                self.unknown.add(comment_id)
            elif fate is Fate.ACKNOWLEDGED:
                assert action is not None
                self.actions[comment_id] = action
            self._changed.notify_all()

    def wait_for(self, fate: Fate, more: int, *, within_s: float) -> None:
        """Wait until `more` further attempts have come to this."""
        with self._changed:
            aim = self.counts[fate] + more
            arrived = self._changed.wait_for(lambda: self.counts[fate] >= aim, within_s)
            assert arrived, f"no {more} more {fate.value} within {within_s} s: {self.counts}"


def problems(history: History, db: Connection, site: str) -> dict[str, set[str]]:
    """Say what is wrong with the store; empty when nothing is.

    Returns
    -------
    dict
        Comments that were `lost`, `changed`, `doubled` or are there though nobody sent them or
        they were refused (`phantom`); and what `log` and queue (`cases`) get wrong.
    """
    stored = list(db.execute(_STORED.where(comments.c.site == site)))
    log = list(
        db.execute(
            sa.select(decisions).where(decisions.c.site == site).order_by(decisions.c.position)
        ).mappings()
    )
    of_comment: defaultdict[int, list[sa.RowMapping]] = defaultdict(list)
    for decision in log:
        of_comment[decision["comment"]].append(decision)
    found = {
        "lost": set(_lost(history, stored, of_comment)),
        "changed": set(_changed(history, stored, of_comment)),
        "doubled": set(_doubled(stored, of_comment)),
        "phantom": {row.id for row in stored} - history.actions.keys() - history.unknown,
        "log": set(_log(log, db, site)),
        "cases": set(_cases(stored, of_comment, db, site)),
    }
    return {kind: which for kind, which in found.items() if which}


_STORED = sa.select(
    comments.c.key, comments.c.id, comments.c.position, revisions.c.body, revisions.c.salt
).join_from(
    comments,
    revisions,
    sa.and_(revisions.c.comment == comments.c.key, revisions.c.revision == comments.c.revision),
    isouter=True,
)
Stored = Sequence[Any]  # Rows of _STORED.
OfComment = Mapping[int, list[sa.RowMapping]]


def _lost(history: History, stored: Stored, of_comment: OfComment) -> Iterator[str]:
    kept = {
        row.id: decision["action"]
        for row in stored
        for decision in of_comment.get(row.key, [])
        if decision["position"] == row.position
    }
    for comment_id, action in history.actions.items():
        if kept.get(comment_id) != action:
            yield comment_id


def _changed(history: History, stored: Stored, of_comment: OfComment) -> Iterator[str]:
    for row in stored:
        digests = {decision["body_digest"] for decision in of_comment.get(row.key, [])}
        body = history.bodies.get(row.id)
        if row.body != body or digests - {digest(row.salt, row.body)}:
            yield row.id


def _doubled(stored: Stored, of_comment: OfComment) -> Iterator[str]:
    for comment_id, times in Counter(row.id for row in stored).items():
        if times > 1:
            yield comment_id
    for row in stored:
        if len(of_comment.get(row.key, [])) > 1:
            yield row.id


def _log(log: Sequence[sa.RowMapping], db: Connection, site: str) -> Iterator[str]:
    before = ""
    for expected, decision in enumerate(log, 1):
        if decision["position"] != expected:
            yield f"position {decision['position']} stands at {expected}"
            break
        if decision["prev_hash"] != before or decision["hash"] != chain_hash(dict(decision)):
            yield f"the chain breaks at {expected}"
            break
        before = decision["hash"]
    head = db.execute(
        sa.select(sites.c.position, sites.c.head_hash).where(sites.c.id == site)
    ).one()
    if (head.position, head.head_hash) != (len(log), log[-1]["hash"] if log else ""):
        yield f"the head says {head.position}, the log holds {len(log)}"


def _cases(stored: Stored, of_comment: OfComment, db: Connection, site: str) -> Iterator[str]:
    opened = Counter(
        db.execute(
            sa.select(cases.c.comment).where(cases.c.site == site, cases.c.closed_at.is_(None))
        ).scalars()
    )
    for row in stored:
        history = of_comment.get(row.key, [])
        held = bool(history) and history[-1]["action"] == "hold"
        if opened.pop(row.key, 0) != held:
            yield row.id
    yield from (f"a case of the unknown comment {key}" for key in opened)
