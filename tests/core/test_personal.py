"""Where personal data stands in a text: the stretches that pages keep back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modsvc.core.personal import FINDERS, REST, Personal, find_kind, find_personal
from modsvc.core.signals import MAX_SPANS
from tests.strategies import texts

# What personal data is made of, and what it is broken with.
scraps = st.lists(
    st.sampled_from(
        [
            *(
                "a",
                "dana",
                "@",
                "@b.com",
                ".",
                " ",
                "050",
                "-1234567",
                "+972 50-123-4567 ",
                "\u200b",
            ),
            *(
                "4111 1111 1111 1111",
                "12 ",
                "Baker ",
                "Street",
                "\u202e",
                "שלום ",
                "👩\u200d👧",
                "\n",
            ),
        ]
    )
).map("".join)


def found(text: str) -> list[tuple[str, str]]:
    return [(kind, text[start:end]) for kind, start, end in find_personal(text)]


def test_all_kinds_are_found_in_the_order_they_stand():
    text = "👩 050-1234567, dana@example.com, 12 Baker Street, 4111 1111 1111 1111"

    assert found(text) == [
        ("phone", "050-1234567"),
        ("email", "dana@example.com"),
        ("address", "12 Baker Street"),
        ("card", "4111 1111 1111 1111"),
    ]


def test_what_overlaps_is_one_stretch_of_the_longer_kind():
    assert found("at 050-1234567@example.com!") == [("email", "050-1234567@example.com")]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("050\u200b-12\u206034567", "phone"),
        ("da\u00adna@exam\u200dple.com", "email"),
        ("4111\ufeff 1111 1111\u200e 1111", "card"),
        ("12\u200b Bak\u2060er Street", "address"),
        ("050-1234567\u200b8", "phone"),
    ],
)
def test_what_nobody_sees_hides_nothing(text: str, kind: str):
    assert found(f"\u202acall {text}\u202c now") == [(kind, text)]
    assert [text[s.start : s.end] for s in find_kind(kind, text)][-1:] == [text]


def test_a_text_without_any_has_none():
    assert find_personal("") == find_personal("In 2023, 1200 of them; see @ada.") == []


@given(text=texts | scraps)
def test_stretches_are_in_order_apart_and_cover_all_that_the_rules_find(text: str):
    stretches = find_personal(text)

    ends = [0, *(at for _, *span in stretches for at in span)]
    assert ends == sorted(ends)
    assert all(start < end <= len(text) for _, start, end in stretches)
    assert {each.kind for each in stretches} <= {*FINDERS, REST}
    for find in FINDERS.values():
        for span in find(text):
            assert any(s.start <= span.start and span.end <= s.end for s in stretches)


@pytest.mark.parametrize(
    "many",
    [
        "a@b.com " * (MAX_SPANS + 20),
        "050-1234567, " * (MAX_SPANS + 20),
        "@ " * 520,
        "1 A " * 520,
        "@\u200b " * 520,
    ],
)
def test_what_is_not_looked_at_is_not_passed_over(many: str):
    text = f"{many} dana@example.com or 221 Baker Street, then"

    last = find_personal(text)[-1]

    assert last.kind == REST
    assert last.start <= len(many) < last.end == len(text)


def test_what_stands_before_the_rest_keeps_its_kind():
    text = "a@b.com " * (MAX_SPANS + 20)

    assert find_personal(text)[:2] == [Personal("email", 0, 7), Personal("email", 8, 15)]
    assert len(find_personal(text)) == MAX_SPANS + 1


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("050\u2011123\u20114567", "phone"),
        ("050–123–4567", "phone"),
        ("050\u00a0123\u202f4567", "phone"),
        ("050 - 123 - 4567", "phone"),
        ("＋９７２ ５０－１２３４５６７", "phone"),
        ("٠٥٠١٢٣٤٥٦٧", "phone"),
        ("4111\u00a01111\u00a01111\u00a01111", "card"),
        ("dana＠example.com", "email"),
    ],
)
def test_other_forms_of_signs_digits_and_spaces_are_read(text: str, kind: str):
    assert found(f"call {text} now") == [(kind, text)]
    assert [text[s.start : s.end] for s in find_kind(kind, text)] == [text]


@pytest.mark.parametrize("before", ["tel:", "Phone:", "ל", "ב-"])
def test_a_number_is_found_behind_what_is_written_before_it(before: str):
    assert found(f"{before}050-1234567") == [("phone", "050-1234567")]


@pytest.mark.parametrize("text", ["at 10:30 12345678 came", "urn:isbn:0451450523"])
def test_what_follows_a_colon_is_not_always_a_number_to_call(text: str):
    assert found(text) == []
