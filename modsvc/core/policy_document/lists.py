"""[words], [links], [languages], [patterns], [expressions]: what is looked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from modsvc.core.decision import Action
from modsvc.core.expressions import Expression, ExpressionInvalid, Expressions
from modsvc.core.links import in_letters
from modsvc.core.patterns import Pattern, PatternInvalid, Patterns
from modsvc.core.policy import Links
from modsvc.core.policy_document.document import ACTIONS, Document
from modsvc.core.sentence import Sentence
from modsvc.core.words import Entry, WordList

LINKS = tuple(field.name for field in fields(Links))
WORDS = {"banned": Action.REJECT, "suspect": Action.HOLD}
_DOMAIN = re.compile(r"(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_]{2,}")
_LANGUAGE = re.compile(r"[a-z]{2,3}")


def words(document: Document) -> WordList:
    """Read the words and phrases that stand in the document itself."""
    table = document.table("words", tuple(WORDS))
    entries = []
    for name, action in WORDS.items():
        for phrase in document.texts(name, table[name], Sentence("words and phrases")):
            entries.append(Entry(phrase, action))
            try:
                WordList(entries[-1:])
            except ValueError as error:
                document.refuse(error.args[0], phrase)
    return WordList(entries)


def links(document: Document) -> Links:
    """Read the lists of domains."""
    table = document.table("links", LINKS)
    return Links(**{name: _domains(document, name, table[name]) for name in LINKS})


def _domains(document: Document, name: str, value: object) -> frozenset[str]:
    domains = document.texts(name, value, Sentence("domains"))
    for each in domains:
        if not _DOMAIN.fullmatch(in_letters(each)):
            document.refuse(
                Sentence(
                    "{name} names {each!r}, which is no domain; write it as news.example, "
                    "without https:// and without a path",
                    name=name,
                    each=each,
                ),
                each,
            )
    return frozenset(map(in_letters, domains))


def languages(document: Document) -> frozenset[str]:
    """Read the languages that are accepted; none means all."""
    accepted = document.table("languages", ("accepted",))["accepted"]
    for each in document.texts("accepted", accepted, Sentence("languages")):
        if not _LANGUAGE.fullmatch(each):
            document.refuse(
                Sentence(
                    "accepted names {each!r}; a language is written by its code, such as en or he",
                    each=each,
                ),
                each,
            )
    return frozenset(accepted)


def patterns(document: Document) -> Patterns:
    """Read the regular expressions, each by a name of its own."""
    found: dict[str, Pattern] = {}
    for name, match, action in _named(document, "patterns", "match"):
        found[name] = Pattern(match, action)
        try:
            Patterns({name: found[name]})
        except PatternInvalid as error:
            why = Sentence(
                "the pattern {name!r} cannot be used: {why}", name=name, why=error.args[0]
            )
            document.refuse(why, name)
    return Patterns(found)


def expressions(document: Document) -> Expressions:
    """Read the expressions, each by a name of its own."""
    found: dict[str, Expression] = {}
    for name, when, action in _named(document, "expressions", "when"):
        found[name] = Expression(when, action)
        try:
            Expressions({name: found[name]})
        except ExpressionInvalid as error:
            why = Sentence(
                "the expression {name!r} cannot be used: {why}", name=name, why=error.args[0]
            )
            document.refuse(why, name)
    return Expressions(found)


def _named(document: Document, table: str, asks: str) -> Iterator[tuple[str, str, Action]]:
    """Give what a table that may be missing names: each name, what it looks for, what it does."""
    for name, value in document.optional_table(table).items():
        if not isinstance(value, dict) or not {asks, "action"} <= set(value) <= {
            asks,
            "action",
            "note",
        }:
            document.refuse(
                Sentence(
                    "{name!r} is written {{ {asks} = '…', action = \"hold\" }}, "
                    "and may have a note",
                    name=name,
                    asks=asks,
                ),
                name,
            )
        yield name, *_told(document, name, value, asks)


def _told(document: Document, name: str, value: dict[str, Any], asks: str) -> tuple[str, Action]:
    if value["action"] not in ACTIONS:
        document.refuse(Sentence("the action of {name!r} is hold or reject", name=name), name)
    if not isinstance(value[asks], str):
        document.refuse(
            Sentence("the {part} of {name!r} stands in quotes", part=asks, name=name), name
        )
    if not isinstance(value.get("note", ""), str):
        document.refuse(
            Sentence("the {part} of {name!r} stands in quotes", part="note", name=name), name
        )
    return value[asks], ACTIONS[value["action"]]
