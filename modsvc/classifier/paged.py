"""Paged: a long table that repeats itself, kept as its distinct pages.

The language detector walks a table of ten million cells, 39 MB, most of which say "begin again" in
the same few ways. As pages of some cells, each kept once, the same table takes a sixth.
"""

from __future__ import annotations

from array import array

_PAGE_BITS = 4
_PAGE = 1 << _PAGE_BITS
_WITHIN = _PAGE - 1


class Paged:
    """Read like the array it was made of, one cell at a time. Threads may share it."""

    __slots__ = ("_cells", "_pages")

    def __init__(self, table: array[int]) -> None:
        self._cells = array(table.typecode)
        self._pages = array("I")  # For each page, where its first cell stands.
        seen: dict[bytes, int] = {}
        for start in range(0, len(table), _PAGE):
            page = table[start : start + _PAGE]
            content = page.tobytes()
            place = seen.get(content)
            if place is None:
                place = seen[content] = len(self._cells)
                self._cells.extend(page)
            self._pages.append(place)

    def __getitem__(self, at: int) -> int:
        return self._cells[self._pages[at >> _PAGE_BITS] + (at & _WITHIN)]
