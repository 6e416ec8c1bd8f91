"""A policy as an editor writes it: one TOML document, read as a whole or refused as a whole."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import fields
from difflib import get_close_matches
from typing import Any, NoReturn

from modsvc.core.decision import Action
from modsvc.core.faults import FAULTS
from modsvc.core.labels import DOUBTS, LABELS
from modsvc.core.links import in_letters
from modsvc.core.patterns import Pattern, PatternInvalid, Patterns
from modsvc.core.policy import Band, Limits, Links, Policy, Queue
from modsvc.core.rules import RULES
from modsvc.core.words import WordList
from modsvc.errors import PolicyInvalid

CODES = (*LABELS, *DOUBTS, *RULES, *FAULTS)
TABLES = ("bands", "bands_alone", "context", "limits", "links", "words", "patterns", "queue")
# What could not be checked, or would have been rejected on doubtful grounds.
MUST_HOLD = (*FAULTS, "bias.unstable")
# More would reject a reply for its "you".
MAX_REPLY_ODDS = 4
ACTIONS = {action.word: action for action in (Action.HOLD, Action.REJECT)}
PATTERN = {"match", "action", "note"}
LINKS = tuple(field.name for field in fields(Links))
_DOMAIN = re.compile(r"(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_]{2,}")
LIMITS = {field.name: field.type for field in fields(Limits)}


def read_policy(text: str, *, source: str = "policy") -> Policy:
    """Read a policy document.

    The version is the first 12 hexadecimal digits of the document's SHA-256, so that a decision
    names exactly the text that made it.

    Parameters
    ----------
    text : str
        The TOML document.
    source : str
        What to call it in errors, such as a file name.

    Raises
    ------
    PolicyInvalid
        Anything is missing, unknown or out of range; says where, what and what is allowed.
    """
    return _Document(text, source).policy()


class _Document:
    def __init__(self, text: str, source: str) -> None:
        self.text, self.source = text, source
        self.reading = ""  # The table in hand.
        try:
            self.tables = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            told = re.search(r"line (\d+)", str(error))
            line = int(told[1]) if told else len(text.splitlines())  # "At end of document."
            raise PolicyInvalid(f"this is not TOML: {error}", line=line, source=source) from None
        except (ValueError, RecursionError) as error:  # Numbers and nesting beyond all measure.
            raise PolicyInvalid(f"this cannot be read as TOML: {error}", source=source) from None

    def policy(self) -> Policy:
        for name in self.tables:
            if name not in TABLES:
                self.refuse(f"there is no table {name!r}{_meant(name, TABLES)}", name)
        bands = self.bands()
        return Policy(
            version=hashlib.sha256(self.text.encode()).hexdigest()[:12],
            bands=bands,
            limits=self.limits(),
            links=self.links(),
            words=self.words(),
            patterns=self.patterns(),
            queue=self.queue(),
            reply_odds=self.reply_odds(),
            bands_alone=self.bands_alone(bands),
        )

    def bands(self) -> Mapping[str, Band]:
        table = self.table("bands", CODES)
        return {code: self.band(code, table[code]) for code in CODES}

    def bands_alone(self, both: Mapping[str, Band]) -> Mapping[str, Band]:
        """Read the bands of stage one judging alone: a table that may be missing, of labels."""
        if "bands_alone" not in self.tables:
            return {}
        table = self.keyed_table("bands_alone")
        for code in table:
            if code in CODES and code not in LABELS:
                self.refuse(
                    f"[bands_alone] has room for the classifier's labels only; {code} is weighed "
                    "as in [bands], whichever stages judged",
                    code,
                )
        self.refuse_unknown(table, tuple(LABELS))
        alone = {label: self.band(label, value) for label, value in table.items()}
        for label, band in alone.items():
            stops = both[label].stops_from
            if stops is not None and band.hold is None and not _at_most(band.reject, stops):
                alone_from = "never" if band.reject is None else f"only from {band.reject} on"
                self.refuse(
                    f"{label} is stopped from {stops} on where both stages judge, and by this line "
                    f"{alone_from} where one does, which knows less: give it a hold, or leave the "
                    "line out",
                    label,
                )
        return alone

    def band(self, code: str, value: object) -> Band:
        if not isinstance(value, dict) or not set(value) <= {"hold", "reject"}:
            self.refuse(
                f"the band of {code} is written {{ hold = 0.5, reject = 0.9 }}, "
                "with either, both or none of the two",
                code,
            )
        for name, number in value.items():
            if not _is_number(number) or not 0 < number <= 1:
                self.refuse(f"{name} of {code} is a number above 0 and at most 1", code)
        band = Band(value.get("hold"), value.get("reject"))
        if band.hold is not None and band.reject is not None and band.hold > band.reject:
            self.refuse(
                f"{code} would reject at {band.reject} before it holds at {band.hold}", code
            )
        if code in MUST_HOLD and band.hold is None and band.reject is None:
            self.refuse(f"{code} must hold: what could not be checked is not approved", code)
        return band

    def limits(self) -> Limits:
        table = self.table("limits", tuple(LIMITS))
        for name, kind in LIMITS.items():
            number = table[name]
            if kind == "int" and not (type(number) is int and number >= 0):
                self.refuse(f"{name} is a whole number, 0 or more", name)
            if kind == "float" and not (_is_number(number) and 0 <= number <= 1):
                self.refuse(f"{name} is a number from 0 to 1", name)
        return Limits(**table)

    def words(self) -> WordList:
        banned = self.table("words", ("banned",))["banned"]
        if not isinstance(banned, list) or not all(isinstance(word, str) for word in banned):
            self.refuse("banned is a list of words and phrases in quotes", "banned")
        for word in banned:
            try:
                WordList([word])
            except ValueError as error:
                self.refuse(str(error), word)
        return WordList(banned)

    def links(self) -> Links:
        table = self.table("links", LINKS)
        return Links(**{name: self.domains(name, table[name]) for name in LINKS})

    def domains(self, name: str, value: object) -> frozenset[str]:
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            self.refuse(f"{name} is a list of domains in quotes", name)
        for each in value:
            if not _DOMAIN.fullmatch(in_letters(each)):
                self.refuse(
                    f"{name} names {each!r}, which is no domain; write it as news.example, without "
                    "https:// and without a path",
                    each,
                )
        return frozenset(map(in_letters, value))

    def patterns(self) -> Patterns:
        """Read the regular expressions: a table that may be missing, each by a name of its own."""
        found: dict[str, Pattern] = {}
        for name, value in (
            self.keyed_table("patterns").items() if "patterns" in self.tables else ()
        ):
            if not isinstance(value, dict) or not {"match", "action"} <= set(value) <= PATTERN:
                self.refuse(
                    f"the pattern {name!r} is written {{ match = '…', action = \"hold\" }}, "
                    "and may have a note",
                    name,
                )
            if value["action"] not in ACTIONS:
                self.refuse(f"the action of {name!r} is {' or '.join(ACTIONS)}", name)
            if not isinstance(value["match"], str):
                self.refuse(f"what {name!r} matches stands in quotes", name)
            found[name] = Pattern(value["match"], ACTIONS[value["action"]])
            try:
                Patterns({name: found[name]})
            except PatternInvalid as error:
                self.refuse(f"the pattern {name!r} cannot be used: {error}", name)
        return Patterns(found)

    def queue(self) -> Queue:
        table = self.table("queue", ("promised_minutes", "urgent"))
        minutes, urgent = table["promised_minutes"], table["urgent"]
        if type(minutes) is not int or minutes < 1:
            self.refuse("promised_minutes is a whole number, 1 or more", "promised_minutes")
        if not isinstance(urgent, list) or not all(isinstance(code, str) for code in urgent):
            self.refuse("urgent is a list of signal codes in quotes", "urgent")
        for code in urgent:
            if code not in CODES:
                self.refuse(f"urgent names {code!r}, no signal{_meant(code, CODES)}", code)
        return Queue(minutes, frozenset(urgent))

    def reply_odds(self) -> float:
        odds = self.table("context", ("reply_odds",))["reply_odds"]
        if not _is_number(odds) or not 1 <= odds <= MAX_REPLY_ODDS:
            self.refuse(f"reply_odds is a number from 1 to {MAX_REPLY_ODDS}", "reply_odds")
        return float(odds)

    def table(self, name: str, keys: tuple[str, ...]) -> dict[str, Any]:
        """Give the table, having seen that it has just these keys."""
        table = self.keyed_table(name)
        self.refuse_unknown(table, keys)
        for key in keys:
            if key not in table:
                self.refuse(f"[{name}] lacks {key!r}", f"[{name}]")
        return table

    def keyed_table(self, name: str) -> dict[str, Any]:
        """Give the table, whatever its keys, and take it in hand."""
        self.reading = name
        table = self.tables.get(name)
        if not isinstance(table, dict):
            self.refuse(f"the table [{name}] is missing")
        # TOML reads an unquoted dot as a table within a table; the codes have dots of their own.
        flat = _undotted(table)
        if len(flat) < sum(map(_n_codes, table.values())):
            self.refuse(f"a code stands in [{name}] twice, with its dot in quotes and without")
        return flat

    def refuse_unknown(self, table: Mapping[str, Any], keys: tuple[str, ...]) -> None:
        for key in table:
            if key not in keys:
                self.refuse(f"[{self.reading}] has no {key!r}{_meant(key, keys)}", key)

    def refuse(self, reason: str, near: str | None = None) -> NoReturn:
        raise PolicyInvalid(reason, line=self.line(near), source=self.source) from None

    def line(self, near: str | None) -> int | None:
        """Find the line of the table in hand that sets a key, or names a word."""
        if near is None:
            return None
        key = re.compile(rf"""\s*["']?{re.escape(near)}["']?\s*=""")
        table, mentioned = "", None
        for number, line in enumerate(self.text.splitlines(), start=1):
            if header := re.match(r"\s*\[(\w+)[\].]", line):
                table = header[1]
                if table == near:
                    return number
            if table == self.reading:
                if key.match(line) or f"[{table}]" == near:
                    return number
                if mentioned is None and f'"{near}"' in line.split("#", 1)[0]:
                    mentioned = number
        return mentioned


def _undotted(table: Mapping[str, Any]) -> dict[str, Any]:
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


def _at_most(strength: float | None, limit: float) -> bool:
    return strength is not None and strength <= limit


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _meant(name: str, known: tuple[str, ...]) -> str:
    close = get_close_matches(name, known, n=1)
    return f"; did you mean {close[0]!r}?" if close else ""
