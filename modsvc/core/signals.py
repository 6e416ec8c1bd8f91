"""Signal: one thing noticed about a comment, by a rule or by the classifier."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from types import MappingProxyType

NO_DETAIL: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of the body as sent, in Unicode code points, `end` exclusive.

    `weight` in [0, 1] says how much of the signal the stretch accounts for.
    """

    start: int
    end: int
    weight: float = 1.0


# More than this many stretches tell a reader nothing, and a stranger could send thousands.
MAX_SPANS = 100


def spans_of(found: Iterable[re.Match[str]]) -> tuple[Span, ...]:
    """Give where the first MAX_SPANS of some matches stand."""
    return tuple(Span(*each.span()) for each in islice(found, MAX_SPANS))


@dataclass(frozen=True, slots=True)
class Signal:
    """A code, how strong in [0, 1], where in the body, and the facts a sentence is made of.

    `detail` holds numbers, codes and the policy's own words, never the comment's.
    """

    code: str
    strength: float = 1.0
    spans: tuple[Span, ...] = ()
    detail: Mapping[str, object] = field(default_factory=lambda: NO_DETAIL)
