"""Whom a note speaks to: "@Dana, have a look"."""

from __future__ import annotations

import re
from collections.abc import Iterable


def mentioned(text: str, names: Iterable[str]) -> set[str]:
    """Give those of some names that stand in a text after an @, whatever their letters' case.

    Names may have spaces; where one begins like another, the longer one is meant.
    """
    known = {name.casefold(): name for name in names if name}
    if not known or "@" not in text:
        return set()
    longest_first = sorted(known, key=len, reverse=True)
    wanted = re.compile(rf"(?<!\w)@({'|'.join(map(re.escape, longest_first))})(?!\w)")
    return {known[match[1]] for match in wanted.finditer(text.casefold())}
