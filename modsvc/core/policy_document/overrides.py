"""[strict] and [[overrides]]: where the policy is another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from modsvc.core.policy import Override
from modsvc.core.policy_document.document import Document, undotted
from modsvc.core.policy_document.weighing import CODES, LIMITS, band, limit
from modsvc.core.sentence import Sentence

WHERE = {"sections": Sentence("sections"), "articles": Sentence("ids of articles")}


def strict(document: Document) -> Override:
    """Read what articles in the mode strict make stricter."""
    document.reading = "strict"
    table = document.tables.get("strict", {})
    if not isinstance(table, dict):
        why = Sentence("strict is a table: [strict.bands] and [strict.limits]")
        document.refuse(why, "strict")
    document.refuse_unknown(table, ("bands", "limits"))
    return Override(**_changes(document, table))


def overrides(document: Document) -> tuple[Override, ...]:
    """Read what is otherwise in some sections or under some articles, in the order written."""
    document.reading = "overrides"
    listed = document.tables.get("overrides", [])
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        document.refuse(Sentence("each override begins with [[overrides]]"), "overrides")
    return tuple(_override(document, table) for table in listed)


def _override(document: Document, table: dict[str, Any]) -> Override:
    document.refuse_unknown(table, (*WHERE, "bands", "limits"))
    where: dict[str, Any] = {
        name: frozenset(document.texts(name, table.get(name, []), what))
        for name, what in WHERE.items()
    }
    if not any(where.values()):
        document.refuse(
            Sentence("an override says where: sections = [...], articles = [...] or both")
        )
    return Override(**where, **_changes(document, table))


def _changes(document: Document, table: Mapping[str, Any]) -> dict[str, Any]:
    bands, limits = table.get("bands", {}), table.get("limits", {})
    for name, value in (("bands", bands), ("limits", limits)):
        if not isinstance(value, dict):
            document.refuse(Sentence("{name} is a table", name=name), name)
    bands = undotted(bands)
    document.refuse_unknown(bands, CODES)
    document.refuse_unknown(limits, tuple(LIMITS))
    return {
        "bands": {code: band(document, code, value) for code, value in bands.items()},
        "limits": {name: limit(document, name, value) for name, value in limits.items()},
    }
