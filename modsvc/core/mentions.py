"""Whom a note speaks to: "@Dana, have a look", and which names are one to who reads it."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable


def same_to_people(name: str) -> str:
    """Give what names have in common that nobody could tell apart by ear, nor in a note."""
    return unicodedata.normalize("NFKC", name).casefold()


def mentioned(text: str, names: Iterable[str]) -> set[str]:
    """Give those of some names that stand in a text after an @, whatever their letters' case.

    Names may have spaces; where one begins like another, the longer one is meant.
    """
    known = defaultdict[str, set[str]](set)
    for name in filter(None, names):
        known[name.casefold()].add(name)
    if not known or "@" not in text:
        return set()
    longest_first = sorted(known, key=len, reverse=True)
    wanted = re.compile(rf"(?<!\w)@({'|'.join(map(re.escape, longest_first))})(?!\w)")
    return set().union(*(known[match[1]] for match in wanted.finditer(text.casefold())))
