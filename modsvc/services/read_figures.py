"""Read a desk's figures: how its queue goes, how often its policy errs, how far people agree."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from modsvc.core.agreement import Agreement, agreement
from modsvc.core.decision import Action
from modsvc.core.figures import (
    SPANS,
    Depth,
    Tally,
    Waits,
    by_hour_of_day,
    depths,
    floor,
    steps,
)
from modsvc.core.hours import total, waits, waits_by_step
from modsvc.core.rates import Rate
from modsvc.core.review import SAMPLE, SECOND
from modsvc.services.keeping import Keeping
from modsvc.services.sum_hours import hours_of
from modsvc.store import decisions, figures, quality
from modsvc.store.db import Database
from modsvc.store.figures import Waiting
from modsvc.store.quality import Differing, Outcome, Said

# What is shown is as old as this at most.
KEPT = timedelta(seconds=30)
# Of more than so many of a kind as many are looked at, spread over all or the newest.
MOST = 20_000
MOST_DIFFERING = 50
# How far back it is looked for how often the policy errs, and in what steps that is shown.
QUALITY_SPANS = {
    "30d": (timedelta(days=30), timedelta(days=5)),
    "90d": (timedelta(days=90), timedelta(days=15)),
    "365d": (timedelta(days=360), timedelta(days=60)),
}
SUMMARY = timedelta(days=30)
# A rule's or a reason's own rate is told from so many on.
ENOUGH = 20
APPROVE, REJECT = Action.APPROVE.word, Action.REJECT.word


@dataclass(frozen=True, slots=True)
class Errors:
    """How often the policy's own decisions were found wrong, of those another looked at.

    approved : of what it approved, what a moderator would have rejected
    rejected : of what it rejected, what a moderator would have approved
    """

    approved: Rate
    rejected: Rate


@dataclass(frozen=True, slots=True)
class Dashboard:
    """What the dashboard shows, as of `at` and since `since`.

    all_waits : of all held cases that were closed
    came, went : how many cases a day are opened and closed in each hour of it
    tally : of the decisions, `decided` in all, or of the `looked_at` where there are very many
    errors : of the last 30 days, whatever the span
    """

    at: datetime
    since: datetime
    waiting: Waiting
    depths: list[Depth]
    waits: list[Waits]
    all_waits: Waits
    came: list[float]
    went: list[float]
    tally: Tally
    looked_at: int
    decided: int
    errors: Errors


@dataclass(frozen=True, slots=True)
class Quality:
    """What the page of quality shows, as of `at` and since `since`.

    pairs : by whom the two decisions were, whatever the order, where there are enough
    periods : errors by step of time, each from its moment on
    by_code : of what was rejected for a code, what a moderator would have approved
    holds : of what was held, what moderators approved; and the same by code
    unsaid : samples that still wait for a moderator
    """

    at: datetime
    since: datetime
    agreement: Agreement
    table: Counter[tuple[str, str]]
    pairs: list[tuple[tuple[str, str], Agreement]]
    differing: list[Differing]
    errors: Errors
    periods: list[tuple[datetime, Errors]]
    by_code: list[tuple[str, Rate]]
    holds: Rate
    holds_by_code: list[tuple[str, Rate]]
    unsaid: int


class ReadFigures:
    """Gives figures of a site that are at most KEPT old. Threads may share it."""

    def __init__(self, *, db: Database, now: Callable[[], datetime]) -> None:
        self._db, self._now = db, now
        self._dashboards = Keeping[Dashboard](lasts=KEPT, now=now)
        self._qualities = Keeping[Quality](lasts=KEPT, now=now)

    def dashboard(self, site: str, span: str) -> Dashboard:
        """Give the figures of one of SPANS."""
        return self._dashboards.get((site, span), lambda: self._dashboard(site, span))

    def quality(self, site: str, span: str) -> Quality:
        """Give the figures of one of QUALITY_SPANS."""
        return self._qualities.get((site, span), lambda: self._quality(site, span))

    def _dashboard(self, site: str, span: str) -> Dashboard:
        now, chosen = self._now(), SPANS[span]
        since = chosen.since(now)
        with self._db.read() as db:
            waiting = figures.waiting(db, site, now)
            told = hours_of(db, site, since, now)
            decided = decisions.head(db, site).position + 1 - figures.first_since(db, site, since)
            said = quality.counted(db, site, SAMPLE, now - SUMMARY, most=MOST)
        opened, closed = (
            {at: n for at, hour in told.items() if (n := getattr(hour, what))}
            for what in ("opened", "closed")
        )
        return Dashboard(
            at=now,
            since=since,
            waiting=waiting,
            depths=depths(
                opened, closed, n_open=waiting.n_open, since=since, now=now, step=chosen.depth
            ),
            waits=waits_by_step(told, since=since, now=now, step=chosen.waits),
            all_waits=waits(now, told.values()),
            came=by_hour_of_day(opened, since=since, now=now),
            went=by_hour_of_day(closed, since=since, now=now),
            tally=total(told.values()),
            looked_at=sum(hour.looked_at for hour in told.values()),
            decided=decided,
            errors=_rates(said),
        )

    def _quality(self, site: str, span: str) -> Quality:
        now, (length, step) = self._now(), QUALITY_SPANS[span]
        since = floor(now, timedelta(days=1)) + timedelta(days=1) - length
        with self._db.read() as db:
            seconds = quality.said(db, site, SECOND, since, most=MOST)
            samples = quality.said(db, site, SAMPLE, since, most=MOST)
            outcomes = quality.outcomes(db, site, since, most=MOST)
            unsaid = quality.unsaid(db, site, SAMPLE, most=MOST)
            differing = quality.differing(db, site, since, most=MOST_DIFFERING)
            pairs = _pairs(db, seconds)
        table = Counter((each.about_action, each.action) for each in seconds)
        rejected = [each for each in samples if each.about_action == REJECT]
        return Quality(
            at=now,
            since=since,
            agreement=agreement(table),
            table=table,
            pairs=pairs,
            differing=differing,
            errors=_errors(samples),
            periods=_by_period(samples, since, now, step),
            by_code=_by_code(rejected),
            holds=_rate(outcomes),
            holds_by_code=_by_code(outcomes),
            unsaid=unsaid,
        )


def _errors(samples: Iterable[Said]) -> Errors:
    return _rates(Counter((each.about_action, each.action) for each in samples))


def _rates(said: Counter[tuple[str, str]]) -> Errors:
    return Errors(
        Rate(said[APPROVE, REJECT], said[APPROVE, APPROVE] + said[APPROVE, REJECT]),
        Rate(said[REJECT, APPROVE], said[REJECT, APPROVE] + said[REJECT, REJECT]),
    )


def _by_period(
    samples: Sequence[Said], since: datetime, now: datetime, step: timedelta
) -> list[tuple[datetime, Errors]]:
    by_step = defaultdict(list)
    for each in samples:
        by_step[since + (each.given_at - since) // step * step].append(each)
    return [(start, _errors(by_step[start])) for start in steps(since, now, step)]


def _rate(all_: Sequence[Said | Outcome]) -> Rate:
    return Rate(sum(each.action == APPROVE for each in all_), len(all_))


def _by_code(all_: Iterable[Said | Outcome]) -> list[tuple[str, Rate]]:
    by_code = defaultdict[str, list[Said | Outcome]](list)
    for each in all_:
        for code in set(each.codes):
            by_code[code].append(each)
    found = [(code, _rate(some)) for code, some in by_code.items()]
    return sorted(found, key=lambda each: (-each[1].of, each[0]))


def _pairs(db: Connection, seconds: Iterable[Said]) -> list[tuple[tuple[str, str], Agreement]]:
    """Tell how far each two agreed, in the order of their names: who is first is no merit."""
    tables = defaultdict[tuple[int, int], Counter[tuple[str, str]]](Counter)
    for each in seconds:
        if each.first is None:
            continue
        if each.first < each.second:
            tables[each.first, each.second][each.about_action, each.action] += 1
        else:
            tables[each.second, each.first][each.action, each.about_action] += 1
    told = {pair: agreement(table) for pair, table in tables.items()}
    enough = {pair: found for pair, found in told.items() if found.is_enough}
    names = quality.names(db, {who for pair in enough for who in pair})
    named = [(_named(pair, names), found) for pair, found in enough.items()]
    return sorted(named, key=lambda each: each[0])


def _named(pair: tuple[int, int], names: dict[int, str]) -> tuple[str, str]:
    one, other = sorted(names.get(who, "?") for who in pair)
    return one, other
