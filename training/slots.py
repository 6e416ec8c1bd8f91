"""Sentences with a slot for a group of people, and the groups that fill it.

{people} takes "Muslims" or "deaf people", {person} "a Muslim" or "a deaf person", {adjective}
"Muslim" or "deaf". Groups come from `modsvc.core.groups`; parties, languages and movements are
left out, since an opinion may be attacked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import cycle, islice
from typing import NamedTuple

from modsvc.core.groups import TABLES, Table
from modsvc.core.identity import takes_an

SLOTS = frozenset({"people", "person", "adjective"})
_ARTICLE = re.compile(r"\b[Aa]n? \{adjective\}")
_LEFT_OUT = frozenset({"party", "language", "movement"})
_CAPITALISED = frozenset({"faith", "people", "colour"})
# "Blacks" and "gays" are a speaker's choice of words; "black people" is nobody's.
_AS_ADJECTIVES = frozenset({"colour", "orientation"})


class Group(NamedTuple):
    """A group and the words that fill each slot; `name` is its kind and its first word."""

    name: str
    people: str
    person: str
    adjective: str

    def fill(self, template: str) -> str:
        """Return the template about this group, with a capital at its beginning."""
        agreeing = _ARTICLE.sub(with_article("{adjective}", of=self.adjective), template)
        filled = agreeing.format(people=self.people, person=self.person, adjective=self.adjective)
        return filled[0].upper() + filled[1:]


def fill_in_turn(templates: Sequence[str], per_template: int) -> Iterator[str]:
    """Yield each template about `per_template` groups, or once, as it is, if it has no slot.

    The groups are the next ones in turn, so that all are named equally often.
    """
    groups = cycle(GROUPS)
    for template in templates:
        if "{" not in template:
            yield template
        else:
            yield from (group.fill(template) for group in islice(groups, per_template))


def with_article(words: str, of: str = "") -> str:
    """Put "a" or "an" before words, as suits them or the word `of` that will take their place."""
    return f"{'an' if takes_an((of or words).lower()) else 'a'} {words}"


def _groups() -> Iterator[Group]:
    for table in TABLES:
        if table.kind not in _LEFT_OUT:
            for row in table.rows:
                yield _group(table, dict(zip(table.forms, row, strict=True)))


def _group(table: Table, forms: dict[str, str]) -> Group:
    if table.kind in _CAPITALISED:
        forms = {form: word.capitalize() for form, word in forms.items()}
    adjective = forms.get("adjective") or forms["person"]
    if table.kind in _AS_ADJECTIVES or not forms.get("people"):
        people, person = f"{adjective} people", f"{adjective} person"
    else:
        people, person = forms["people"], forms["person"]
    return Group(f"{table.kind}: {adjective}", people, with_article(person), adjective)


GROUPS = tuple(_groups())
