"""The time of day where somebody is: which zones can be chosen, and in which a page is written."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from babel.dates import get_timezone_location
from flask import g, has_request_context

from modsvc.core.preferences import UTC_ZONE
from modsvc.web.language import spoken

# Names that stand beside the places': for old systems, or of no place.
NO_PLACES = ("Etc/", "SystemV/", "US/", "posix/", "right/")


@cache
def zones() -> tuple[str, ...]:
    """Give the zones that one can choose: UTC, and those that this machine knows of places."""
    places = (name for name in available_timezones() if "/" in name)
    return (UTC_ZONE, *sorted(name for name in places if not name.startswith(NO_PLACES)))


def named(chosen: str) -> dict[str, str]:
    """Give what the zones are called, each once, in the order of that; what was chosen is there."""
    names = dict(_names(spoken().locale))
    if chosen in zones() and chosen not in names:
        same = next(name for name, of in _by_name(spoken().locale).items() if chosen in of)
        names = {chosen if said == same else each: said for each, said in names.items()}
    return names


def zone() -> tzinfo:
    """Give the zone of whoever is shown a page; UTC where they chose none, or nobody is known."""
    if not has_request_context() or "visitor" not in g:
        return UTC
    return _zone(g.visitor.preferences.zone)


def name_of(then: datetime) -> str:
    """Name the zone that a moment is told in, by how far from UTC it is: "UTC+5:30"."""
    minutes = (then.utcoffset() or timedelta(0)) // timedelta(minutes=1)
    if not minutes:
        return UTC_ZONE
    hours, rest = divmod(abs(minutes), 60)
    return f"{UTC_ZONE}{'+' if minutes > 0 else '−'}{hours}{f':{rest:02}' if rest else ''}"


@cache
def _zone(name: str) -> tzinfo:
    if name == UTC_ZONE:
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # Chosen on a machine that knew it.
        return UTC


@cache
def _by_name(locale: str) -> dict[str, list[str]]:
    """Give zones by what they are called; several names of the database may be of one place."""
    found = defaultdict[str, list[str]](list)
    for each in zones()[1:]:
        found[get_timezone_location(each, locale=locale)].append(each)
    return {UTC_ZONE: [UTC_ZONE], **dict(sorted(found.items()))}


@cache
def _names(locale: str) -> dict[str, str]:
    return {of[0]: name for name, of in _by_name(locale).items()}
