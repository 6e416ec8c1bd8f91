"""The tables of a policy document, and where in it a mistake stands."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, NoReturn

from modsvc.core.decision import Action
from modsvc.core.sentence import Sentence
from modsvc.errors import PolicyInvalid

TABLES = (
    "bands",
    "bands_alone",
    "context",
    "limits",
    "languages",
    "links",
    "words",
    "patterns",
    "expressions",
    "trust",
    "strict",
    "overrides",
    "queue",
)
# More than anything that is counted; and what follows from it can be reckoned and stored.
MAX_WHOLE = 1_000_000
ACTIONS = {action.word: action for action in (Action.HOLD, Action.REJECT)}


class Document:
    """A TOML document, table by table.

    Parameters
    ----------
    text, source : str
        The document, and what to call it in errors.
    fallback : Document or None
        Says what this one leaves out.

    Raises
    ------
    PolicyInvalid
        It is not TOML, or has a table that means nothing.
    """

    def __init__(self, text: str, source: str, fallback: Document | None = None) -> None:
        self.text, self.source, self.fallback = text, source, fallback
        self.fell_back = False
        self.reading = ""  # The table in hand.
        try:
            self.tables = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            told = re.search(r"line (\d+), column (\d+)", str(error))
            line, column = map(int, told.groups()) if told else (len(text.splitlines()), 1)
            reason = Sentence("this is not TOML: {error}", error=error)
            raise PolicyInvalid(reason, line=line, column=column, source=source) from None
        except (ValueError, RecursionError) as error:  # Numbers and nesting beyond all measure.
            raise PolicyInvalid(
                Sentence("this cannot be read as TOML: {error}", error=error), source=source
            ) from None
        for name in self.tables:
            if name not in TABLES:
                why = Sentence(
                    "there is no table {name!r}{meant}", name=name, meant=meant(name, TABLES)
                )
                self.refuse(why, name)

    def __contains__(self, name: str) -> bool:
        """Tell whether it has a table."""
        return name in self.tables

    def table(self, name: str, keys: tuple[str, ...]) -> dict[str, Any]:
        """Give the table, having seen that it has just these keys."""
        table = self.keyed_table(name)
        self.refuse_unknown(table, keys)
        for key in keys:
            if key not in table:
                if self.fallback is None:
                    self.refuse(Sentence("[{name}] lacks {key!r}", name=name, key=key), f"[{name}]")
                table[key] = self.fallback.keyed_table(name)[key]
                self.fell_back = True
        return table

    def keyed_table(self, name: str) -> dict[str, Any]:
        """Give the table, whatever its keys, and take it in hand."""
        self.reading = name
        if name not in self.tables and self.fallback is not None:
            self.fell_back = True
            return dict(self.fallback.keyed_table(name))
        table = self.tables.get(name)
        if not isinstance(table, dict):
            self.refuse(Sentence("the table [{name}] is missing", name=name))
        flat = undotted(table)
        if len(flat) < sum(map(_n_codes, table.values())):
            self.refuse(
                Sentence(
                    "a code stands in [{name}] twice, with its dot in quotes and without", name=name
                )
            )
        return flat

    def optional_table(self, name: str) -> dict[str, Any]:
        """Give a table that may be missing."""
        self.reading = name
        return self.keyed_table(name) if name in self.tables else {}

    def refuse_unknown(self, table: Mapping[str, Any], keys: tuple[str, ...]) -> None:
        """See that a table has no other keys."""
        for key in table:
            if key not in keys:
                why = Sentence(
                    "[{name}] has no {key!r}{meant}",
                    name=self.reading,
                    key=key,
                    meant=meant(key, keys),
                )
                self.refuse(why, key)

    def texts(self, name: str, value: object, what: Sentence) -> list[str]:
        """See that a value is a list of texts."""
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            self.refuse(
                Sentence("{name} is a list of {what} in quotes", name=name, what=what),
                name,
            )
        return value

    def whole(self, name: str, value: object, least: int = 0) -> int:
        """See that a value is a whole number, and neither less nor more than makes sense."""
        if type(value) is not int or value < least:
            why = Sentence("{name} is a whole number, {least} or more", name=name, least=least)
            self.refuse(why, name)
        if value > MAX_WHOLE:
            self.refuse(Sentence("{name} is at most {most:,}", name=name, most=MAX_WHOLE), name)
        return value

    def refuse(self, reason: str, near: str | None = None) -> NoReturn:
        """Refuse the document for what stands near a key or a word of the table in hand.

        Raises
        ------
        PolicyInvalid
            Always.
        """
        line, column = self.place(near) or (None, None)
        raise PolicyInvalid(reason, line=line, column=column, source=self.source) from None

    def place(self, near: str | None) -> tuple[int, int] | None:
        """Find the line and the column where the table in hand sets a key, or names a word."""
        if near is None:
            return None
        key = re.compile(rf"""\s*["']?{re.escape(near)}["']?\s*=""")
        within = re.compile(rf"""["']{re.escape(near)}["']|[{{,\s]{re.escape(near)}\s*=""")
        table, mentioned = "", None
        for number, line in enumerate(self.text.splitlines(), start=1):
            start = len(line) - len(line.lstrip()) + 1
            if header := re.match(r"\s*\[\[?\s*(\w+)", line):
                table = header[1]
                if near in (table, line.strip("[] ").partition(".")[2]):
                    return number, start
            if table != self.reading:
                continue
            if key.match(line) or f"[{table}]" == near:
                return number, start
            if mentioned is None and (found := within.search(line.split("#", 1)[0])):
                mentioned = number, found.start() + 1
        return mentioned


def undotted(table: Mapping[str, Any]) -> dict[str, Any]:
    """Put codes together again: TOML reads an unquoted dot as a table within a table."""
    flat: dict[str, Any] = {}
    for key, value in table.items():
        if _holds_codes(value):
            flat |= {f"{key}.{rest}": inner for rest, inner in value.items()}
        else:
            flat[key] = value
    return flat


def _holds_codes(value: object) -> bool:
    """Tell a table of bands, which TOML made of a code's dot, from a band."""
    return (
        isinstance(value, dict) and bool(value) and all(isinstance(v, dict) for v in value.values())
    )


def _n_codes(value: Any) -> int:
    return len(value) if _holds_codes(value) else 1


def is_number(value: object) -> bool:
    """Tell whether a value is a number; `true` is none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def meant(name: str, known: tuple[str, ...]) -> str:
    """Ask whether something known was meant; nothing where nothing is like it."""
    close = get_close_matches(name, known, n=1)
    return Sentence("; did you mean {name!r}?", name=close[0]) if close else ""
