"""How much somebody has read in this session, and what of it was severe. For their eyes alone.

It is kept in the signed cookie of their own browser and nowhere else, and ends with the session.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import session
from flask_babel import gettext as _
from flask_babel import ngettext

from modsvc.core.severity import SPARED
from modsvc.web.preferences import preferences

KEY = "exposure"
# Cases that count once however often they are looked at.
REMEMBERED = 12


@dataclass(frozen=True, slots=True)
class Exposure:
    """How many cases were opened, how many were severe, and how many of those since a break."""

    opened: int = 0
    severe: int = 0
    since_break: int = 0
    last: tuple[tuple[int, bool], ...] = ()

    def wants_break(self, after: int) -> bool:
        """Tell whether a break is due, to who would have one after so many severe cases."""
        return 0 < after <= self.since_break


def current() -> Exposure:
    """Give what was read in this session."""
    kept = session.get(KEY)
    if not isinstance(kept, list):
        return Exposure()
    opened, severe, since_break, last = kept
    return Exposure(opened, severe, since_break, tuple((case, bool(was)) for case, was in last))


def note(case_id: int, *, is_severe: bool) -> Exposure:
    """Note that a case was opened, and give what was read by now."""
    was = current()
    if any(case == case_id for case, _ in was.last):
        return was
    last = (*was.last, (case_id, is_severe))[-REMEMBERED:]
    now = Exposure(was.opened + 1, was.severe + is_severe, was.since_break + is_severe, last)
    _keep(now)
    return now


def nudge() -> str | None:
    """Propose a break, if one is due for the visitor."""
    now = current()
    if not now.wants_break(preferences().break_after):
        return None
    since = ngettext(
        "%(num)s severe comment since the last break.",
        "%(num)s severe comments since the last break.",
        now.since_break,
    )
    return f"{since} {_('A few minutes away from them do good; nobody counts the time.')}"


def rest() -> None:
    """Begin to count towards the next break."""
    was = current()
    _keep(Exposure(was.opened, was.severe, 0, was.last))


def is_spared() -> bool:
    """Tell whether something milder should come next."""
    return since_severe() < SPARED


def since_severe() -> int:
    """Count what came since the last severe case, up to SPARED."""
    lately = [was_severe for _, was_severe in current().last[-SPARED:]]
    return lately[::-1].index(True) if True in lately else SPARED


def _keep(now: Exposure) -> None:
    last = [[case, int(was)] for case, was in now.last]
    session[KEY] = [now.opened, now.severe, now.since_break, last]
