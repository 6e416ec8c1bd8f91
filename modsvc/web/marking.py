"""A comment's body as HTML, with the words that caused its reasons marked."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from markupsafe import Markup

from modsvc.core.decision import Reason
from modsvc.web.hidden import plain

EXCERPT_CHARS = 240
# How much an excerpt shows before the first marked word.
BEFORE_CHARS = 80
# A stretch that weighs this much is what its reason mostly rests on.
HEAVY = 0.5
MAX_WORDS = 8


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch under the same reasons throughout; `codes` is empty where there is none."""

    start: int
    end: int
    codes: tuple[str, ...] = ()
    weight: float = 0.0


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


def marked(body: str, reasons: Iterable[Reason], start: int = 0, end: int | None = None) -> Markup:
    """Show a body, or the part from `start` to `end`, with its reasons marked."""
    end = len(body) if end is None else end
    return Markup().join(
        _html(body[max(piece.start, start) : min(piece.end, end)], piece)
        for piece in pieces(len(body), list(reasons))
        if piece.end > start and piece.start < end
    )


def excerpt(body: str, reasons: Iterable[Reason]) -> Markup:
    """Show the part of a body that begins a little before its first marked word."""
    reasons = list(reasons)
    first = min((span.start for reason in reasons for span in reason.signal.spans), default=0)
    start = max(0, first - BEFORE_CHARS) if len(body) > EXCERPT_CHARS else 0
    end = start + EXCERPT_CHARS
    before, after = "…" if start else "", "…" if end < len(body) else ""
    return Markup("{}{}{}").format(before, marked(body, reasons, start, end), after)


def words_of(body: str, reason: Reason) -> list[Markup]:
    """Give the marked words of one reason, each once, in their order, and not very many."""
    texts = (body[span.start : span.end].strip() for span in reason.signal.spans)
    return [plain(text) for text in islice(dict.fromkeys(filter(None, texts)), MAX_WORDS)]


def _html(text: str, piece: Piece) -> Markup:
    if not piece.codes:
        return plain(text)
    title = ", ".join(code.replace("_", " ") for code in piece.codes)
    heavy = Markup(' class="heavy"') if piece.weight >= HEAVY else ""
    return Markup('<mark{} title="{}">{}</mark>').format(heavy, title, plain(text))
