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
airstrike airstrikes army armed attack attacks attacked ballot bomb bombs bombed bombing cabinet
ceasefire civilians coalition conflict conservatives congress democrats dead death deaths
election elections genocide government gun guns hostage hostages invasion kill killed killing
kills liberals massacre military militia minister missile missiles murder murdered nato
occupation parliament politician politicians president protest protesters rebels republicans
rocket rockets sanctions senate senator shot shooting soldier soldiers terror terrorism
terrorist terrorists torture troops victims violence vote voted voters war wars weapon weapons
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
