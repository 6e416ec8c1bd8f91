"""The desk's pictures: what each shows, what it tells in a sentence, and its numbers as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log10

from flask_babel import gettext as _
from flask_babel import ngettext, pgettext

from modsvc.core.figures import BINS
from modsvc.core.policy import Band
from modsvc.core.rates import Rate
from modsvc.services.read_figures import Dashboard, Errors
from modsvc.web.charts import HEIGHT, WIDTH, Plot, Series, bars, evenly, lines, nice
from modsvc.web.desk.saying import ACTIONS, average, between, count, percent, point, wait
from modsvc.web.policy import naming

HOURS = ("0:00", "6:00", "12:00", "18:00", "24:00")
UNITS = (timedelta(days=1), timedelta(hours=1), timedelta(minutes=1))


def depth(told: Dashboard) -> Plot:
    """Draw how long the queue was."""
    points = told.depths
    most = max(each.n_open for each in points)
    top = nice(most)
    daily = points[-1].until - told.since > timedelta(days=2)
    longest = next(each for each in points if each.n_open == most)
    at_most = ngettext(
        "At most %(n)s case was open, at %(when)s.",
        "At most %(n)s cases were open, at %(when)s.",
        most,
        n=count(most),
        when=point(longest.until, with_day=daily),
    )
    left = points[-1].n_open
    now = ngettext("Now %(n)s is open.", "Now %(n)s are open.", left, n=count(left))
    return Plot(
        "depth",
        _("The queue's length"),
        " ".join((at_most, now)),
        (Series(_("open cases"), "one", lines([each.n_open for each in points], top)),),
        ngettext("%(n)s case", "%(n)s cases", int(top), n=count(int(top))),
        evenly([point(each.until, with_day=daily) for each in points]),
        (_("Until"), _("Are open"), _("Came"), _("Went")),
        tuple(
            (
                point(each.until, with_day=False),
                *map(count, (each.n_open, each.opened, each.closed)),
            )
            for each in points
        ),
    )


def waits(told: Dashboard) -> Plot:
    """Draw how long held comments waited for a decision."""
    points = told.waits
    longest = max((each.most for each in points if each.most), default=timedelta(0))
    size = next((each for each in UNITS if longest >= each), UNITS[-1])
    top = nice(longest / size)
    daily = points[-1].until - told.since > timedelta(days=2)
    halves = [each.middle / size if each.middle is not None else None for each in points]
    nines = [each.most / size if each.most is not None else None for each in points]
    all_ = told.all_waits
    return Plot(
        "waits",
        _("How long comments waited"),
        _(
            "Half waited %(half)s at most, and nine of ten %(most)s.",
            half=wait(all_.middle),
            most=wait(all_.most),
        )
        if all_.n
        else _("No held comment was decided in this time."),
        (
            Series(_("half waited at most"), "one", lines(halves, top)),
            Series(_("nine of ten waited at most"), "two", lines(nines, top)),
        ),
        wait(top * size),
        evenly([point(each.until, with_day=daily) for each in points]),
        (_("Until"), _("Were closed"), _("Half"), _("Nine of ten"), _("Were late")),
        tuple(
            (
                point(each.until, with_day=False),
                count(each.n),
                wait(each.middle),
                wait(each.most),
                percent(each.late / each.n if each.n else None),
            )
            for each in points
        ),
    )


def workload(told: Dashboard) -> Plot:
    """Draw how many cases come and go in each hour of the day."""
    top = nice(max(*told.came, *told.went))
    busiest = max(range(24), key=lambda hour: told.came[hour])
    start, end = (f"{hour}:00" for hour in (busiest, busiest + 1))
    return Plot(
        "workload",
        _("By the hour of the day"),
        _(
            "Most come between %(start)s and %(end)s UTC: %(average)s a day.",
            start=start,
            end=end,
            average=average(told.came[busiest]),
        ),
        tuple(
            Series(name, style, bars=tuple(bars(values, top, nth=nth, of=2, gap=5)))
            for nth, (name, style, values) in enumerate(
                (
                    (_("come into the queue"), "two", told.came),
                    (_("are closed"), "one", told.went),
                )
            )
        ),
        _("%(average)s a day", average=average(top)),
        HOURS,
        (_("Hour"), _("Come"), _("Are closed")),
        tuple(
            (f"{hour}:00", average(told.came[hour]), average(told.went[hour])) for hour in range(24)
        ),
    )


@dataclass(frozen=True, slots=True)
class Histogram:
    """How often each score was given: a plot, and the places of its label's bands from the left."""

    plot: Plot
    hold: float | None
    reject: float | None


def histograms(scores: Mapping[str, Sequence[int]], bands: Mapping[str, Band]) -> list[Histogram]:
    """Draw the scores of each label, by the logarithm of how often they were given."""
    labels = [label for label in naming.LABEL_NAMES if label in scores]
    return [_histogram(label, scores[label], bands) for label in labels]


def _histogram(label: str, bins: Sequence[int], bands: Mapping[str, Band]) -> Histogram:
    # One alone has a bar too, and a thousand times as many one that is not the only one seen.
    heights = [log10(number) + 0.3 if number else 0.0 for number in bins]
    top = max(*heights, 1.0)
    n, band = sum(bins), bands.get(label, Band())
    low = sum(bins[: BINS // 10])
    edges = [f"{n / BINS:.2f}" for n in range(BINS + 1)]
    plot = Plot(
        f"scores-{label}",
        naming.name_of(label),
        _(
            "%(low)s of %(all)s scores are below 0.10; %(high)s are 0.50 or more.",
            low=percent(low / n if n else None),
            all=count(n),
            high=count(sum(bins[BINS // 2 :])),
        ),
        (Series(_("scores"), "one", bars=tuple(bars(heights, top, gap=3))),),
        count(max(bins)),
        ("0", "0.25", "0.5", "0.75", "1"),
        (_("Score"), _("Comments")),
        tuple(
            (_("%(low)s to %(high)s", low=edges[n], high=edges[n + 1]), count(number))
            for n, number in enumerate(bins)
            if number
        ),
    )
    return Histogram(
        plot,
        *(edge * WIDTH if edge is not None else None for edge in (band.hold, band.reject)),
    )


@dataclass(frozen=True, slots=True)
class Whisker:
    """A rate with its interval, as it stands in a picture: from the left, and three heights."""

    x: float
    at: float
    low: float
    high: float


def whiskers(rates: Sequence[Rate], top: float) -> list[Whisker]:
    """Draw rates with their intervals; what nobody counted is left out."""
    room = WIDTH / max(1, len(rates))

    def height(share: float) -> float:
        return round(HEIGHT - min(1.0, share / top) * HEIGHT, 1)

    return [
        Whisker(round((n + 0.5) * room, 1), height(rate.share), height(rate.low), height(rate.high))
        for n, rate in enumerate(rates)
        if rate.share is not None
    ]


def errors(
    id_: str, title: str, periods: Sequence[tuple[datetime, Rate]], head: str
) -> tuple[Plot, list[Whisker]]:
    """Draw how a rate went from period to period."""
    rates = [rate for _, rate in periods]
    top = nice(max((rate.high for rate in rates if rate.of >= 10), default=1.0))
    of, found = sum(rate.of for rate in rates), sum(rate.count for rate in rates)
    all_ = Rate(found, of)
    plot = Plot(
        id_,
        title,
        _(
            "%(share)s of %(of)s looked at, in all: with 95 %% confidence %(between)s of all.",
            share=percent(all_.share),
            of=count(of),
            between=between(all_),
        ),
        (),
        percent(min(1.0, top)),
        evenly([point(at, with_day=True) for at, _ in periods], at_most=6),
        (
            pgettext("a time", "From"),
            head,
            pgettext("how many", "Looked at"),
            _("Share"),
            _("95 %% interval") % {},  # In templates every text is a pattern.
        ),
        tuple(
            (
                point(at, with_day=True),
                count(rate.count),
                count(rate.of),
                percent(rate.share),
                between(rate),
            )
            for at, rate in periods
        ),
    )
    return plot, whiskers(rates, min(1.0, top))


def both(periods: Sequence[tuple[datetime, Errors]]) -> list[tuple[Plot, list[Whisker]]]:
    """Draw how often the policy's approvals and rejections were found wrong."""
    return [
        errors(
            "approved-errors",
            _("Approved, and a moderator would have rejected"),
            [(at, each.approved) for at, each in periods],
            str(ACTIONS["reject"]),
        ),
        errors(
            "rejected-errors",
            _("Rejected, and a moderator would have approved"),
            [(at, each.rejected) for at, each in periods],
            str(ACTIONS["approve"]),
        ),
    ]
