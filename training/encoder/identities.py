"""Names of groups: what is said counts, not of whom.

In the labelled sets people are attacked by some names far more often than named in peace. The
encoder reads all of them as one (`modsvc.core.identity.ALIKE`), so that it cannot tell them apart.
The sexes it can, since contempt for women has words of its own: half of the texts that name one
are read with the other. Plain sentences of our own about groups, fair ones and attacks, are added.
After Dixon et al. (2018), https://doi.org/10.1145/3278721.3278729, and Garg et al. (2019),
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
    """Yield the names of the sexes, form by form; all other groups are read alike."""
    for table in TABLES:
        if table.kind == "sex":
            for column in zip(*table.rows, strict=True):
                yield [name for name in column if name]


_GROUP_OF = {name: group for group in _groups() for name in group}
