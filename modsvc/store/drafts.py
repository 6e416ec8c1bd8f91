"""What editors are writing, and what they asked to be replayed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from modsvc.core.sentence import Sentence
from modsvc.errors import NotFound
from modsvc.store.tables import moderators, policy_drafts, replays

WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"


# Of a site; older reports of replays are dropped.
REPLAYS_KEPT = 50
GIVEN_UP_AFTER = timedelta(hours=1)
NOT_WANTED = "You asked for another one before this was begun."
NEVER_ENDED = "It was begun again and again, and never came to its end."


@dataclass(frozen=True, slots=True)
class Draft:
    """A policy that is being written, and the version in force when that was begun.

    `begun_on` is None where the installation's policy was.
    """

    document: str
    begun_on: int | None
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Replaying:
    """A draft whose effect somebody wants to see; `report` is `core.replay.Report.told`'s."""

    id: int
    site: str
    document: str
    newest: int
    asked_by: str
    asked_at: datetime
    state: str
    n_done: int
    n_all: int
    report: dict[str, Any] | None
    problem: str | None


def draft(db: Connection, site: str, moderator: int) -> Draft | None:
    """Give what a moderator is writing for a site."""
    row = db.execute(
        sa.select(
            policy_drafts.c.document, policy_drafts.c.begun_on, policy_drafts.c.changed_at
        ).where(_of(site, moderator))
    ).first()
    return Draft(*row) if row else None


def keep(
    db: Connection, site: str, moderator: int, document: str, begun_on: int | None, now: datetime
) -> None:
    """Keep what a moderator is writing, in place of what they wrote before."""
    drop(db, site, moderator)
    row = {"site": site, "moderator": moderator, "document": document, "begun_on": begun_on}
    db.execute(sa.insert(policy_drafts).values({**row, "changed_at": now}))


def drop(db: Connection, site: str, moderator: int) -> None:
    """Forget what a moderator was writing."""
    db.execute(sa.delete(policy_drafts).where(_of(site, moderator)))


def ask(
    db: Connection, site: str, moderator: int, document: str, newest: int, now: datetime
) -> int:
    """Ask for a draft to be replayed on the newest comments of a site, and give the question's id.

    What the same moderator asked for before and nobody has begun is not wanted any more.
    """
    db.execute(
        sa.update(replays)
        .where(
            replays.c.site == site,
            replays.c.asked_by == moderator,
            replays.c.state == WAITING,
        )
        .values(state=FAILED, problem=NOT_WANTED)
    )
    oldest_kept = (
        sa.select(replays.c.id)
        .where(replays.c.site == site)
        .order_by(replays.c.id.desc())
        .offset(REPLAYS_KEPT - 1)
        .limit(1)
    )
    db.execute(
        sa.delete(replays).where(
            replays.c.site == site,
            replays.c.id < oldest_kept.scalar_subquery(),
            replays.c.state.in_((DONE, FAILED)),
        )
    )
    row = {
        "site": site,
        "document": document,
        "newest": newest,
        "asked_by": moderator,
        "asked_at": now,
        "state": WAITING,
    }
    new: int = db.execute(sa.insert(replays).values(row).returning(replays.c.id)).scalar_one()
    return new


def get(db: Connection, site: str, replay_id: int) -> Replaying:
    """Give what was asked to be replayed, and how far it is.

    Raises
    ------
    NotFound
        There is no such replay at the site.
    """
    row = db.execute(_REPLAYS.where(replays.c.site == site, replays.c.id == replay_id)).first()
    if row is None:
        raise NotFound(Sentence("there is no such replay"))
    return _replaying(row)


def newest(db: Connection, site: str, limit: int) -> list[Replaying]:
    """Give what was asked last at a site."""
    rows = db.execute(
        _REPLAYS.where(replays.c.site == site).order_by(replays.c.id.desc()).limit(limit)
    )
    return [_replaying(row) for row in rows]


def claim(db: Connection, now: datetime, lease: timedelta) -> Replaying | None:
    """Take up what has waited longest, or what somebody took up and let go; None if nothing is.

    What is let go for so long that it may be what ends the processes is not taken up again.
    """
    db.execute(
        sa.update(replays)
        .where(
            replays.c.state == RUNNING,
            replays.c.claimed_until <= now,
            replays.c.asked_at <= now - GIVEN_UP_AFTER,
        )
        .values(state=FAILED, problem=NEVER_ENDED)
    )
    free = sa.or_(
        replays.c.state == WAITING,
        sa.and_(replays.c.state == RUNNING, replays.c.claimed_until <= now),
    )
    oldest = (sa.select(replays.c.id).where(free).order_by(replays.c.id).limit(1)).with_for_update(
        skip_locked=True
    )
    taken = db.execute(
        sa.update(replays)
        .where(replays.c.id == oldest.scalar_subquery())
        .values(state=RUNNING, claimed_until=now + lease, n_done=0)
        .returning(replays.c.id)
    ).scalar_one_or_none()
    if taken is None:
        return None
    return _replaying(db.execute(_REPLAYS.where(replays.c.id == taken)).one())


def any_open(db: Connection) -> bool:
    """Tell whether anything waits, or is being replayed."""
    statement = sa.select(replays.c.id).where(replays.c.state.in_((WAITING, RUNNING))).limit(1)
    return db.execute(statement).first() is not None


def progress(db: Connection, replay_id: int, n_done: int, n_all: int, until: datetime) -> None:
    """Note how far a replay is, and keep it for longer."""
    _set(db, replay_id, n_done=n_done, n_all=n_all, claimed_until=until)


def finish(db: Connection, replay_id: int, report: dict[str, Any]) -> None:
    """Keep what a replay found."""
    _set(db, replay_id, state=DONE, report=orjson.dumps(report).decode(), claimed_until=None)


def fail(db: Connection, replay_id: int, problem: str) -> None:
    """Say why a replay could not be done."""
    _set(db, replay_id, state=FAILED, problem=problem, claimed_until=None)


def _set(db: Connection, replay_id: int, **values: Any) -> None:
    db.execute(sa.update(replays).where(replays.c.id == replay_id).values(**values))


def _of(site: str, moderator: int) -> sa.ColumnElement[bool]:
    return sa.and_(policy_drafts.c.site == site, policy_drafts.c.moderator == moderator)


def _replaying(row: Any) -> Replaying:
    told = [*row]
    told[-2] = orjson.loads(told[-2]) if told[-2] else None
    return Replaying(*told)


_REPLAYS = sa.select(
    replays.c.id,
    replays.c.site,
    replays.c.document,
    replays.c.newest,
    moderators.c.name,
    replays.c.asked_at,
    replays.c.state,
    replays.c.n_done,
    replays.c.n_all,
    replays.c.report,
    replays.c.problem,
).join(moderators, moderators.c.id == replays.c.asked_by)
