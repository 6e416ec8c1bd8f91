"""Lists of words to begin with, by language: an editor chooses which, and what of them.

They are broad. Much of the English one is no abuse ("sexy", "escort"), and holds fair comments.

`ldnoobw/` is other people's, under CC BY 4.0 (see NOTICE); `own/` is ours. Each file has one phrase
a line, after lines with # that say where it is from.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Source:
    """Whose lists those of a folder are, and what may be done with them."""

    author: str
    licence: str
    licence_url: str


FOLDERS = {
    "ldnoobw": Source(
        "the List of Dirty, Naughty, Obscene, and Otherwise Bad Words, by Shutterstock and "
        "contributors",
        "CC BY 4.0",
        "https://creativecommons.org/licenses/by/4.0/",
    ),
    "own": Source(
        "the modsvc authors", "Apache-2.0", "https://www.apache.org/licenses/LICENSE-2.0"
    ),
}


def seeds() -> dict[str, int]:
    """Give the languages that there are lists for, by ISO 639, and how long those are."""
    return {language: len(phrases) for language, phrases in sorted(_lists().items())}


def read_seed(language: str) -> list[str]:
    """Give the list of a language, in order.

    Raises
    ------
    KeyError
        There is none.
    """
    return sorted(_lists()[language])


def sources(language: str) -> list[Source]:
    """Say whose lists that of a language is made of."""
    return [
        source
        for folder, source in FOLDERS.items()
        if files(__name__).joinpath(folder, f"{language}.txt").is_file()
    ]


@cache
def _lists() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for folder in FOLDERS:
        for file in files(__name__).joinpath(folder).iterdir():
            language, _, ending = file.name.partition(".")
            if ending == "txt":
                lines = file.read_text(encoding="utf-8").splitlines()
                found[language].update(line for line in lines if not line.startswith("#"))
    return {language: frozenset(phrases) for language, phrases in found.items()}
