"""The moderators' pages: each figure beside what it should be.

In a browser: from key to next case, a decision's way to the server and back, the first load.
Without one: pages of the queue by their filters at 10,000 and at 1,000,000 cases, the dashboard,
and twenty moderators who decide at once while comments come in; at the end every decision must be
there once.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median

import sqlalchemy as sa

from benchmarks import desk_seed
from benchmarks.client import read_lines
from benchmarks.desk_browser import CHROMIUM, Desk, Keyed, browsing
from benchmarks.desk_people import Visitor, Worked, enter, work
from benchmarks.harness import Ratio, Report, percentile
from benchmarks.serve import ask, comments_of, write_bodies
from benchmarks.servers import Running, serving
from benchmarks.texts import LINKS
from modsvc.store.tables import cases, comments, decisions
from modsvc.store.tables import sites as sites_table

FEW, MANY = 10_000, 1_000_000
MODERATORS = 20
COMMENTS_A_SECOND = 20.0
# Between what somebody reads and their decision, on the mean: nobody keeps that up.
PAUSE_S = 1.0
SETTLED_WITHIN_S = 300
COLUMNS = ["ms, or as said", "n", "p50", "p95", "p99", "should be", "and is"]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# What the address of a queue may ask for: common and rare, and what nothing fits.
ASKED = {
    "common reason": "reason=author.new",
    "rare reason": "reason=text.zalgo",
    "score": "label=toxicity&from=0.3&to=0.4",
    "any score": "label=toxicity&from=0&to=1",
    "common word": "text=council",
    "rare word": "text=no777",
    "phrase": "text=%22bridge+money%22+-river",
    "language": "language=he",
    "article": "article=a-7",
    "author": "author=u-7",
    "long held": "held=over-1h",
    "just held": "held=under-15m",
    "mine": "whose=mine",
    "late": "late=1",
    "worst, by word": "order=worst&text=council",
    "newest, by reason": "order=newest&reason=shouting",
    "nothing fits": "language=ar&reason=text.zalgo&label=threat&from=0.9",
}


@dataclass
class Figures:
    """What is reported: rows, and the ratios of those that have a figure to reach."""

    report: Report

    def add(
        self, name: str, rounds: list[list[float]], *, most: float | None = None, at: float = 0.95
    ) -> None:
        """Add what was measured, in rounds; a share `at` of it should be `most` or less."""
        every = [value for each in rounds for value in each]
        held = "-"
        if most is not None:
            got = [percentile(each, at) for each in rounds]
            held = "met" if median(got) <= most else "missed"
            self.report.ratios.append(
                Ratio(f"{most:.0f} to {name}", [most / max(g, 0.1) for g in got])
            )
        target = "-" if most is None else f"p{at * 100:g} {most:g}"
        shares = (percentile(every, share) for share in (0.5, 0.95, 0.99))
        self.report.add(name, len(every), *shares, target, held)


def run(*, quick: bool) -> Report:
    """Measure all there is to measure here."""
    report = Report("desk", COLUMNS)
    figures = Figures(report)
    with tempfile.TemporaryDirectory(prefix="modsvc-bench-") as name:
        folder = Path(name)
        with seeded(folder, FEW, report, f"sqlite:///{folder}/few.db") as service:
            if CHROMIUM:
                in_browser(figures, service, quick=quick)
            else:
                report.notes.append(
                    "no Chromium (apt-get install chromium): no figures of a browser"
                )
            pages(figures, service, f"{FEW:,}", quick=quick)
            at_once(figures, service, folder, f"{FEW:,}", seconds=8 if quick else 20)
        if quick:
            report.notes.append(f"{MANY:,} cases are left out")
            return report
        with seeded(folder, MANY, report, f"sqlite:///{folder}/many.db") as service:
            pages(figures, service, f"{MANY:,}", quick=quick)
            at_once(figures, service, folder, f"{MANY:,}", seconds=20)
    return report


@contextmanager
def seeded(folder: Path, n: int, report: Report, url: str) -> Iterator[Running]:
    """Run a service that has so many open cases."""
    start = time.perf_counter()
    desk_seed.seed(url, n)
    report.notes.append(
        f"{n:,} cases in {url.partition(':')[0]}: made in {time.perf_counter() - start:.0f} s"
    )
    with serving(folder, "modsvc", url=url) as service:
        start, before = time.perf_counter(), service.cpu_s()
        _settle(service)
        report.notes.append(
            f"{n:,} cases: hours past were summed up for {service.cpu_s() - before:.0f} s of "
            f"processor in the first {time.perf_counter() - start:.0f} s, before anything was timed"
        )
        yield service


def _settle(service: Running) -> None:
    """Wait until a service has done what it does but once: the hours before its first start."""
    until = time.monotonic() + SETTLED_WITHIN_S
    quiet = 0
    while quiet < 3 and time.monotonic() < until:
        before = service.cpu_s()
        time.sleep(1)
        quiet = quiet + 1 if service.cpu_s() - before < 0.05 else 0


def in_browser(figures: Figures, service: Running, *, quick: bool) -> None:
    """Measure what a person at the page waits for."""
    link = desk_seed.link(service.database.url.render_as_string(), "Dana")
    base = f"http://127.0.0.1:{service.port}"
    n, rounds = (60, 1) if quick else (200, 3)
    with browsing(base, link) as desk:
        desk.decide(5)  # Warm up.
        _keys(figures, [desk.decide(n) for _ in range(rounds)], "")
        _keys(figures, [desk.decide(n, slower=4)], ", processor 4x slower")
        _loads(figures, desk, n=3 if quick else 9)
        shown = desk.open_context(5 if quick else 25)
        figures.add("key to context beside the comment", [shown], most=150)
        figures.add("key to case page painted", [desk.open_case(5 if quick else 20)], most=150)
        told = [desk.told_after(lambda: _send(service)) for _ in range(3 if quick else 8)]
        figures.add("comment held to count shown", [told], most=2_000, at=1)


def _keys(figures: Figures, keyed: list[Keyed], how: str) -> None:
    figures.add(f"key to next case painted{how}", [each.painted for each in keyed], most=50)
    figures.add(f"INP of decisions{how}", [each.interactions for each in keyed], most=50)
    figures.add(f"decision answered{how}", [k.answered for k in keyed], most=150, at=0.99)
    figures.add(f"key to decision confirmed{how}", [k.confirmed for k in keyed], most=150, at=0.99)
    figures.add(f"of which before it is sent{how}", [each.before_sent for each in keyed])


def _loads(figures: Figures, desk: Desk, n: int) -> None:
    first = desk.load()
    figures.add("first load, kB", [[first.n_bytes / 1e3]], most=100)
    figures.add("LCP", [[desk.load().painted for _ in range(n)]])
    slow = [desk.load(slower=4).painted for _ in range(n)]
    figures.add("LCP, processor 4x slower", [slow], most=500, at=0.5)
    on_phone = desk.load(slow_net=True)
    figures.add("slow 3G, first queue, kB", [[on_phone.n_bytes / 1e3]], most=100)
    figures.add("slow 3G, LCP", [[on_phone.painted]])


def _send(service: Running) -> float:
    """Send a comment that is held; give the moment at which it was stored."""
    chance = Random(time.time_ns())  # noqa: S311  Each comment is another.
    time.sleep(chance.random() * 2)  # At any moment between two looks of the page.
    n = chance.getrandbits(30)
    whose = {"article": {"id": "a-1"}, "author": {"id": f"u-{n}"}}
    body = {"id": f"n-{n}", "body": f"Look here: {LINKS}", **whose}
    if ask(service, body)["action"] != "hold":
        raise AssertionError("the comment was not held")
    return time.time()


def pages(figures: Figures, service: Running, some: str, *, quick: bool) -> None:
    """Ask for pages of the queue, by each filter, and for the pages that look at all of it."""
    visitor = enter(service, f"Ben of {some}")
    times = 20 if quick else 100
    asks(visitor, "/queue", 3)
    figures.add(f"queue page, {some}", [asks(visitor, "/queue", times)], most=100, at=0.99)
    middle = datetime.now(UTC) - timedelta(days=5)
    deep = f"/queue?after={(middle - EPOCH) // timedelta(microseconds=1)}-1"
    figures.add(f"page half-way down, {some}", [asks(visitor, deep, times)], most=100, at=0.99)
    by_filter = {
        name: asks(visitor, f"/queue?{query}", 5 if quick else 20) for name, query in ASKED.items()
    }
    slowest = sorted(by_filter, key=lambda name: -median(by_filter[name]))
    worst = by_filter[slowest[0]]
    figures.add(f"page by the worst filter, {some}", [worst], most=100, at=0.99)
    told = ", ".join(f"{name} {median(by_filter[name]):.0f}" for name in slowest[:4])
    figures.report.notes.append(f"{some}: the slowest filters, p50 in ms: {told}")
    figures.add(f"dashboard, {some}", [asks(visitor, "/dashboard", 3 if quick else 10)])
    figures.add(f"search, {some}", [asks(visitor, "/search?text=council", 5 if quick else 20)])


def asks(visitor: Visitor, path: str, times: int) -> list[float]:
    """Ask for a page several times; give the ms of each."""
    return [visitor.get(path)[0] * 1e3 for _ in range(times)]


def at_once(figures: Figures, service: Running, folder: Path, some: str, *, seconds: float) -> None:
    """Let twenty moderators decide while comments come, at a pace and as fast as it goes."""
    bodies = folder / "bodies.jsonl"
    lines = read_lines(bodies if bodies.exists() else write_bodies(bodies))
    coming = (comments_of(service), lines, COMMENTS_A_SECOND)
    crew = [enter(service, f"moderator {n} of {some}") for n in range(MODERATORS)]
    before = counts(service)
    alone = work([], coming, f"alone-{some}", seconds=seconds / 2, pause_s=0)
    paced = work(crew, coming, f"paced-{some}", seconds=seconds, pause_s=PAUSE_S)
    flat = work(crew, coming, f"flat-{some}", seconds=seconds, pause_s=0)
    check(before, counts(service), [alone, paced, flat])
    for worked, how in ((paced, "at once"), (flat, "flat out")):
        named = f"{MODERATORS} {how}, {some}"
        most = 150 if worked is paced else None
        for name in ("claim", "decide", "decide and claim the next", "case page"):
            figures.add(f"{name}, {named}", [worked.times[name]], most=most, at=0.99)
        posted = worked.comments.times_ms if worked.comments else []
        figures.add(f"POST /v1/comments, {named}", [posted])
        per_second = len(worked.decided) / worked.seconds
        figures.report.notes.append(
            f"{named}: {per_second:.1f} decisions/s, {worked.refused} refused since somebody else "
            f"was first; comments came {COMMENTS_A_SECOND:.0f} a second"
        )
    if alone.comments:
        figures.add(f"POST /v1/comments, alone, {some}", [alone.comments.times_ms])


def counts(service: Running) -> dict[str, int]:
    """Count what must come out right."""
    by_moderators = sa.select(sa.func.count()).where(decisions.c.decided_by == "moderator")
    asked = {
        "decided": by_moderators,
        "closed": sa.select(sa.func.count()).where(cases.c.closed_at.is_not(None)),
        "open": sa.select(sa.func.count()).where(cases.c.closed_at.is_(None)),
        "counted": sa.select(sites_table.c.open_cases),
        "comments": sa.select(sa.func.count()).select_from(comments),
    }
    with service.database.read() as db:
        return {name: db.execute(ask).scalar_one() for name, ask in asked.items()}


def check(before: dict[str, int], after: dict[str, int], works: list[Worked]) -> None:
    """See that each decision that was acknowledged was taken, and once; and each comment stored."""
    decided = [case for worked in works for case in worked.decided]
    sent = sum(len(worked.comments.times_ms) for worked in works if worked.comments)
    errors = sum(worked.comments.errors for worked in works if worked.comments)
    failed = [worked.failed for worked in works if worked.failed]
    grown = {name: after[name] - before[name] for name in before}
    if errors or failed:
        raise AssertionError(f"{errors} comments were answered with an error, and {failed}")
    if len(set(decided)) != len(decided):
        raise AssertionError(f"{len(decided) - len(set(decided))} cases were decided twice")
    if not grown["decided"] == grown["closed"] == len(decided):
        raise AssertionError(f"{len(decided)} decisions were acknowledged, and there are {grown}")
    if grown["comments"] != sent or after["open"] != after["counted"]:
        raise AssertionError(f"{sent} comments were acknowledged, and there are {grown}, {after}")
