"""Word lists: laws that hold for whatever is listed and whatever is sent, and odd texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modsvc.core.boundaries import is_boundary, is_sign
from modsvc.core.decision import Action
from modsvc.core.rules.words import suspect_words
from modsvc.core.signals import MAX_SPANS
from modsvc.core.text import normalise
from modsvc.core.words import Entry, WordList
from tests.core.test_words import NOW, found, holding
from tests.factories import make_subject
from tests.strategies import policy_with, texts

PIECES = st.sampled_from(
    [
        *("fool", "ass", "dumb", "ox", "b", "7", " ", " ", "-", "'", '"', "_", "#", "!", "é", "ß"),
        *("טיפש", "ה", "־", "״", "أحمق", "ـ", "дурак", "바보", "바카", "ハ", "カ", "バカ"),
        *("हराम", "ी", "笨", "蛋", "ば", "か", "ก", "า", "ิ", "่", "သ", "ီ", "ක", "ා", "🖕", "𠀀"),
    ]
)
PIECED = st.lists(PIECES, max_size=12).map("".join)
PHRASES = (
    st.lists(PIECES, min_size=1, max_size=4)
    .map("".join)
    .filter(lambda phrase: any(map(str.isalnum, normalise(phrase).text)))
)
WORD = st.one_of(
    st.text(st.characters(min_codepoint=ord(first), max_codepoint=ord(last)), min_size=3)
    for first, last in ("az", "ая", "αω", "את", "가힣")
)


def plainly(phrase: str, text: str) -> set[tuple[int, int]]:
    """Where a phrase stands in a reading, looked for at each place."""
    read = normalise(phrase).text.strip()
    places = set()
    for start in range(len(text) - len(read) + 1):
        end = start + len(read)
        is_there = all(
            there == wanted or (wanted == " " and is_sign(there))
            for there, wanted in zip(text[start:end], read, strict=True)
        )
        if is_there and is_boundary(text, start) and is_boundary(text, end):
            places.add((start, end))
    return places


@given(st.lists(PHRASES, max_size=6), PIECED)
def test_what_is_found_is_what_a_plain_search_finds(phrases: list[str], text: str) -> None:
    reading = normalise(text)
    expected = {(p, *place) for p in phrases for place in plainly(p, reading.text)}

    hits = found(holding(*phrases), reading)

    assert {(each.entry.phrase, each.start, each.end) for each in hits} == expected


@given(
    st.lists(WORD, min_size=1, max_size=3).map(" ".join),
    st.sampled_from([str.upper, str.lower, str.title, str.swapcase, str.capitalize]),
    st.lists(WORD, max_size=3).map(" ".join),
    st.lists(WORD, max_size=3).map(" ".join),
)
def test_an_entry_is_found_between_spaces_whatever_its_case(
    phrase: str, cased: object, before: str, after: str
) -> None:
    assert callable(cased)
    assert found(holding(phrase), f"{before} {cased(phrase)} {after}")


@given(st.lists(PHRASES, max_size=4), st.lists(PHRASES, max_size=4), PIECED)
def test_adding_entries_never_makes_fewer_found(
    phrases: list[str], more: list[str], text: str
) -> None:
    fewer, all_of_them = (found(holding(*each), text) for each in (phrases, phrases + more))

    assert {(e.entry, e.start, e.end) for e in fewer} <= {
        (e.entry, e.start, e.end) for e in all_of_them
    }


@given(st.lists(PHRASES, max_size=4), PIECED | texts)
def test_what_is_found_lies_in_the_text_and_is_found_again(phrases: list[str], text: str) -> None:
    words, reading = holding(*phrases), normalise(text)

    hits = found(words, reading)

    assert found(words, reading) == hits
    for each in hits:
        assert 0 <= each.start < each.end <= len(reading.text)
        start, end = reading.span(each.start, each.end)
        assert 0 <= start < end <= len(text)


@pytest.mark.parametrize(
    "unit",
    [
        *(
            "a\u0301\u0316",
            "a.",
            " ",
            "http://",
            "h.h.h.h-h-h-h.",
            "a1",
            "f у c  @ ",
            "aaab",
            "a@b.",
        ),
        *("a b ", "ass ", "class", "fool ", "fool_", "dumb ox ", "dumb dumb ox ", "no. "),
        *("笨", "笨蛋", "笨 ", "ควาย", "กิ", "טיפש ", 'ה"ט', "أحمق ", "ﷺ", "\ud83d", "🖕"),
    ],
)
@pytest.mark.parametrize("facts", [{}, {"language": "sw"}, {"at": NOW}])
def test_of_no_text_more_than_so_much_is_told(unit: str, facts: dict[str, object]) -> None:
    phrases = (
        "a",
        "b",
        "ass",
        "fool",
        "dumb ox",
        "ox dumb",
        "笨",
        "蛋",
        "笨蛋",
        "ควา",
        "טיפש",
        "أحمق",
    )
    words = WordList(
        [Entry(p, Action.HOLD, "en", NOW) for p in phrases]
        + [Entry(f"{p}{p}", Action.HOLD, "en", NOW) for p in phrases]
    )
    reading = normalise((unit * 20_480)[:20_480])
    words.prepare(None)

    assert len(found(words, reading, **facts)) <= MAX_SPANS


def test_of_countless_places_only_so_many_are_told() -> None:
    signal = suspect_words(make_subject("fool " * 4_000), policy_with(suspect=("fool",)))

    assert signal is not None
    assert signal.detail["count"] == len(signal.spans) == MAX_SPANS
