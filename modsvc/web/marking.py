"""A reader's text as HTML, with the words that caused its reasons marked.

Personal data is kept back unless it is `revealed`: of what is kept back nothing is in the HTML but
its kind, neither a character nor how many there are.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from markupsafe import Markup

from modsvc.core.decision import Reason
from modsvc.core.evidence import Place
from modsvc.core.personal import Personal, find_personal
from modsvc.core.signals import Signal
from modsvc.web import personal
from modsvc.web.hidden import plain
from modsvc.web.masks import Under, masked
from modsvc.web.names import signal_name

EXCERPT_CHARS = 240
# How much an excerpt shows before the first marked word.
BEFORE_CHARS = 80
# How much is shown of a text of which only the beginning is needed.
LEAD_CHARS = 400
# A stretch that weighs this much is what its reason mostly rests on.
HEAVY = 0.5
MAX_WORDS = 8


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch under the same reasons throughout; `codes` is empty where there is none.

    `kept` is the kind of personal data where it is some. Such a piece is never cut, and is under
    all reasons that touch it. `parts` are what it shows where that was asked for.
    """

    start: int
    end: int
    codes: tuple[str, ...] = ()
    weight: float = 0.0
    kept: str | None = None
    parts: tuple[Piece, ...] = ()

    @property
    def shown(self) -> int:
        """How many characters it counts for on a page."""
        return personal.CHARS if self.kept else self.end - self.start


def pieces(size: int, reasons: Sequence[Reason]) -> list[Piece]:
    """Cut a body of `size` code points where a reason's span begins or ends.

    So each piece of an overlap shows all its reasons, and spans that touch under the same reasons
    are one piece. What reaches past the body is cut. One sweep: strangers choose how many spans
    there are.
    """
    changes: dict[int, Counter[tuple[int, float]]] = defaultdict(Counter)
    for order, reason in enumerate(reasons):
        for span in reason.signal.spans:
            start, end = max(0, span.start), min(size, span.end)
            if start < end:
                changes[start][order, span.weight] += 1
                changes[end][order, span.weight] -= 1
    active: Counter[tuple[int, float]] = Counter()
    found: list[Piece] = []
    for start, end in pairwise(sorted({0, size, *changes})):
        for key, by in changes.get(start, Counter()).items():
            active[key] += by
            if not active[key]:
                del active[key]
        codes = tuple(
            reasons[order].signal.code for order in sorted({order for order, _ in active})
        )
        weight = max((weight for _, weight in active), default=0.0)
        if found and found[-1].codes == codes:
            last = found.pop()
            found.append(Piece(last.start, end, codes, max(last.weight, weight)))
        else:
            found.append(Piece(start, end, codes, weight))
    return found


def covered(found: list[Piece], kept: Sequence[Personal], *, revealed: bool = False) -> list[Piece]:
    """Make a piece of each stretch of personal data; they come in order and do not overlap."""
    if not kept:
        return found
    whole: list[Piece] = []
    at = 0
    for kind, start, end in kept:
        whole += part(found, at, start)
        inside = part(found, start, end)
        codes = dict.fromkeys(code for piece in inside for code in piece.codes)
        weight = max(piece.weight for piece in inside)
        parts = tuple(inside) if revealed else ()
        whole.append(Piece(start, end, tuple(codes), weight, kind, parts))
        at = end
    return whole + part(found, at, found[-1].end)


def part(found: list[Piece], start: int, end: int) -> list[Piece]:
    """Give the pieces from `start` to `end`, cut there; `found` covers a whole body."""
    first = max(bisect_right(found, start, key=lambda piece: piece.start) - 1, 0)
    behind = bisect_left(found, end, key=lambda piece: piece.start)
    return [
        piece
        if piece.kept
        else replace(piece, start=max(piece.start, start), end=min(piece.end, end))
        for piece in found[first:behind]
        if piece.end > start and start < end
    ]


def marked(
    body: str,
    reasons: Iterable[Reason],
    revealed: bool = False,
    masks: Collection[str] = (),
    under: Under = Under.BOX,
) -> Markup:
    """Show a body with its reasons marked, and what these codes mark covered."""
    return _html(body, _cut(body, reasons, revealed=revealed), masks, under)


def redacted(text: str, revealed: bool = False) -> Markup:
    """Show a text that no reasons are about."""
    return marked(text, (), revealed)


def beginning(
    text: str,
    revealed: bool = False,
    reasons: Iterable[Reason] = (),
    masks: Collection[str] = (),
) -> Markup:
    """Show the beginning of a text, cut between words."""
    found = _cut(text, reasons, revealed=revealed)
    if _shown(found) <= LEAD_CHARS:
        return _html(text, found, masks, Under.WORD)
    *most, last = _window(found, 0, LEAD_CHARS)
    if not last.kept:
        cut = text[last.start : last.end]
        cut = (cut.rpartition(" ")[0] or cut).rstrip(" .,:;")
        last = replace(last, end=last.start + len(cut))
    return _html(text, [*most, last], masks, Under.WORD) + "…"


def excerpt(
    body: str, reasons: Iterable[Reason], masks: Collection[str] = (), first: str = ""
) -> Markup:
    """Show the part of a body that begins a little before its first marked word.

    Where a code is named as `first`, it is the first word that this one marks.
    What these codes mark is not in it: it may be part of a link, and lists are not asked for more.
    """
    found = _cut(body, reasons)
    size, start = _shown(found), 0
    if size > EXCERPT_CHARS:
        told = [(n, piece.codes) for n, piece in enumerate(found) if piece.codes]
        at = next((n for n, codes in told if not first or first in codes), 0)
        start = max(0, _shown(found[:at]) - BEFORE_CHARS)
    end = start + EXCERPT_CHARS
    before, after = "…" if start else "", "…" if end < size else ""
    shown = _html(body, _window(found, start, end), masks, Under.NOTHING)
    return Markup("{}{}{}").format(before, shown, after)


def words_of(
    body: str, reason: Reason, revealed: bool = False, hard: Iterable[Reason] = ()
) -> list[Markup]:
    """Give the marked words of one reason, each once, in their order, and not very many.

    What `hard` reasons are about too is covered.
    """
    return [*weights_of(body, reason, revealed, hard)]


def weights_of(
    body: str, reason: Reason, revealed: bool = False, hard: Iterable[Reason] = ()
) -> dict[Markup, float]:
    """Give the marked words of one reason as `words_of` does, each with what it weighs at most."""
    kept = () if revealed else find_personal(body)
    # As one, so that what several of them are about has one cover.
    spans = tuple(span for each in hard for span in each.signal.spans)
    found = covered(pieces(len(body), [replace(reason, signal=Signal("", spans=spans))]), kept)
    weights: dict[Markup, float] = {}
    for span in reason.signal.spans:
        pieces_ = part(found, max(0, span.start), span.end)
        text = Markup().join(_bare(body, piece) for piece in pieces_).strip()
        if text and (text in weights or len(weights) < MAX_WORDS):
            weights[text] = max(span.weight, weights.get(text, 0.0))
    return weights


def touches(places: Iterable[Place], hard: Iterable[Reason]) -> bool:
    """Tell whether some place is also what a hard reason is about."""
    spans = [span for reason in hard for span in reason.signal.spans]
    return any(span.start < at.end and at.start < span.end for at in places for span in spans)


def _bare(body: str, piece: Piece) -> Markup:
    """Show a piece without its marks: itself, its cover, or what stands in its place."""
    if piece.kept:
        return personal.stand_in(piece.kept)
    shown = plain(body[piece.start : piece.end])
    return masked(shown, Under.WORD) if piece.codes else shown


def _cut(body: str, reasons: Iterable[Reason], *, revealed: bool = False) -> list[Piece]:
    return covered(pieces(len(body), list(reasons)), find_personal(body), revealed=revealed)


def _shown(found: Iterable[Piece]) -> int:
    return sum(piece.shown for piece in found)


def _window(found: Iterable[Piece], start: int, end: int) -> Iterator[Piece]:
    """Give the pieces from `start` to `end`, both counted in characters that are shown.

    Counted in the body's, where a text is cut would tell how long what is kept back is.
    """
    at = 0
    for piece in found:
        first, last = max(0, start - at), min(piece.shown, end - at)
        at += piece.shown
        if first < last:
            yield (
                piece
                if piece.kept
                else replace(piece, start=piece.start + first, end=piece.start + last)
            )


def _html(
    body: str,
    found: Iterable[Piece],
    masks: Collection[str] = (),
    under: Under = Under.BOX,
) -> Markup:
    return Markup().join(_piece(body, piece, masks, under) for piece in found)


def _piece(body: str, piece: Piece, masks: Collection[str], under: Under) -> Markup:
    if piece.parts:
        return personal.told(_html(body, piece.parts, masks, under))
    shown = personal.stand_in(piece.kept) if piece.kept else plain(body[piece.start : piece.end])
    if not piece.codes:
        return shown
    if not piece.kept and any(code in masks for code in piece.codes):
        shown = masked(shown, under)
    title = ", ".join(map(signal_name, piece.codes))
    heavy = Markup(' class="heavy"') if piece.weight >= HEAVY else ""
    return Markup('<mark{} title="{}">{}</mark>').format(heavy, title, shown)
