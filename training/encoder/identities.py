"""Names of groups exchanged for one another: what is said counts, not of whom.

In the labelled sets people are attacked by some names far more often than named in peace. Reading
half of the texts that name a group with another group in its place, and plain sentences of our own
about every group, leaves the encoder nothing to learn from the name itself. After Dixon et al.
(2018), https://doi.org/10.1145/3278721.3278729, and Garg et al. (2019),
https://arxiv.org/abs/1809.10610.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

from modsvc.core.groups import TABLES
from training.slots import GROUPS

SENTENCES = Path(__file__).with_name("sentences.txt")
_EITHER = re.compile(r"\(([^)]*\|[^)]*)\)")
# Kinds whose names are exchanged across kinds as well, so that "Muslims" stand where "Mexicans" or
# "gays" did; the names of all others take their own kind's place only.
_MINGLED = frozenset(
    {"faith", "people", "colour", "orientation", "gender", "disability", "migration"}
)


def exchange(words: Sequence[str], chance: Random) -> list[str]:
    """Put another name of its form for each name, the same one throughout the text."""
    others = {
        word: chance.choice(_GROUP_OF[word]) for word in dict.fromkeys(words) if word in _GROUP_OF
    }
    return [others.get(word, word) for word in words]


def are_named(words: Sequence[str]) -> bool:
    """Say whether any of the words is a name that can be exchanged."""
    return not _GROUP_OF.keys().isdisjoint(words)


def sentences(n: int, chance: Random) -> Iterator[tuple[str, bool]]:
    """Yield n sentences of our own about groups drawn by chance, each with whether it is unfair."""
    lines = SENTENCES.read_text(encoding="utf-8").splitlines()
    written = [line.split(": ", 1) for line in lines if line and not line.startswith("#")]
    for _ in range(n):
        kind, line = chance.choice(written)
        drawn = _EITHER.sub(lambda either: chance.choice(either[1].split("|")), line)
        yield chance.choice(GROUPS).fill(drawn), kind == "unfair"


def _groups() -> Iterator[list[str]]:
    one: list[str] = []
    many: list[str] = []
    for table in TABLES:
        for form, column in zip(table.forms, zip(*table.rows, strict=True), strict=True):
            names = [name for name in column if name]
            if table.kind in _MINGLED and form in ("adjective", "person"):
                one += names
            elif table.kind in _MINGLED and form == "people":
                many += names
            else:
                yield names
    yield list(dict.fromkeys(one))
    yield list(dict.fromkeys(many))


_GROUP_OF = {name: group for group in _groups() for name in group}
