"""Personal data: an address, a number or a card that lets strangers find somebody.

A form can be met by chance, so the policy that comes with modsvc holds for these and rejects
nothing.
"""

from __future__ import annotations

from itertools import islice

from modsvc.core.comment import Subject
from modsvc.core.personal import find_kind
from modsvc.core.policy import Policy
from modsvc.core.signals import MAX_SPANS, Signal


def email(subject: Subject, _policy: Policy) -> Signal | None:
    """Fire when the body holds an e-mail address."""
    return _found("email", subject)


def phone(subject: Subject, _policy: Policy) -> Signal | None:
    """Fire when the body holds what looks like a telephone number."""
    return _found("phone", subject)


def card(subject: Subject, _policy: Policy) -> Signal | None:
    """Fire when the body holds the number of a payment card, whose check digit is right."""
    return _found("card", subject)


def address(subject: Subject, _policy: Policy) -> Signal | None:
    """Fire when the body holds a street with a number, as English writes it."""
    return _found("address", subject)


def _found(kind: str, subject: Subject) -> Signal | None:
    spans = tuple(sorted({*islice(find_kind(kind, subject.text.raw), MAX_SPANS)}))
    return Signal(f"personal.{kind}", spans=spans, detail={"count": len(spans)}) if spans else None
