"""Sum up a desk's hours: those that are past once and for good, so that its figures are at hand."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial
from math import ceil

import orjson
from sqlalchemy.engine import Connection

from modsvc.core.decision import Action
from modsvc.core.figures import HOUR, floor, steps
from modsvc.core.hours import Hour, read, write
from modsvc.store import figures, hours
from modsvc.store.db import Database
from modsvc.store.decisions import POLICY
from modsvc.store.figures import Taken
from modsvc.store.writer import Writer

# Of more than so many rows as many are looked at, spread evenly.
MOST = 20_000
# An hour is summed up so long after its end: whatever was begun in it is stored by then, or never.
SETTLED = timedelta(minutes=15)
# The longest span that is shown.
SUMMED = timedelta(days=31)
EVERY_S = 60.0
APPROVE = Action.APPROVE.word


class SumHours:
    """Sums up an hour that is past each time it is called, and rests when there is none left."""

    def __init__(self, *, db: Database, writer: Writer, now: Callable[[], datetime]) -> None:
        self._db, self._writer, self._now = db, writer, now
        self._rests_until = 0.0

    def __call__(self) -> bool:
        """Sum up an hour, the newest first, and say whether there may be more.

        Raises
        ------
        StoreError
            Nothing was kept.
        """
        if time.monotonic() < self._rests_until:
            return False
        if self.sum_one():
            return True
        self._writer.write(partial(hours.prune, before=self._now() - hours.KEPT))
        self._rests_until = time.monotonic() + EVERY_S
        return False

    def sum_one(self) -> bool:
        """Sum up an hour of some site, and tell whether there was one to be summed up."""
        end = floor(self._now() - SETTLED, HOUR)
        since = end - SUMMED
        with self._db.read() as db:
            for site in hours.of_sites(db):
                # Read before the hour's rows are: what is undone in between shows in the version.
                versions = hours.versions(db, site, since)
                done = {hour for hour, (_, is_true) in versions.items() if is_true}
                missing = _missing(db, site, since, end - HOUR, done)
                if missing:
                    hour = missing[-1]
                    sums = write(summed(db, site, hour, hour + HOUR)[hour])
                    break
            else:
                return False
        seen, _ = versions.get(hour, (0, False))
        self._writer.write(
            lambda db: hours.keep(db, site, hour, sums, seen=seen),
            order=site,
        )
        return True


def hours_of(db: Connection, site: str, since: datetime, now: datetime) -> dict[datetime, Hour]:
    """Give what happened in each hour since one, from what is kept, and counted where nothing is.

    Hours before a site's first decision are left out.
    """
    kept = hours.kept(db, site, since)
    found = {hour: read(orjson.loads(sums)) for hour, sums in kept.items()}
    for start, end in _stretches(_missing(db, site, since, floor(now, HOUR), found)):
        found |= summed(db, site, start, end)
    return found


def summed(db: Connection, site: str, since: datetime, until: datetime) -> dict[datetime, Hour]:
    """Count what happened in each hour of a stretch of time, from all there is."""
    found = {hour: Hour() for hour in steps(since, until - HOUR, HOUR)}
    for hour, n in figures.opened_by_hour(db, site, since, until).items():
        found[hour].opened = n
    n_closed = 0
    for hour, n in figures.closed_by_hour(db, site, since, until).items():
        found[hour].closed = n
        n_closed += n
    every = max(1, ceil(n_closed / MOST))
    waited = defaultdict(list)
    for each in figures.waited(db, site, since, until, every=every):
        waited[floor(each.closed_at, HOUR)].append(each)
    for hour, some in waited.items():
        found[hour].add_waits(
            (max(0.0, (each.closed_at - each.opened_at).total_seconds()) for each in some),
            sum(each.closed_at > each.due_at for each in some),
            each=every,
        )
    first, end = (figures.first_since(db, site, at) for at in (since, until))
    every = max(1, ceil((end - first) / MOST))
    for taken in figures.taken(db, site, first, end - 1, every=every):
        # Where times run backwards a little it is the place in the log that counts.
        at = min(max(floor(taken.decided_at, HOUR), since), until - HOUR)
        _count(found[at], taken, every)
    return found


def _count(hour: Hour, taken: Taken, times: int) -> None:
    is_policy = taken.decided_by == POLICY
    codes = [code for code, action in taken.reasons if action != APPROVE or not is_policy]
    by = taken.decided_by
    hour.tally.add(taken.action, by, codes, taken.scores, is_policy=is_policy, times=times)
    hour.looked_at += 1


def _missing(
    db: Connection, site: str, since: datetime, last: datetime, done: Iterable[datetime]
) -> list[datetime]:
    """Give the hours up to the last that are not done, from the site's first decision on."""
    begun = figures.begun(db, site)
    if begun is None:
        return []
    known = set(done)
    start = max(since, floor(begun, HOUR) - HOUR)
    return [hour for hour in steps(start, last, HOUR) if hour not in known]


def _stretches(all_: list[datetime]) -> Iterator[tuple[datetime, datetime]]:
    """Give where hours that follow each other begin and end."""
    start = None
    for n, hour in enumerate(all_):
        start = start or hour
        if n + 1 == len(all_) or all_[n + 1] != hour + HOUR:
            yield start, hour + HOUR
            start = None
