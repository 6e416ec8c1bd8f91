"""[bands], [bands_alone], [context], [limits], [queue]: how signals are weighed, and from when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from modsvc.core.faults import FAULTS
from modsvc.core.labels import DOUBTS, LABELS
from modsvc.core.policy import Band, Limits, Queue
from modsvc.core.policy_document.document import Document, is_number, meant
from modsvc.core.rules import RULES

CODES = (*LABELS, *DOUBTS, *RULES, *FAULTS)
# What could not be checked, or would have been rejected on doubtful grounds.
MUST_HOLD = (*FAULTS, "bias.unstable")
# More would reject a reply for its "you".
MAX_REPLY_ODDS = 4
# No rule could run in no time: each would fail, and hold every comment.
LEAST = {"rule_budget_ms": 1}
LIMITS = {field.name: str(field.type) for field in fields(Limits)}


def bands(document: Document) -> Mapping[str, Band]:
    """Read a band for each code."""
    table = document.table("bands", CODES)
    return {code: band(document, code, table[code]) for code in CODES}


def bands_alone(document: Document, both: Mapping[str, Band]) -> Mapping[str, Band]:
    """Read the bands of stage one judging alone: a table that may be missing, of labels."""
    table = document.optional_table("bands_alone")
    for code in table:
        if code in CODES and code not in LABELS:
            document.refuse(
                f"[bands_alone] has room for the classifier's labels only; {code} is weighed "
                "as in [bands], whichever stages judged",
                code,
            )
    document.refuse_unknown(table, tuple(LABELS))
    alone = {label: band(document, label, value) for label, value in table.items()}
    for label, each in alone.items():
        stops = both[label].stops_from
        if stops is not None and each.hold is None and not _at_most(each.reject, stops):
            alone_from = "never" if each.reject is None else f"only from {each.reject} on"
            document.refuse(
                f"{label} is stopped from {stops} on where both stages judge, and by this line "
                f"{alone_from} where one does, which knows less: give it a hold, or leave the "
                "line out",
                label,
            )
    return alone


def band(document: Document, code: str, value: object) -> Band:
    """Read one band."""
    if not isinstance(value, dict) or not set(value) <= {"hold", "reject"}:
        document.refuse(
            f"the band of {code} is written {{ hold = 0.5, reject = 0.9 }}, "
            "with either, both or none of the two",
            code,
        )
    for name, number in value.items():
        if not is_number(number) or not 0 < number <= 1:
            document.refuse(f"{name} of {code} is a number above 0 and at most 1", code)
    read = Band(value.get("hold"), value.get("reject"))
    if read.hold is not None and read.reject is not None and read.hold > read.reject:
        document.refuse(
            f"{code} would reject at {read.reject} before it holds at {read.hold}", code
        )
    if code in MUST_HOLD and read.hold is None and read.reject is None:
        document.refuse(f"{code} must hold: what could not be checked is not approved", code)
    return read


# The numbers of [queue].
QUEUE_COUNTS = ("promised_minutes", "busy_article")
HIDEABLE = ("author",)
QUEUE_SHARES = ("doubt", "reach", "second_looks", "samples")


def limits(document: Document) -> Limits:
    """Read every limit."""
    table = document.table("limits", tuple(LIMITS))
    return Limits(**{name: limit(document, name, table[name]) for name in LIMITS})


def limit(document: Document, name: str, number: object) -> Any:
    """Read one limit, a whole number or one with a fraction."""
    if LIMITS[name] == "int":
        return document.whole(name, number, LEAST.get(name, 0))
    if not (is_number(number) and 0 <= number <= 1):  # type: ignore[operator]  # A number, as is_number says.
        document.refuse(f"{name} is a number from 0 to 1", name)
    return number


def queue(document: Document) -> Queue:
    """Read how soon held comments are to be looked at."""
    table = document.table("queue", ("urgent", "hidden", *QUEUE_COUNTS, *QUEUE_SHARES))
    numbers = {name: document.whole(name, table[name], 1) for name in QUEUE_COUNTS}
    for name in QUEUE_SHARES:
        if not is_number(table[name]) or not 0 <= table[name] <= 1:
            document.refuse(f"{name} is a number from 0 to 1", name)
    hidden = document.texts("hidden", table["hidden"], "things")
    for each in hidden:
        if each not in HIDEABLE:
            document.refuse(f"hidden has {each!r}{meant(each, HIDEABLE)}", each)
    urgent = document.texts("urgent", table["urgent"], "signal codes")
    for code in urgent:
        if code not in CODES:
            document.refuse(f"urgent names {code!r}, no signal{meant(code, CODES)}", code)
    shares = {name: table[name] for name in QUEUE_SHARES}
    return Queue(urgent=frozenset(urgent), hidden=frozenset(hidden), **numbers, **shares)


def reply_odds(document: Document) -> float:
    """Read how much likelier an insult is one where it answers someone."""
    odds = document.table("context", ("reply_odds",))["reply_odds"]
    if not is_number(odds) or not 1 <= odds <= MAX_REPLY_ODDS:
        document.refuse(f"reply_odds is a number from 1 to {MAX_REPLY_ODDS}", "reply_odds")
    return float(odds)


def _at_most(strength: float | None, limit: float) -> bool:
    return strength is not None and strength <= limit
