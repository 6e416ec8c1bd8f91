"""Signal: one thing noticed about a comment, by a rule or by the classifier."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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


@dataclass(frozen=True, slots=True)
class Signal:
    """A code, how strong in [0, 1], where in the body, and the facts a sentence is made of.

    `detail` holds numbers, codes and the policy's own words, never the comment's.
    """

    code: str
    strength: float = 1.0
    spans: tuple[Span, ...] = ()
    detail: Mapping[str, object] = field(default_factory=lambda: NO_DETAIL)
