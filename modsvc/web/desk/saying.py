"""How the desk's pages say numbers: shares, stretches of time, codes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from babel.dates import format_skeleton
from babel.numbers import format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext, lazy_pgettext, ngettext

from modsvc.core.rates import Rate
from modsvc.core.review import APPROVAL, REJECTIONS, RELEASE, UNDONE
from modsvc.web.language import spoken
from modsvc.web.policy import naming
from modsvc.web.wording import counted

# What became of many comments, by the word of the action.
ACTIONS = {
    "approve": lazy_pgettext("comments", "Approved"),
    "hold": lazy_pgettext("comments", "Held"),
    "reject": lazy_pgettext("comments", "Rejected"),
}
# What else is a decision's reason, as a heading of a row says it.
REASONS = {
    APPROVAL: ACTIONS["approve"],
    RELEASE: lazy_gettext("Released with others"),
    UNDONE: lazy_gettext("Taken back"),
    "imported.approved": lazy_gettext("Approved elsewhere"),
    "imported.held": lazy_gettext("Held elsewhere"),
    "imported.rejected": lazy_gettext("Rejected elsewhere"),
    "imported.spam": lazy_gettext("Spam elsewhere"),
}
MINUTE, HOUR, DAY = 60, 3_600, 86_400
LEFT_TO_RIGHT = "\u200e"


def percent(share: float | None) -> str:
    """Say a share of a hundred, as exactly as its size deserves."""
    if share is None:
        return "–"
    hundredths = share * 100
    digits = 0 if hundredths >= 10 or hundredths == 0 else 1 if hundredths >= 0.995 else 2
    return _("%(number)s %%", number=_decimal(hundredths, f"0.{'0' * digits}" if digits else "0"))


def rule(share: float) -> str:
    """Say a share that somebody chose, as they chose it."""
    return _("%(number)s %%", number=_decimal(share * 100, "0.####"))


def between(rate: Rate) -> str:
    """Say between what the true rate lies."""
    if not rate.of:
        return "–"
    return _("%(low)s to %(high)s", low=percent(rate.low), high=percent(rate.high))


def kappa(value: float) -> str:
    """Write how far two agree, or an end of the interval that it is in."""
    text = _decimal(value, "0.00")
    # From right to left a minus would go to the number's other side.
    return f"{LEFT_TO_RIGHT}{text}" if value < 0 else text


def wait(span: timedelta | None) -> str:
    """Say how long something waited, in its two greatest units at most."""
    if span is None:
        return "–"
    seconds = round(span.total_seconds())
    if seconds < MINUTE:
        return _("%(n)s s", n=seconds)
    if seconds < HOUR:
        return _("%(n)s min", n=round(seconds / MINUTE))
    if seconds < DAY:
        hours, rest = divmod(round(seconds / MINUTE), 60)
        if rest and hours < 10:
            return _("%(hours)s h %(minutes)s min", hours=hours, minutes=rest)
        return _("%(n)s h", n=hours)
    days, rest = divmod(round(seconds / HOUR), 24)
    if rest:
        return ngettext("%(num)s d %(hours)s h", "%(num)s d %(hours)s h", days, hours=rest)
    return ngettext("%(num)s d", "%(num)s d", days)


def count(number: int) -> str:
    """Write a whole number."""
    return counted(number)


def average(number: float) -> str:
    """Write an average number of things."""
    return _decimal(number, "#,##0" if number >= 10 or number == int(number) else "0.0")


def point(at: datetime, *, with_day: bool) -> str:
    """Say a time for an axis or a row, in UTC."""
    at = at.astimezone(UTC)
    day, time = format_skeleton("MMMd", at, locale=spoken().locale), f"{at:%H:%M}"
    return day if with_day and not at.hour else _("%(day)s, %(time)s", day=day, time=time)


def reason(code: str) -> str:
    """Give the plain name of a code, a rule's or a moderator's."""
    if code in REJECTIONS:
        return _(REJECTIONS[code])
    return str(REASONS[code]) if code in REASONS else naming.name_of(code)


def _decimal(number: float, pattern: str) -> str:
    return format_decimal(number, pattern, locale=spoken().locale)
