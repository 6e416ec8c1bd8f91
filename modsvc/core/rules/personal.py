"""Personal data: what lets strangers find somebody, the writer or another.

Each is told by its form, and by a check digit where it has one. A form can be met by chance, so the
policy that comes with modsvc holds for these and rejects nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice

from modsvc.core.comment import Subject
from modsvc.core.links import domain_of, in_letters
from modsvc.core.policy import Policy
from modsvc.core.signals import MAX_SPANS, Signal, Span

# Every part is bounded, and so is how many are looked at, so that no text makes any of these slow.
_MOST = 500
_BEFORE = re.compile(r"[\w.+-]{1,64}\Z")
_AFTER = re.compile(r"(?:[^\W_][\w-]{0,62}\.){1,8}[^\W\d_]{2,24}(?![\w-])")
# Digits in groups, as people write them: "+972 50-123-4567", "(030) 1234 5678".
_NUMBER = re.compile(r"(?<![\w.,:/+(-])\+?\(?\d(?:[ ()./-]{0,2}\d){6,24}(?![\w:/]|[.,-]\d)")
_STREET = re.compile(
    r"\b(?!(?:19|20)\d\d\s)\d{1,5}[A-Za-z]?\s(?!Wall|First|Second|Third|Last|Million|Billion)(?:(?:[NSEW]|North|South|East|West)\.?\s)?(?:[A-Z][\w'’.-]{1,30}\s){1,3}"
    r"(?:Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Square|Sq|Way|Terrace"
    r"|Place|Pl)\b"
)
# Of judges, and not of houses.
_COURT = re.compile(r"\b(?:Supreme|Federal|High|District|Appeals?|Circuit|Superior|County) Court")
_STREET_WORD = re.compile(r"\d[A-Za-z]?\s[A-Z]")
# Where nobody is found who could not be found otherwise.
_SEATS = frozenset(
    {
        "10 downing street",
        "11 downing street",
        "1600 pennsylvania avenue",
        "24 sussex drive",
        "24 sussex dr",
    }
)
_NO_DIGIT = re.compile(r"\D")
_THOUSANDS = re.compile(r"\d{1,3}(?:[ .]\d{3})+")
_GROUP = re.compile(r"\d+")
# Of companies and offices, for anybody to call.
_FREE = ("1800", "1888", "1877", "1866", "1855", "1844", "1833", "0800", "0808")
_DECIMAL = re.compile(r"\d+[.,]\d+")
_DATE = re.compile(r"(?:19|20)\d\d[ ./-]|.*[ ./-](?:19|20)\d\d(?: \d+)?$")
_PHONE_DIGITS = range(9, 16)
_CARD_DIGITS = range(13, 20)
# The first digits of the payment cards there are (ISO/IEC 7812): Visa, Mastercard, Amex and so on.
_CARDS = re.compile(r"4|5[1-5]|2[2-7]|3[47]|3[0689]|35|6")


def email(subject: Subject, _policy: Policy) -> Signal | None:
    """Fire when the body holds an e-mail address."""
    return _found("personal.email", subject, _emails)


def phone(subject: Subject, _policy: Policy) -> Signal | None:
    """Fire when the body holds what looks like a telephone number."""
    return _found("personal.phone", subject, _phones)


def card(subject: Subject, _policy: Policy) -> Signal | None:
    """Fire when the body holds the number of a payment card, whose check digit is right."""
    return _found("personal.card", subject, _cards)


def address(subject: Subject, _policy: Policy) -> Signal | None:
    """Fire when the body holds a street with a number, as English writes it."""
    return _found("personal.address", subject, _addresses)


def _emails(raw: str) -> Iterator[Span]:
    end = 0
    for found in islice(re.finditer("@", raw), _MOST):
        at = found.start()
        before = _BEFORE.search(raw, max(end, at - 64), at)
        after = _AFTER.match(raw, at + 1)
        if before and after and domain_of(in_letters(after[0])):
            end = after.end()
            yield Span(before.start(), end)


def _phones(raw: str) -> Iterator[Span]:
    for found in _NUMBER.finditer(raw):
        written, digits = found[0], _NO_DIGIT.sub("", found[0])
        # A number that goes abroad, or begins with the digit that leads out of a town, or is cut
        # into groups; not a sum of money, a date, a book's number, or the number of a card.
        is_abroad = written.startswith(("+", "00"))
        groups = [len(group) for group in _GROUP.findall(written)]
        # As people cut numbers: not a score, a lottery's draw or thousands.
        is_cut = 2 <= len(groups) <= 5 and max(groups) >= 3 and set(groups) != {3}
        before = raw[max(0, found.start() - 8) : found.start()]
        if (
            len(digits) in _PHONE_DIGITS
            and (is_abroad or is_cut or (digits.startswith("0") and not before.endswith("=")))
            and not _THOUSANDS.fullmatch(written)
            and not _DECIMAL.fullmatch(written)
            and not _DATE.match(written)
            and not digits.startswith(_FREE)
            and not (digits.startswith(("978", "979")) or "ISBN" in before)
            and not _is_card(digits)
        ):
            yield Span(*found.span())


def _cards(raw: str) -> Iterator[Span]:
    for found in _NUMBER.finditer(raw):
        if _is_card(_NO_DIGIT.sub("", found[0])):
            yield Span(*found.span())


def _addresses(raw: str) -> Iterator[Span]:
    end = 0
    for start in islice(_STREET_WORD.finditer(raw), _MOST):
        found = _STREET.search(raw, max(end, start.start() - 5), start.end() + 120)
        if found:
            end = found.end()
            if found[0].lower() not in _SEATS and not _COURT.search(found[0]):
                yield Span(found.start(), end)


def _is_card(digits: str) -> bool:
    return len(digits) in _CARD_DIGITS and bool(_CARDS.match(digits)) and _checks(digits)


def _checks(digits: str) -> bool:
    """Check the last digit by Luhn's formula (ISO/IEC 7812-1, annex B)."""
    doubled = [sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2]]
    return (sum(doubled) + sum(map(int, digits[-1::-2]))) % 10 == 0


def _found(code: str, subject: Subject, find: Callable[[str], Iterator[Span]]) -> Signal | None:
    spans = tuple(islice(find(subject.text.raw), MAX_SPANS))
    return Signal(code, spans=spans, detail={"count": len(spans)}) if spans else None
