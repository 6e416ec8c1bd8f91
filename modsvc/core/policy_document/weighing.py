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
from modsvc.core.sentence import Sentence

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
                Sentence(
                    "[bands_alone] has room for the classifier's labels only; {code} is weighed "
                    "as in [bands], whichever stages judged",
                    code=code,
                ),
                code,
            )
    document.refuse_unknown(table, tuple(LABELS))
    alone = {label: band(document, label, value) for label, value in table.items()}
    for label, each in alone.items():
        stops = both[label].stops_from
        if stops is not None and each.hold is None and not _at_most(each.reject, stops):
            alone_from = (
                Sentence("never")
                if each.reject is None
                else Sentence("only from {number} on", number=each.reject)
            )
            document.refuse(
                Sentence(
                    "{label} is stopped from {stops} on where both stages judge, and by this line "
                    "{alone_from} where one does, which knows less: give it a hold, or leave the "
                    "line out",
                    label=label,
                    stops=stops,
                    alone_from=alone_from,
                ),
                label,
            )
    return alone


def band(document: Document, code: str, value: object) -> Band:
    """Read one band."""
    if not isinstance(value, dict) or not set(value) <= {"hold", "reject"}:
        document.refuse(
            Sentence(
                "the band of {code} is written {{ hold = 0.5, reject = 0.9 }}, "
                "with either, both or none of the two",
                code=code,
            ),
            code,
        )
    for name, number in value.items():
        if not is_number(number) or not 0 < number <= 1:
            document.refuse(
                Sentence(
                    "{name} of {code} is a number above 0 and at most 1", name=name, code=code
                ),
                code,
            )
    read = Band(value.get("hold"), value.get("reject"))
    if read.hold is not None and read.reject is not None and read.hold > read.reject:
        document.refuse(
            Sentence(
                "{code} would reject at {reject} before it holds at {hold}",
                code=code,
                reject=read.reject,
                hold=read.hold,
            ),
            code,
        )
    if code in MUST_HOLD and read.hold is None and read.reject is None:
        document.refuse(
            Sentence("{code} must hold: what could not be checked is not approved", code=code), code
        )
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
        document.refuse(Sentence("{name} is a number from 0 to 1", name=name), name)
    return number


def queue(document: Document) -> Queue:
    """Read how soon held comments are to be looked at."""
    table = document.table("queue", ("urgent", "hidden", *QUEUE_COUNTS, *QUEUE_SHARES))
    numbers = {name: document.whole(name, table[name], 1) for name in QUEUE_COUNTS}
    for name in QUEUE_SHARES:
        if not is_number(table[name]) or not 0 <= table[name] <= 1:
            document.refuse(Sentence("{name} is a number from 0 to 1", name=name), name)
    hidden = document.texts("hidden", table["hidden"], Sentence("things"))
    for each in hidden:
        if each not in HIDEABLE:
            why = Sentence("hidden has {each!r}{meant}", each=each, meant=meant(each, HIDEABLE))
            document.refuse(why, each)
    urgent = document.texts("urgent", table["urgent"], Sentence("signal codes"))
    for code in urgent:
        if code not in CODES:
            why = Sentence(
                "{name} names {code!r}, no signal{meant}",
                name="urgent",
                code=code,
                meant=meant(code, CODES),
            )
            document.refuse(why, code)
    shares = {name: table[name] for name in QUEUE_SHARES}
    return Queue(urgent=frozenset(urgent), hidden=frozenset(hidden), **numbers, **shares)


def reply_odds(document: Document) -> float:
    """Read how much likelier an insult is one where it answers someone."""
    odds = document.table("context", ("reply_odds",))["reply_odds"]
    if not is_number(odds) or not 1 <= odds <= MAX_REPLY_ODDS:
        why = Sentence("reply_odds is a number from 1 to {most}", most=MAX_REPLY_ODDS)
        document.refuse(why, "reply_odds")
    return float(odds)


def _at_most(strength: float | None, limit: float) -> bool:
    return strength is not None and strength <= limit
