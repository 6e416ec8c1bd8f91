"""Where things stand in a policy document: the comment above a line, and what a line belongs to."""

from __future__ import annotations

import re
from collections.abc import Iterator

HEADER = re.compile(r"\s*\[\[?\s*([^\]]+?)\s*\]")
KEY = re.compile(r"""\s*(?:"([^"]+)"|'([^']+)'|([\w.-]+))\s*=""")


def comments(document: str) -> dict[str, str]:
    """Give what is written in the lines above each value, such as `limits.max_links`."""
    found: dict[str, str] = {}
    above: list[str] = []
    for line, name in _lines(document):
        if line.lstrip().startswith("#"):
            above.append(line.strip().removeprefix("#").strip())
            continue
        if name and above:
            found[name] = " ".join(above)
        above = []
    return found


def names(document: str) -> list[str]:
    """Name the values and tables of a document, in their order."""
    return [name for _, name in _lines(document) if name]


def value_at(document: str, line: int | None) -> str | None:
    """Name the value that a line, counted from 1, belongs to, such as `bands.insult`."""
    names = [name for _, name in _lines(document)][:line]
    return next((name for name in reversed(names) if name), None) if line else None


def line_at(document: str, line: int | None) -> str | None:
    """Give the text of a line, counted from 1."""
    lines = document.splitlines()
    return lines[line - 1] if line and line <= len(lines) else None


def _lines(document: str) -> Iterator[tuple[str, str]]:
    """Give each line, and the name of the value or the table that begins in it, or nothing."""
    table = ""
    for line in document.splitlines():
        if header := HEADER.match(line):
            table = header[1]
            yield line, table
        elif key := KEY.match(line):
            yield line, ".".join(filter(None, (table, key[1] or key[2] or key[3])))
        else:
            yield line, ""
