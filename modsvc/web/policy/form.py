"""What the form shows of a policy document: a text under a name for each value that it knows.

The names are those of the document: `bands.insult.hold`, `limits.max_links`, `links.banned`,
`patterns.asks to call.match`. `writing.py` is the way back.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from modsvc.core.faults import FAULTS
from modsvc.core.labels import LABELS
from modsvc.core.policy_document import CODES
from modsvc.core.policy_document.document import undotted
from modsvc.web.policy.naming import BY_DEGREES, LIMIT_NAMES, LIST_NAMES, NUMBER_NAMES

# What a rule without degrees does when it fires.
PASS, HOLD, REJECT = CHOICES = ("pass", "hold", "reject")
# Tables of things with names of their own, and what each looks for.
ROWS: Mapping[str, str] = {"patterns": "match", "expressions": "when"}
# Lists of texts, one a line; `queue.urgent` is ticked instead of typed.
LISTS = (*LIST_NAMES, "queue.urgent")
NUMBERS = (*(f"limits.{name}" for name in LIMIT_NAMES), *NUMBER_NAMES)
# Bands by degrees, each with two numbers; in [bands_alone] for the first stage judging alone.
BANDS = tuple(f"bands.{code}" for code in BY_DEGREES)
BANDS_ALONE = tuple(f"bands_alone.{label}" for label in LABELS)
# Bands that are chosen; those of faults are fixed.
CHOSEN = tuple(f"bands.{code}" for code in CODES if code not in BY_DEGREES and code not in FAULTS)

Values = dict[str, str]


class NoForm(Exception):
    """The document is no TOML, or its tables are none: it can only be mended as text."""


def read(document: str, default: str) -> Values:
    """Give what the form shows of a document, and of the installation's what it leaves out.

    Raises
    ------
    NoForm
        It is too broken to be shown so.
    """
    tables, fallback = _tables(document), _tables(default)
    return dict(_values(tables, fallback))


def rows(values: Iterable[str], table: str) -> list[str]:
    """Name the rows that a table has, in their order."""
    start, end = f"{table}.", f".{ROWS[table]}"
    return [n[len(start) : -len(end)] for n in values if n.startswith(start) and n.endswith(end)]


def shown(value: object) -> str:
    """Write a value as the form shows it."""
    if value is None:
        return ""
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    if isinstance(value, list):
        return "\n".join(map(str, value))
    return str(value)


def choice(band: object) -> str:
    """Say what a rule without degrees does by its band; nothing where that is no band."""
    if not isinstance(band, dict):
        return ""
    return REJECT if "reject" in band else HOLD if "hold" in band else PASS


def _values(tables: dict[str, Any], fallback: dict[str, Any]) -> Iterator[tuple[str, str]]:
    def value(name: str) -> Any:
        table, _, key = name.partition(".")
        return tables.get(table, {}).get(key, fallback.get(table, {}).get(key))

    for name in BANDS:
        yield from _degrees(name, value(name))
    for name in BANDS_ALONE:
        table, _, label = name.partition(".")
        yield from _degrees(name, tables.get(table, {}).get(label, {}))
    for name in CHOSEN:
        yield name, choice(value(name))
    for name in (*NUMBERS, *LISTS):
        yield name, shown(value(name))
    for table, asks in ROWS.items():
        for row, said in tables.get(table, {}).items():
            told = said if isinstance(said, dict) else {asks: said}
            yield f"{table}.{row}.name", row
            for part in (asks, "action", "note"):
                yield f"{table}.{row}.{part}", shown(told.get(part))


def _degrees(name: str, band: object) -> Iterator[tuple[str, str]]:
    told = band if isinstance(band, dict) else {"hold": band}
    for part in ("hold", "reject"):
        yield f"{name}.{part}", shown(told.get(part))


def _tables(document: str) -> dict[str, Any]:
    try:
        tables = tomllib.loads(document)
    except (ValueError, RecursionError) as error:
        raise NoForm(str(error)) from None
    known = {name.partition(".")[0] for name in (*NUMBERS, *LISTS)} | {
        "bands",
        "bands_alone",
        *ROWS,
    }
    for name in known & tables.keys():
        if not isinstance(tables[name], dict):
            raise NoForm(f"{name} is no table")
    return {name: undotted(each) if name in known else each for name, each in tables.items()}
