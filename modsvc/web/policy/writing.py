"""How the form writes into a policy document: only what was changed; all else stays as it is."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, MutableMapping
from itertools import chain, count
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AbstractTable, Array, InlineTable, SingleKey, String
from tomlkit.items import Table as TomlTable

from modsvc.core.policy_document.document import undotted
from modsvc.web.policy import form
from modsvc.web.policy.form import ROWS, NoForm, Values

NUMBER = re.compile(r"-?(?:[0-9]{1,15}|[0-9]{0,15}[.,][0-9]{1,15})")
DEGREES = ("hold", "reject")
NUMBERS = {*form.NUMBERS, *(f"{b}.{d}" for b in (*form.BANDS, *form.BANDS_ALONE) for d in DEGREES)}
# What a thing is called by whoever gives it no name: by so much of what it looks for.
NAME_CHARS = 40
Table = MutableMapping[str, Any]


def write(document: str, default: str, typed: Mapping[str, str]) -> str:
    """Give the document with what was typed, where that is not what the form shows of it.

    What should be a number and is none is written as a text, so that it is not lost, and is shown
    again where it stands. Names that no form of ours has are passed over.

    Raises
    ------
    NoForm
        The form cannot show the document.
    """
    values = form.read(document, default)
    changed = only_changed(typed, values)
    tables = _parsed(document)
    for name in (*form.BANDS, *form.BANDS_ALONE):
        _write_band(tables, name, values, changed)
    for name in filter(changed.__contains__, form.CHOSEN):
        _write_choice(tables, name, changed[name])
    for name in filter(changed.__contains__, form.NUMBERS):
        table, key = _place(tables, name)
        table[key] = _number(changed[name])
    for name in filter(changed.__contains__, form.LISTS):
        _write_list(tables, name, changed[name].splitlines())
    for table_name in ROWS:
        _write_rows(tables, table_name, typed, changed)
    written = tomlkit.dumps(tables)
    for table_name in ROWS:
        for row in form.rows(values, table_name):
            written = _renamed(written, table_name, row, changed.get(f"{table_name}.{row}.name"))
    return written


def only_changed(typed: Mapping[str, str], values: Values) -> Values:
    """Give what was typed and is not what a form showed."""
    return {name: text for name, text in typed.items() if _differs(name, text, values.get(name))}


def _parsed(document: str) -> Table:
    try:
        return tomlkit.parse(document)
    except (TOMLKitError, ValueError, RecursionError) as error:
        raise NoForm(str(error)) from None


def _differs(name: str, text: str, was: str | None) -> bool:
    if was is None:
        return True
    if name in NUMBERS:
        return _number(text) != _number(was)
    if name.endswith(".name"):  # Browsers leave out what breaks a line.
        return text != "".join(was.splitlines())
    return text.splitlines() != was.splitlines()


def _number(text: str) -> int | float | str:
    """Read a number as people write it, with a comma or a point; what is none stays a text."""
    text = text.strip()
    if not NUMBER.fullmatch(text):
        return text
    return int(text) if text.removeprefix("-").isdigit() else float(text.replace(",", "."))


def _place(tables: Table, name: str) -> tuple[Table, str]:
    """Give the table that a value stands in, or is to stand in, and its key there.

    A code may stand without its quotes: then TOML makes a table of what is before its dot.
    """
    head, _, key = name.partition(".")
    if head not in tables:
        tables[head] = tomlkit.table()
    table = tables[head]
    first, _, rest = key.partition(".")
    inner = table.get(first)
    if key not in table and isinstance(inner, MutableMapping) and rest in inner:
        return inner, rest
    return table, key


def _write_band(
    tables: Table, name: str, values: Mapping[str, str], changed: Mapping[str, str]
) -> None:
    """Write a band by degrees; one that says nothing for the first stage alone is taken out."""
    names = {degree: f"{name}.{degree}" for degree in DEGREES}
    if changed.keys().isdisjoint(names.values()):
        return
    told = {degree: _number(changed.get(each, values[each])) for degree, each in names.items()}
    told = {degree: number for degree, number in told.items() if number != ""}
    table, key = _place(tables, name)
    if not told and name in form.BANDS_ALONE:
        table.pop(key, None)
        return
    _put(table, key, {degree: _strength(number) for degree, number in told.items()})


def _strength(number: int | float | str) -> float | str:
    return number if isinstance(number, str) else float(number)


def _write_choice(tables: Table, name: str, chosen: str) -> None:
    if chosen in form.CHOICES:
        table, key = _place(tables, name)
        _put(table, key, {} if chosen == form.PASS else {chosen: 1.0})


def _put(table: Table, key: str, told: Mapping[str, float | str]) -> None:
    """Put a band in the place of another; what else stands there, by mistake, is not ours."""
    before = table.get(key)
    # What is written as `insult.hold = 0.5` would be gone with its last number.
    if isinstance(before, TomlTable) and (told or not before.is_super_table()):
        for gone in set(DEGREES) - told.keys():
            before.pop(gone, None)
        before.update(told)
        return
    others = before.unwrap() if isinstance(before, InlineTable) else {}
    table[key] = _inline({**told, **{k: v for k, v in others.items() if k not in DEGREES}})


def _inline(told: Mapping[str, object]) -> InlineTable:
    """Make a table on one line, spaced as ours are."""
    made = tomlkit.inline_table()
    made.update(told)
    if not told:
        return made
    spaced = tomlkit.parse(f"x = {{ {made.as_string()[1:-1]} }}\n")["x"]
    assert isinstance(spaced, InlineTable)  # noqa: S101  It was written as one.
    return spaced


def _write_list(tables: Table, name: str, lines: Iterable[str]) -> None:
    """Take out of a list what is gone and add what is new, each once, in the order typed."""
    wanted = list(dict.fromkeys(filter(None, map(str.strip, lines))))
    table, key = _place(tables, name)
    array = table.get(key)
    if not isinstance(array, Array):
        table[key] = wanted
        return
    for n in reversed(range(len(array))):
        if str(array[n]) not in wanted:
            del array[n]
    there = set(map(str, array))
    for text in wanted:
        if text not in there:
            array.append(text)


def _told(typed: Mapping[str, str], row: str, table: str) -> dict[str, str]:
    """Give what was typed of a row, by its parts."""
    parts = ("name", ROWS[table], "action", "note")
    return {part: "\n".join(typed.get(f"{row}.{part}", "").splitlines()) for part in parts}


def _write_rows(
    tables: Table, table: str, typed: Mapping[str, str], changed: Mapping[str, str]
) -> None:
    """Write what was typed of the rows of a table, but for their names, and add what is new."""
    for row in form.rows(typed, table):
        name = f"{table}.{row}"
        told = _told(typed, name, table)
        is_gone = f"{name}.remove" in typed or not (told["name"] or told[ROWS[table]])
        rows, key = _place(tables, name)
        if key in rows and is_gone:
            del rows[key]
        elif key in rows:
            _write_row(rows, key, told, {part for part in told if f"{name}.{part}" in changed})
        elif not is_gone:  # Somebody has taken it out meanwhile.
            _add_row(tables, table, told)
    _add_row(tables, table, _told(typed, f"new.{table}", table))


def _write_row(rows: Table, key: str, told: dict[str, str], parts: Collection[str]) -> None:
    """Write those parts into a row."""
    said = rows[key]
    if not isinstance(said, AbstractTable):
        if set(parts) - {"name"}:
            rows[key] = _as_row(told)
        return
    for part in set(parts) - {"name"}:
        if told[part] or part != "note":
            said[part] = _text(told[part])
        else:
            said.pop(part, None)


def _renamed(document: str, table: str, row: str, name: str | None) -> str:
    """Give a row another name, in its place: what is written above it belongs to it."""
    if not name:
        return document
    tables = _parsed(document)
    rows, key = _place(tables, f"{table}.{row}")
    if key not in rows:
        return document
    free = _free(rows, name)
    if isinstance(rows, AbstractTable):
        rows.value._replace(key, SingleKey(free), rows[key])  # There is no open way.
    else:
        rows[free] = rows.pop(key)
    return tomlkit.dumps(tables)


def _add_row(tables: Table, table: str, told: Mapping[str, str]) -> None:
    """Add a row, if anything was typed; without a name it is called by what it looks for."""
    name = told["name"] or told[ROWS[table]][:NAME_CHARS]
    if name:
        rows, _ = _place(tables, f"{table}.")
        rows[_free(rows, name)] = _as_row(told)


def _as_row(told: Mapping[str, str]) -> InlineTable:
    """Make a row of its parts; a note that says nothing is left out."""
    return _inline({p: _text(t) for p, t in told.items() if p != "name" and (t or p != "note")})


def _text(text: str) -> String:
    """Write a text; one with a backslash as it is, if it can be."""
    return tomlkit.string(text, literal="\\" in text and text.isprintable() and "'" not in text)


def _free(rows: Table, name: str) -> str:
    """Give a name that no row has: this one, or else with a number behind it."""
    taken = undotted({key: rows[key] for key in rows})
    others = (f"{name} ({n})" for n in count(2))
    return next(free for free in chain((name,), others) if free not in taken)
