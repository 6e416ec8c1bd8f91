"""Personal data: what lets strangers find somebody, the writer or another.

Each kind is told by its form, and by a check digit where it has one. The rules hold for it
(`modsvc.core.rules.personal`), and the moderators' pages keep it back until they are asked for it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from modsvc.core.links import domain_of, in_letters
from modsvc.core.signals import MAX_SPANS, Span

# Every part is bounded, and so is how many are looked at, so that no text makes any of these slow.
_MOST = 500
_MEMO_LIMIT = 20_000  # Entries; a text of rare characters must not fill the memory for good.
_TEXTS_REMEMBERED = 16  # Each comment is searched once for every kind.
_LONGEST_NAME = 64  # Of a mailbox, as RFC 5321 has it.
_AT = re.compile("@")
_NAME = re.compile(r"[\w.+-]+")
_AFTER = re.compile(r"(?:[^\W_][\w-]{0,62}\.){1,8}[^\W\d_]{2,24}(?![\w-])")
# Digits in groups, as people write them: "+972 50-123-4567", "(030) 1234 5678", "050 - 1234567".
_NUMBER = re.compile(
    r"(?<![\w.,/+(])(?<![\w)]-)(?<!\d:)\+?\(?\d(?:[ ()./-]{0,3}\d){6,24}(?![\w:/]|[.,-]\d)",
    re.ASCII,
)
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
# All of them have one of these; most comments have none.
_PERHAPS = re.compile(r"[@\d]")
# Not what may stand unseen between two digits: fillers, joiners, marks of direction and the like.
_SEEN = re.compile(
    "[^\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e007f]+"
)


class _Plain(dict[int, str]):
    """From a code point to the sign, digit or space that it is another form of, or else to itself.

    A dash may not break, a space may not stretch, a digit may be Arabic or full-width.
    """

    def __missing__(self, point: int) -> str:
        if len(self) >= _MEMO_LIMIT:
            self.clear()
        char = chr(point)
        folded = unicodedata.normalize("NFKC", char)
        plain = folded if len(folded) == 1 else char
        if plain == "\u2212" or unicodedata.category(plain) == "Pd":
            plain = "-"
        elif plain.isdecimal():
            plain = str(unicodedata.decimal(plain))
        self[point] = plain
        return plain


_PLAIN = _Plain()


class Personal(NamedTuple):
    """A stretch of personal data, `end` exclusive; its kind is one of FINDERS, or REST."""

    kind: str
    start: int
    end: int


# What follows when there is more than is looked for.
REST = "rest"


def find_kind(kind: str, text: str) -> Iterator[Span]:
    """Find one kind, in the text as it was sent and as it is seen. One may be found by both."""
    if _PERHAPS.search(_plain(text)) is None:
        return
    yield from FINDERS[kind](text)
    bare, at = _as_seen(text)
    if bare != text:
        yield from (Span(at[span.start], at[span.end - 1] + 1) for span in FINDERS[kind](bare))


def find_personal(text: str) -> list[Personal]:
    """Find all personal data of a text, in the order it stands. What overlaps is one stretch.

    Looked for are the text as it was sent, as the rules do, and as it is seen: without characters
    that nobody can see. Of a text with more than is looked for, all the rest is taken for
    personal: what was not looked at is not passed over.
    """
    if _PERHAPS.search(_plain(text)) is None:
        return []
    found = [*_all_of(text)]
    bare, at = _as_seen(text)
    if bare != text:
        found += [Personal(kind, at[start], at[end - 1] + 1) for kind, start, end in _all_of(bare)]
    return _merged(found)


def emails(raw: str) -> Iterator[Span]:
    """Find e-mail addresses."""
    raw, end = _plain(raw), 0
    for found in islice(_AT.finditer(raw), _MOST):
        at = found.start()
        before = _NAME.match(raw[max(end, at - _LONGEST_NAME) : at][::-1])  # Read backwards.
        after = _AFTER.match(raw, at + 1)
        if before and after and domain_of(in_letters(after[0])):
            end = after.end()
            yield Span(at - before.end(), end)


def phones(raw: str) -> Iterator[Span]:
    """Find what looks like telephone numbers."""
    raw = _plain(raw)
    for found in _NUMBER.finditer(raw):
        written, digits = found[0], _NO_DIGIT.sub("", found[0])
        if len(digits) not in _PHONE_DIGITS:
            continue
        # A number that goes abroad, or begins with the digit that leads out of a town, or is cut
        # into groups; not a sum of money, a date, a book's number, or the number of a card.
        is_abroad = written.startswith(("+", "00"))
        groups = [len(group) for group in _GROUP.findall(written)]
        # As people cut numbers: not a score, a lottery's draw or thousands.
        is_cut = 2 <= len(groups) <= 5 and max(groups) >= 3 and set(groups) != {3}
        before = raw[max(0, found.start() - 8) : found.start()]
        if (
            (is_abroad or is_cut or (digits.startswith("0") and not before.endswith("=")))
            and not _THOUSANDS.fullmatch(written)
            and not _DECIMAL.fullmatch(written)
            and not _DATE.match(written)
            and not digits.startswith(_FREE)
            and not (digits.startswith(("978", "979")) or "ISBN" in before.upper())
            and not _is_card(digits)
        ):
            yield Span(*found.span())


def cards(raw: str) -> Iterator[Span]:
    """Find the numbers of payment cards, whose check digit is right."""
    for found in _NUMBER.finditer(_plain(raw)):
        if _is_card(_NO_DIGIT.sub("", found[0])):
            yield Span(*found.span())


def addresses(raw: str) -> Iterator[Span]:
    """Find streets with a number, as English writes them."""
    end = 0
    for start in islice(_STREET_WORD.finditer(raw), _MOST):
        found = _STREET.search(raw, max(end, start.start() - 5), start.end() + 120)
        if found:
            end = found.end()
            if found[0].lower() not in _SEATS and not _COURT.search(found[0]):
                yield Span(found.start(), end)


FINDERS: dict[str, Callable[[str], Iterator[Span]]] = {
    "email": emails,
    "phone": phones,
    "card": cards,
    "address": addresses,
}


@lru_cache(_TEXTS_REMEMBERED)
def _as_seen(text: str) -> tuple[str, list[int]]:
    """Give a text without what nobody can see, and where each of its characters stands."""
    if text.isascii() or _SEEN.fullmatch(text):
        return text, []
    seen = [*_SEEN.finditer(text)]
    return "".join(run[0] for run in seen), [n for run in seen for n in range(*run.span())]


def _plain(text: str) -> str:
    """Give a text, as long as it is, with plain digits, spaces and signs."""
    return text if text.isascii() else text.translate(_PLAIN)


def _all_of(text: str) -> Iterator[Personal]:
    for kind, find in FINDERS.items():
        spans = [*islice(find(text), MAX_SPANS + 1)]
        yield from (Personal(kind, span.start, span.end) for span in spans[:MAX_SPANS])
        if len(spans) > MAX_SPANS:
            yield Personal(REST, spans[-1].start, len(text))
    for perhaps in (_AT, _STREET_WORD):
        unread = next(islice(perhaps.finditer(_plain(text)), _MOST, None), None)
        if unread is not None:
            yield Personal(REST, max(0, unread.start() - _LONGEST_NAME), len(text))


def _merged(found: Iterable[Personal]) -> list[Personal]:
    """Join what overlaps; the longest part says what kind it is."""
    merged: list[Personal] = []
    for each in sorted(found, key=lambda each: (each.start, -each.end)):
        last = merged[-1] if merged else None
        if last is None or each.start >= last.end:
            merged.append(each)
        else:
            longer = max(last, each, key=lambda one: one.end - one.start)
            merged[-1] = Personal(longer.kind, last.start, max(last.end, each.end))
    return merged


def _is_card(digits: str) -> bool:
    return len(digits) in _CARD_DIGITS and bool(_CARDS.match(digits)) and _checks(digits)


def _checks(digits: str) -> bool:
    """Check the last digit by Luhn's formula (ISO/IEC 7812-1, annex B)."""
    doubled = [sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2]]
    return (sum(doubled) + sum(map(int, digits[-1::-2]))) % 10 == 0
