"""How the desk's pages say numbers: shares, stretches of time, codes."""

from __future__ import annotations

from datetime import datetime, timedelta

from modsvc.core.rates import Rate
from modsvc.core.review import APPROVAL, REJECTIONS, RELEASE, UNDONE
from modsvc.web.policy import naming

# A moderator's reasons, as a heading of a row says them.
REASONS = {
    **REJECTIONS,
    APPROVAL: "Approved",
    RELEASE: "Released with others",
    UNDONE: "Taken back",
    "imported.approved": "Approved elsewhere",
    "imported.held": "Held elsewhere",
    "imported.rejected": "Rejected elsewhere",
    "imported.spam": "Spam elsewhere",
}
MINUTE, HOUR, DAY = 60, 3_600, 86_400


def percent(share: float | None) -> str:
    """Say a share of a hundred, as exactly as its size deserves."""
    if share is None:
        return "–"
    hundredths = share * 100
    digits = 0 if hundredths >= 10 or hundredths == 0 else 1 if hundredths >= 0.995 else 2
    return f"{hundredths:.{digits}f} %"


def between(rate: Rate) -> str:
    """Say between what the true rate lies."""
    return f"{percent(rate.low)} to {percent(rate.high)}" if rate.of else "–"


def wait(span: timedelta | None) -> str:
    """Say how long something waited, in its two greatest units at most."""
    if span is None:
        return "–"
    seconds = round(span.total_seconds())
    if seconds < MINUTE:
        return f"{seconds} s"
    if seconds < HOUR:
        return f"{round(seconds / MINUTE)} min"
    if seconds < DAY:
        hours, rest = divmod(round(seconds / MINUTE), 60)
        return f"{hours} h {rest} min" if rest and hours < 10 else f"{hours} h"
    days, rest = divmod(round(seconds / HOUR), 24)
    return f"{days} d {rest} h" if rest else f"{days} d"


def count(number: int) -> str:
    """Write a whole number."""
    return f"{number:,}"


def average(number: float) -> str:
    """Write an average number of things."""
    return f"{number:,.0f}" if number >= 10 or number == int(number) else f"{number:.1f}"


def point(at: datetime, *, with_day: bool) -> str:
    """Say a time for an axis or a row, in UTC."""
    return f"{at.day} {at:%b}" if with_day and not at.hour else f"{at.day} {at:%b, %H:%M}"


def reason(code: str) -> str:
    """Give the plain name of a code, a rule's or a moderator's."""
    return REASONS.get(code) or naming.name_of(code)
