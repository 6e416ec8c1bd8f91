"""Which groups a text names."""

from __future__ import annotations

import re

from modsvc.core.groups import TABLES
from modsvc.core.text import normalise

_WORD = re.compile(r"[^\W\d_]+")
_GROUP_OF = {
    word: f"{table.kind}: {row[0] or row[1]}"
    for table in TABLES
    for row in table.rows
    for word in row
    if word
}


def groups_named(text: str) -> frozenset[str]:
    """Return the groups a text names, each as its kind and its first word: `faith: jewish`."""
    return frozenset(_GROUP_OF[word] for word in _words(text) if word in _GROUP_OF)


def _words(text: str) -> list[str]:
    return _WORD.findall(normalise(text).text)
