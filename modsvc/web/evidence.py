"""Where words were found in a comment, as HTML: what was written, and what that was read as."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

from markupsafe import Markup

from modsvc.core.decision import Action, Reason
from modsvc.core.evidence import Place
from modsvc.core.personal import find_personal
from modsvc.core.signals import Signal, Span
from modsvc.services.try_words import Sighting
from modsvc.web.hidden import plain
from modsvc.web.marking import MAX_WORDS, excerpt, words_of
from modsvc.web.names import FOUND


def evidence(
    body: str,
    places: Iterable[Place],
    revealed: bool = False,
    hard: Sequence[Reason] = (),
) -> list[tuple[Markup, Markup | None]]:
    """Give what was written in some places, each once, and what it was read as if in disguise.

    Of personal data that is kept back neither is shown; what `hard` reasons are about is covered.
    """
    kept = () if revealed else tuple(find_personal(body))
    found: dict[Markup, Markup | None] = {}
    for place in places:
        hidden = any(start < place.end and place.start < end for _, start, end in kept)
        reads = plain(place.reads) if place.is_disguised and not hidden else None
        for written in words_of(body, _reason([place]), revealed, hard):
            found.setdefault(written, reads)
    return list(islice(found.items(), MAX_WORDS))


def glimpse(sighting: Sighting) -> Markup:
    """Show the part of a comment that begins a little before the first word that was found."""
    return excerpt(sighting.sent.body, [_reason(sighting.places)])


def _reason(places: Iterable[Place]) -> Reason:
    spans = tuple(Span(place.start, place.end) for place in places)
    return Reason(Signal(FOUND, spans=spans), Action.HOLD)
