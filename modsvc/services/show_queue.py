"""Show the queue: pages of open cases, what has become of those on a page, and what was done."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from modsvc.core.filters import Asked
from modsvc.core.policy import Queue
from modsvc.errors import NotFound
from modsvc.services.decide_cases import MOST_TOGETHER, Seen
from modsvc.services.policies import Policies
from modsvc.store import acts, cases, claims, decisions, handed, queue, queue_keys
from modsvc.store.acts import Act
from modsvc.store.db import Database
from modsvc.store.queue import Closing, Line, State
from modsvc.store.queue_keys import Count, Cursor
from modsvc.store.writer import Writer

# For as long as somebody has their eyes on a case; the page renews it meanwhile.
READING = timedelta(seconds=90)
# Of what is looked at every other second.
SHORT_WALK = 1_000
# What moderators have done is shown of this time, and the waits of so many cases.
LATELY = timedelta(hours=24)
MOST_WAITS = 2_000
# When a case was opened is told by the machine that screened it, whose clock may be a little slow.
SLACK = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the queue.

    `after` leads to the next page, and `further` on where the look ended early. `n_open` are the
    site's open cases, as far as the moderator may know of them, and `count` those that are asked
    for, where something is. `newest` and `at` are what to ask `live` with.
    """

    lines: list[Line]
    n_open: int
    count: Count | None
    after: Cursor | None
    further: Cursor | None
    newest: int
    at: datetime
    rules: Queue


@dataclass(frozen=True, slots=True)
class Live:
    """What is different from when a page was shown; `count` is None where it would cost much."""

    n_open: int
    count: Count | None
    n_new: int
    states: list[State]
    closings: dict[int, Closing] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cleared:
    """What moderators did lately: so many cases, which waited this long (the median), if any."""

    judged: int
    median_wait: timedelta | None


@dataclass(frozen=True, slots=True)
class Matching:
    """The cases that match, as they were counted; `n_changed` more are not as they were then."""

    seen: list[Seen]
    n_changed: int


class ShowQueue:
    """What lists of cases show, and the claims that come of looking at them."""

    def __init__(
        self, *, db: Database, writer: Writer, policies: Policies, now: Callable[[], datetime]
    ) -> None:
        self._db, self._writer, self._policies, self._now = db, writer, policies, now

    def page(self, site: str, asked: Asked, *, size: int, after: Cursor | None = None) -> Page:
        """Give a page of the open cases that are asked for."""
        counts = asked.filters.asks
        now = self._now()
        with self._db.read() as db:
            # Before the look: what comes in between is told as new, and not missed for good.
            newest = queue_keys.newest_id(db)
            # One look for both, where it is the first page.
            limit = queue_keys.COUNTED + 1 if counts and after is None else size + 1
            found = queue_keys.find(db, site, asked, limit=limit, now=now, after=after)
            keys = found.keys[:size]
            has_more = len(found.keys) > size
            count = None
            if counts and after is None:
                count = queue_keys.counted(found)
            elif counts:
                count = _cheap_count(db, site, asked, now)
            return Page(
                lines=queue.lines(db, site, [key.id for key in keys], self._db.now(db)),
                n_open=queue.count_open(db, site, asked.moderator),
                count=count,
                after=keys[-1].cursor if has_more else None,
                further=None if has_more else found.reached,
                newest=newest,
                at=now,
                rules=self._policies.of(site).policy.queue,
            )

    def live(
        self, site: str, asked: Asked, shown: Sequence[int], *, newest: int, since: datetime
    ) -> Live:
        """Say what has become of the cases a page shows, and how many have come since."""
        now = self._now()
        with self._db.read() as db:
            # Claims are between processes, so one clock decides.
            states = queue.states(db, site, shown, self._db.now(db), asked.moderator)
            gone = [state.id for state in states if not state.is_open]
            count = None
            if asked.filters.asks:
                count = _cheap_count(db, site, asked, now)
            return Live(
                n_open=queue.count_open(db, site, asked.moderator),
                count=count,
                n_new=queue_keys.count_new(
                    db, site, asked, newest=newest, since=since - SLACK, now=now
                ),
                states=states,
                closings=queue.closings(db, site, gone) if gone else {},
            )

    def as_of(self, site: str) -> int:
        """Say how far the site's log goes: what is counted after that has nothing older in it."""
        with self._db.read() as db:
            return decisions.head(db, site).position

    def matching(
        self, site: str, asked: Asked, *, newest: int, as_of: int, at: datetime
    ) -> Matching:
        """Give all the cases that are asked for, or as many as one act can have.

        Those opened after the case `newest` are left out, those that only match by the time that
        went by since they were counted `at` a moment, and those whose comment was edited or decided
        since the log went `as_of` then: nobody has seen them so.
        """
        with self._db.read() as db:
            found = queue_keys.find(
                db, site, asked, limit=queue_keys.COUNTED, now=min(at, self._now()), up_to=newest
            )
            keys = found.keys
            changed = queue.changed(db, [key.id for key in keys], as_of)
        seen = [Seen(key.id, key.revision) for key in keys if key.id not in changed]
        return Matching(seen[:MOST_TOGETHER], len(changed))

    def read(
        self,
        site: str,
        moderator: int,
        case_id: int,
        left: int | None = None,
        *,
        is_lead: bool = False,
    ) -> bool:
        """Note that a moderator reads a case, and has left another.

        It is False of what somebody else has, waits for somebody else, or is left to leads.

        Raises
        ------
        NotFound
            The site has no such case.
        """

        def write(db: Connection) -> bool:
            if left is not None and left != case_id:
                claims.release(db, left, moderator=moderator)
            case, now = cases.get(db, site, case_id, lock=True), self._db.now(db)
            seems = handed.as_seen_by(db, case, moderator)
            if not case.is_open or not seems.is_left_to(moderator, is_lead=is_lead):
                return False
            lease = READING
            if case.claimed_by == moderator and case.claimed_until is not None:
                # A longer claim, of the case's own page, is not shortened.
                lease = max(lease, case.claimed_until - now)
            return claims.claim(db, case, moderator=moderator, lease=lease, now=now)

        return self._writer.write(write, order=site)

    def cleared(self, site: str) -> Cleared:
        """Say what moderators did lately."""
        with self._db.read() as db:
            today = queue.today(db, site, self._now() - LATELY, most=MOST_WAITS)
        wait = timedelta(seconds=statistics.median(today.waits_s)) if today.waits_s else None
        return Cleared(today.judged, wait)

    def act(self, site: str, moderator: int, act_id: int) -> Act | None:
        """Give one thing that a moderator did; None where they did not."""
        with self._db.read() as db, suppress(NotFound):
            act = acts.get(db, site, act_id)
            return act if act.moderator == moderator else None
        return None


def _cheap_count(db: Connection, site: str, asked: Asked, now: datetime) -> Count | None:
    """Count what is asked for; None where a short look does not tell."""
    count = queue_keys.count(db, site, asked, now=now, walk=SHORT_WALK)
    return count if count.is_exact or count.n == queue_keys.COUNTED else None
