"""Zalgo: marks piled on letters until they run over the lines around them."""

from __future__ import annotations

import unicodedata
from itertools import groupby

from modsvc.core.comment import Subject
from modsvc.core.policy import Policy
from modsvc.core.signals import MAX_SPANS, Signal, Span

_MARKS = frozenset({"Mn", "Me"})


def stacked_marks(subject: Subject, policy: Policy) -> Signal | None:
    """Fire when more marks stand on one letter than the policy bears.

    Pointed Hebrew and vowelled Arabic have three or four; a pile has dozens. Marks are what takes
    no room of its own, or encloses (https://www.unicode.org/reports/tr44/#General_Category_Values).
    """
    raw, allowed = subject.text.raw, policy.limits.max_stacked_marks
    if raw.isascii():
        return None
    spans, at, most = [], 0, 0
    for is_mark, run in groupby(map(_MARKS.__contains__, map(unicodedata.category, raw))):
        n = len(list(run))
        if is_mark and n > allowed:
            # With the letter that they stand on, if there is one.
            spans.append(Span(max(at - 1, 0), at + n))
            most = max(most, n)
        at += n
    if not spans:
        return None
    return Signal(
        "text.zalgo", spans=tuple(spans[:MAX_SPANS]), detail={"count": most, "allowed": allowed}
    )
