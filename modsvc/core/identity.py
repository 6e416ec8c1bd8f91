"""swaps(): the same text about other people; ALIKE: a text about anyone.

A judgement that changes when a Muslim becomes a Christian, or Ahmed becomes James, is a judgement
of the group and not of the comment. After the counterfactual token fairness of Garg et al. (2019),
https://arxiv.org/abs/1809.10610.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from modsvc.core.groups import NAMES, NO_GROUP, TABLES, Table

# Every word that names a group.
TERMS = frozenset(word for table in TABLES for row in table.rows for word in row if word)

# What a group's name is read as, by its form, where it must not matter which group is meant. Left
# out are parties and movements, since an opinion may be attacked; languages and lands, which are
# no people; the sexes, since contempt for women has words of its own; and the ages, since what
# pensioners pay and where teenagers meet is every day's news (boomers, millennials and adolescents
# are read alike: of them people speak in general).
_ANY_GROUP = {"adjective": "canadian", "person": "canadian", "people": "canadians"}
_READ_AS_WRITTEN = frozenset({"party", "movement", "language", "sex", "age"})
ALIKE = {
    name: _ANY_GROUP[form]
    for table in TABLES
    if table.kind not in _READ_AS_WRITTEN
    for form, names in zip(table.forms, zip(*table.rows, strict=True), strict=True)
    if form in _ANY_GROUP
    for name in names
    if name
}

_WORD = re.compile(r"[^\W\d_]+")
# Spelled with a vowel and spoken without: "a European".
_NO_AN = ("eu", "uk", "uy")


def swaps(text: str, limit: int = 4) -> list[str]:
    """Return up to `limit` variants of a text in which every group and name is another's.

    A word is replaced by its counterpart in the same form ("jews" by "muslims", never "muslim")
    and in the same case; all else stays, and so does black mould (`NO_GROUP`). A text that names
    nobody has no variants.
    """
    words = list(_WORD.finditer(text))
    spelled = ["", *(word[0].lower() for word in words), ""]
    found = [
        (word, counterparts, before in {"a", "an"})
        for before, word, after in zip(spelled, words, spelled[2:], strict=False)
        if (counterparts := _counterparts(word[0]))
        and NO_GROUP.isdisjoint(((before, word[0].lower()), (word[0].lower(), after)))
    ]
    if not found:
        return []
    variants: list[str] = []
    for turn in range(limit):
        pieces: list[str] = []
        at = 0
        for word, counterparts, after_article in found:
            other = _choose(word[0], counterparts, turn, sound_alike=bool(after_article))
            pieces += text[at : word.start()], other
            at = word.end()
        variant = "".join([*pieces, text[at:]])
        if variant != text and variant not in variants:
            variants.append(variant)
    return variants


def _counterparts(word: str) -> tuple[str, ...]:
    """Return what may stand in a word's place; a name counts only with a capital."""
    lower = word.lower()
    return _OF_TERMS.get(lower, ()) or (_OF_NAMES.get(lower, ()) if word[0].isupper() else ())


def _choose(word: str, counterparts: tuple[str, ...], turn: int, *, sound_alike: bool) -> str:
    """Take the counterpart whose turn it is, or the next that suits the article before it."""
    for offset in range(len(counterparts)):
        other = counterparts[(turn + offset) % len(counterparts)]
        if not sound_alike or takes_an(other) == takes_an(word.lower()):
            return _in_case_of(word, other)
    return word


def takes_an(word: str) -> bool:
    """Say whether "an" stands before a word given in lower case; a guess from its letters."""
    return word[0] in "aeiou" and not word.startswith(_NO_AN)


def _in_case_of(word: str, other: str) -> str:
    if len(word) > 1 and word.isupper():
        return other.upper()
    return other.capitalize() if word[0].isupper() else other


def _pairs(table: Table) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each word of a table with its counterparts, those of the next row first.

    A word that serves as several forms ("muslim") is only replaced by one that does too, since
    which of them is meant cannot be seen.
    """
    for number, row in enumerate(table.rows):
        following = table.rows[number + 1 :] + table.rows[:number]
        for word in {word for word in row if word}:
            forms = [column for column, form in enumerate(row) if form == word]
            others = [{other[column] for column in forms} for other in following]
            yield word, tuple(each.pop() for each in others if len(each) == 1 and "" not in each)


_OF_TERMS = {word: others for table in TABLES for word, others in _pairs(table)}
_OF_NAMES = dict(
    _pairs(
        Table(
            "name",
            ("woman", "man"),
            tuple((woman.lower(), man.lower()) for woman, man in NAMES),
        )
    )
)
