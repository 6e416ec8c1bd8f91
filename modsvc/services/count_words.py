"""Count in how many comments each entry of a site's word list was found."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from modsvc.core.decision import Decision
from modsvc.services.tally import Tally
from modsvc.store import words
from modsvc.store.writer import Writer

# While the database cannot be written, no more than this is held for it.
MAX_GATHERED = 50_000
# A site, an entry of its list, and a day.
Hit = tuple[str, int, date]


class CountWords:
    """Counts gather here, and `keep`, a job for `Background`, stores them."""

    def __init__(self, *, writer: Writer, now: Callable[[], datetime]) -> None:
        self._now = now
        self._tally = Tally[Hit](writer=writer, store=words.add_hits, most=MAX_GATHERED)
        self.keep = self._tally.keep

    def __call__(self, site: str, decision: Decision) -> None:
        """Count what a decision on a comment says was found in it."""
        found = {
            int(entry)
            for reason in decision.reasons
            for entry in _entries(reason.signal.detail.get("entries"))
        }
        today = self._now().date()
        self._tally.add((site, entry, today) for entry in sorted(found))


def _entries(told: object) -> list[int]:
    return told if isinstance(told, list) else []
