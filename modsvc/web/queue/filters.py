"""What a queue's address asks for, read with care and written again: filters, order, reading."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from flask import g, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext, lazy_pgettext, ngettext

from modsvc.core.faults import FAULTS
from modsvc.core.filters import (
    DUE,
    NEWEST,
    NOTHING,
    OLDEST,
    ORDERS,
    OTHERS,
    WHOSE,
    WORST,
    Asked,
    Filters,
)
from modsvc.core.labels import LABELS
from modsvc.core.preferences import READING
from modsvc.core.rules import RULES
from modsvc.core.searching import MAX_QUERY_CHARS, read_query
from modsvc.web.preferences import hides_author, is_lead, reading
from modsvc.web.queue.blueprint import MAX_ID

ORDER_NAMES = {
    DUE: lazy_gettext("Most pressing"),
    NEWEST: lazy_gettext("Newest"),
    OLDEST: lazy_gettext("Oldest"),
    WORST: lazy_gettext("Worst"),
}
WHOSE_NAMES = {
    "mine": lazy_gettext("assigned to me"),
    "escalated": lazy_pgettext("a comment", "escalated"),
    "others": lazy_gettext("assigned to others"),
}
# What stands before what was asked for. What has nothing before it says itself what it is.
PART_NAMES = {
    "reason": lazy_pgettext("a filter", "here for"),
    "label": lazy_pgettext("a filter", "score"),
    "from": lazy_pgettext("a filter", "at least"),
    "to": lazy_pgettext("a filter", "at most"),
    "language": lazy_pgettext("a filter", "in"),
    "article": lazy_pgettext("a filter", "on"),
    "author": lazy_pgettext("a filter", "by"),
    "by": lazy_pgettext("a filter", "by the author of case"),
    "held": lazy_pgettext("a filter", "held"),
    "whose": "",
    "late": "",
    "like": lazy_pgettext("a filter", "like case"),
    "text": lazy_pgettext("a filter", "says"),
}
AGES = {
    "": lazy_gettext("any time"),
    "under-15m": lazy_gettext("less than 15 minutes"),
    "under-1h": lazy_gettext("less than an hour"),
    "over-1h": lazy_gettext("more than an hour"),
    "over-6h": lazy_gettext("more than 6 hours"),
    "over-1d": lazy_gettext("more than a day"),
}
REASONS = (*LABELS, *sorted({*RULES, *FAULTS} - {*LABELS}))
MAX_ID_CHARS = 200
# A number from 0 to 1, with up to four digits after the point.
SCORE = re.compile(r"0?\.\d{1,4}|[01](?:\.0{1,4})?")
LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{1,8}){0,3}")
AGE = re.compile(r"(over|under)-([1-9][0-9]{0,3})([mhd])")
NUMBER = re.compile(r"[0-9]{1,19}")
UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
UNIT_NAMES = {
    "m": ("%(num)s min", "%(num)s min"),
    "h": ("%(num)s h", "%(num)s h"),
    "d": ("%(num)s day", "%(num)s days"),
}
PARTS = (
    "reason",
    "label",
    "from",
    "to",
    "language",
    "article",
    "author",
    "by",
    "held",
    "whose",
    "late",
    "like",
    "text",
)
# Whose answer tells who wrote what.
OF_AUTHORS = ("author", "by")


@dataclass(frozen=True, slots=True)
class View:
    """What is looked at, and how. `said` is what was typed, by the names that addresses use.

    `problems` say what could not be understood; that asks for nothing.
    """

    filters: Filters = NOTHING
    order: str = DUE
    read: str = "list"
    said: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()

    @classmethod
    def asked(cls) -> View:
        """Read it from the request's address."""
        args, read = request.args, request.args.get("read", "")
        view = read_view(args, is_lead=is_lead(), is_blind=hides_author())
        problems = view.problems
        if read and read not in READING:
            problems += (_("Cases are read as a list, as cards or one at a time."),)
        return replace(view, read=reading(read), problems=problems)

    def args(self, **changes: str | None) -> dict[str, str | None]:
        """Give what an address of it needs, with changes; None leaves a part out."""
        order = None if self.order == DUE else self.order
        return {**self.said, "order": order, **changes}

    def address(self, endpoint: str = "queue.show", **changes: str | None) -> str:
        """Give the address of a page about what it asks for."""
        args: dict[str, Any] = {**self.args(), **changes}
        return url_for(endpoint, **args)

    @property
    def query(self) -> dict[str, str]:
        """What is kept of it under a name."""
        return {name: value for name, value in self.args().items() if value}

    def wanted(self) -> Asked:
        """Give what to ask the store for, for the visitor."""
        return Asked(self.filters, self.order, g.visitor.id, is_lead())


def read_view(args: Mapping[str, str], *, is_lead: bool = True, is_blind: bool = False) -> View:
    """Read filters and order from an address's parts; whatever they are, it is a view.

    Who judges blind cannot ask by author: what is found would be known to be that author's.
    """
    given = {
        name: value
        for name in PARTS
        if (value := args.get(name, "").replace("\0", "").strip()[:MAX_ID_CHARS])
    }
    found: dict[str, Any] = {}
    said, problems = dict[str, str](), list[str]()
    for name, read in _READERS.items():
        if name not in given:
            continue
        try:
            found |= read(given[name])
            said[name] = given[name]
        except ValueError as error:
            problems.append(str(error))
    if found.get("whose") == OTHERS and not is_lead:
        del found["whose"], said["whose"]
        problems.append(_("What is assigned to others is shown to leads."))
    if is_blind and any(part in said for part in OF_AUTHORS):
        for part in OF_AUTHORS:
            found.pop(part, None)
            said.pop(part, None)
        problems.append(_("Authors are hidden from you: nothing is asked for by who wrote it."))
    if ("least" in found or "most" in found) and "label" not in found:
        problems.append(_("Choose which score is to be in this range."))
        for name, part in (("least", "from"), ("most", "to")):
            found.pop(name, None)
            said.pop(part, None)
    order = args.get("order", "")
    if order and order not in ORDERS:
        problems.append(_("There is no such order."))
    return View(
        Filters(**found),
        order if order in ORDERS else DUE,
        said=said,
        problems=tuple(problems),
    )


def held_name(held: str) -> str:
    """Name an age as an address has it."""
    if held in AGES:
        return str(AGES[held])
    match = AGE.fullmatch(held)
    if match is None:
        return held
    time = ngettext(*UNIT_NAMES[match[3]], int(match[2]))
    return (
        _("more than %(time)s", time=time)
        if match[1] == "over"
        else _("less than %(time)s", time=time)
    )


def _reason(text: str) -> dict[str, Any]:
    if text not in REASONS:
        raise ValueError(_("There is no such reason."))
    return {"reason": text}


def _label(text: str) -> dict[str, Any]:
    if text not in LABELS:
        raise ValueError(_("There is no such score."))
    return {"label": text}


def _score(name: str) -> Callable[[str], dict[str, Any]]:
    def read(text: str) -> dict[str, Any]:
        if not SCORE.fullmatch(text):
            raise ValueError(_("A score is a number from 0 to 1, such as 0.6."))
        return {name: float(text)}

    return read


def _language(text: str) -> dict[str, Any]:
    if not LANGUAGE.fullmatch(text.lower()):
        raise ValueError(_("A language is written as its code, such as en or he."))
    return {"language": text.lower()}


def _held(text: str) -> dict[str, Any]:
    match = AGE.fullmatch(text)
    if match is None:
        raise ValueError(_("How long a comment was held cannot be asked for like this."))
    return {match[1]: int(match[2]) * UNITS[match[3]]}


def _whose(text: str) -> dict[str, Any]:
    if text not in WHOSE:
        raise ValueError(_("Cases are mine, escalated, or assigned to others."))
    return {"whose": text}


def _late(text: str) -> dict[str, Any]:
    if text != "1":
        raise ValueError(_("Late cases are asked for by late=1."))
    return {"is_late": True}


def _case(name: str) -> Callable[[str], dict[str, Any]]:
    def read(text: str) -> dict[str, Any]:
        if not NUMBER.fullmatch(text) or int(text) > MAX_ID:
            raise ValueError(_("There is no such case to compare with."))
        return {name: int(text)}

    return read


def _text(text: str) -> dict[str, Any]:
    query = read_query(text[:MAX_QUERY_CHARS])
    if not query.wanted:
        raise ValueError(_("Type a word to look for: letters, digits or emoji."))
    return {"text": query}


_READERS: dict[str, Callable[[str], dict[str, Any]]] = {
    "reason": _reason,
    "label": _label,
    "from": _score("least"),
    "to": _score("most"),
    "language": _language,
    "article": lambda text: {"article": text},
    "author": lambda text: {"author": text},
    "by": _case("by"),
    "held": _held,
    "whose": _whose,
    "late": _late,
    "like": _case("like"),
    "text": _text,
}
