"""Which groups a text names, and whether it speaks of war or politics."""

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
_TOPICAL_WORDS = """
airstrike airstrikes allies armed army attack attacked attacks ballot bomb bombed bombing bombings
bombs cabinet campaign casualties ceasefire civilian civilians coalition conflict congress
conservative conservatives dead death deaths democracy democrats election elections federal
genocide government gun gunman gunmen guns hostage hostages invasion kill killed killing kills
labour legislation liberal liberals massacre military militia minister missile missiles mp mps
murder murdered nato occupation parliament parties party policies policy political politician
politicians politics premier president protest protesters rebels referendum republicans rocket
rockets sanctions senate senator shooting shot soldier soldiers terror terrorism terrorist
terrorists tories torture tory troops victims violence vote voted voters war wars weapon weapons
"""
_TOPICAL = frozenset(_TOPICAL_WORDS.split())


def groups_named(text: str) -> frozenset[str]:
    """Return the groups a text names, each as its kind and its first word: `faith: jewish`."""
    return frozenset(_GROUP_OF[word] for word in _words(text) if word in _GROUP_OF)


def is_topical(text: str) -> bool:
    """Say whether a text has two or more words of war and politics."""
    return sum(word in _TOPICAL for word in _words(text)) > 1


def _words(text: str) -> list[str]:
    return _WORD.findall(normalise(text).text)
