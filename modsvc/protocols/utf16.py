"""Offsets as JavaScript and Java count them: in UTF-16 code units, two for what is past U+FFFF."""

from __future__ import annotations

from collections.abc import Iterable


def units(text: str) -> int:
    """Give a text's length in UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def offsets(text: str, points: Iterable[int]) -> list[int]:
    """Give for offsets in code points, none beyond the text's end, those in UTF-16 code units."""
    if text.isascii():
        return list(points)
    return [units(text[:point]) for point in points]
