"""What one policy document changes against another: in plain words, and line by line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import gettext as _

from modsvc.core.lines import LineMatcher
from modsvc.web.policy import form, naming, speaking
from modsvc.web.policy.form import NoForm, Values

# Lines that are shown around what was changed.
AROUND = 3
DEGREES = ("hold", "reject")


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is changed; `was` or `now` is empty where it is new or gone."""

    what: str
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a difference: `kind` is same, added, removed or gap; a gap stands for others."""

    kind: str
    text: str = ""
    was: int | None = None
    now: int | None = None


def in_words(before: str, after: str, default: str) -> list[Change] | None:
    """Say what a document changes against another; None where one is too broken to tell."""
    try:
        was, now = form.read(before, default), form.read(after, default)
    except NoForm:
        return None
    return [change for change in _changes(was, now, before, after) if change.was != change.now]


def lines(before: str, after: str) -> list[Line]:
    """Give the lines that differ, with some around them; empty where none does."""
    old, new = before.splitlines(), after.splitlines()
    matcher = LineMatcher(old, new)
    found: list[Line] = []
    end = 0
    for group in matcher.get_grouped_opcodes(AROUND):
        if group[0][1] > end:
            found.append(Line("gap", f"{group[0][1] - end}"))
        for tag, i, i_end, j, j_end in group:
            if tag == "equal":
                pairs = zip(range(i, i_end), range(j, j_end), strict=True)
                found += [Line("same", old[m], m + 1, n + 1) for m, n in pairs]
                continue
            found += [Line("removed", old[m], m + 1) for m in range(i, i_end)]
            found += [Line("added", new[n], None, n + 1) for n in range(j, j_end)]
        end = group[-1][2]
    if end and end < len(old):
        found.append(Line("gap", f"{len(old) - end}"))
    return found


def _changes(was: Values, now: Values, before: str, after: str) -> Iterator[Change]:
    for name in (*form.BANDS, *form.BANDS_ALONE):
        yield Change(_band_name(name), _band(name, was), _band(name, now))
    for name in form.CHOSEN:
        told = (str(speaking.CHOSEN.get(values[name], "?")) for values in (was, now))
        yield Change(naming.name_of(name.partition(".")[2]), *told)
    for name in form.NUMBERS:
        yield Change(
            naming.title(name) or name, was[name] or _("nothing"), now[name] or _("nothing")
        )
    for name in form.LISTS:
        yield from _of_list(name, was[name].splitlines(), now[name].splitlines())
    for table in form.ROWS:
        yield from _of_rows(table, was, now)
    yield from _of_elsewhere(speaking.elsewhere(before), speaking.elsewhere(after))


def _band_name(name: str) -> str:
    table, code = name.split(".", 1)
    named = naming.name_of(code)
    return _("%(name)s, first stage alone", name=named) if table == "bands_alone" else named


def _band(name: str, values: Values) -> str:
    numbers = [values[f"{name}.{degree}"] for degree in DEGREES]
    if name in form.BANDS_ALONE and not any(numbers):
        return _("as with both stages")
    return speaking.band(*numbers)


def _of_list(name: str, was: list[str], now: list[str]) -> Iterator[Change]:
    what = naming.title(name) or _("Looked at first")
    named = naming.name_of if name == "queue.urgent" else str
    for gone in [each for each in was if each not in now]:
        yield Change(what, named(gone), "")
    for new in [each for each in now if each not in was]:
        yield Change(what, "", named(new))


def _of_rows(table: str, was: Values, now: Values) -> Iterator[Change]:
    what = _("Pattern “%(name)s”") if table == "patterns" else _("Condition “%(name)s”")
    rows = (form.rows(was, table), form.rows(now, table))
    for row in dict.fromkeys((*rows[0], *rows[1])):
        yield Change(what.replace("%(name)s", row), _row(table, row, was), _row(table, row, now))


def _row(table: str, row: str, values: Values) -> str:
    name = f"{table}.{row}"
    looks_for = values.get(f"{name}.{form.ROWS[table]}")
    if looks_for is None:
        return ""
    action = speaking.CHOSEN.get(values[f"{name}.action"], "?")
    note = values[f"{name}.note"]
    said = _("%(condition)s is %(done)s", condition=looks_for, done=action)
    return f"{said} ({note})" if note else said


def _of_elsewhere(was: dict[str, list[str]], now: dict[str, list[str]]) -> Iterator[Change]:
    for title in dict.fromkeys((*was, *now)):
        before, after = was.get(title, []), now.get(title, [])
        for gone in [each for each in before if each not in after]:
            yield Change(title, gone, "")
        for new in [each for each in after if each not in before]:
            yield Change(title, "", new)
