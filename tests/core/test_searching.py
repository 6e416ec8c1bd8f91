from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modsvc.core.searching import MAX_TERMS, Query, Term, places, read_query, searchable, words


@given(st.text(max_size=60))
def test_a_text_has_the_same_words_however_it_is_composed(text: str) -> None:
    assert words(unicodedata.normalize("NFD", text)) == words(unicodedata.normalize("NFC", text))


@given(st.text(max_size=60))
def test_words_are_letters_and_digits_alone_and_their_own_words(text: str) -> None:
    for word in words(text):
        assert word.isalnum()
        assert words(word) == [word] or len(words(word)) == len(word)


@given(st.text(max_size=60), st.text(max_size=20))
def test_what_is_found_lies_in_the_text(text: str, asked: str) -> None:
    query = read_query(asked)

    for start, end in places(text, query):
        assert 0 <= start < end <= len(text)
        assert words(text[start:end])
    assert len(query.terms) <= MAX_TERMS


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("two words", [Term(("two",)), Term(("words",))]),
        ('"two words"', [Term(("two", "words"))]),
        ('"two wor*', [Term(("two", "wor"), is_beginning=True)]),
        (
            "Flap* -doodle",
            [Term(("flap",), is_beginning=True), Term(("doodle",), is_unwanted=True)],
        ),
        ("it's", [Term(("it", "s"))]),
        ("\0 * - \" ''", []),
    ],
)
def test_a_question_is_read_as_it_was_meant(text: str, terms: list[Term]) -> None:
    assert read_query(text) == Query(tuple(terms))


def test_what_is_found_is_where_it_was_written() -> None:
    text = "He said: ＦＬＡＰdoodle, שָׁלוֹם, and straße."

    found = [text[start:end] for start, end in places(text, read_query("flap* שלום strasse"))]

    assert found == ["ＦＬＡＰdoodle", "שָׁלוֹם", "straße"]


def test_many_marks_on_a_letter_are_read_at_once() -> None:
    assert words("a" + "\u0301" * 100_000 + "b") == ["ab"]


HIDDEN = ["050", "0501234567", "45*", '"123 4567"', "dana*", "example", "elm", "12*", '"ring or"']


@pytest.mark.parametrize("asked", HIDDEN)
def test_nothing_is_found_in_personal_data_nor_around_it(asked: str) -> None:
    text = "Ring 050-123-4567 or dana.levi@mail.example.com, at 12 Elm Street."

    assert searchable(text) == ["ring", "or", "at"]
    assert places(text, read_query(asked)) == []
    assert [text[slice(*at)] for at in places(text, read_query(f"{asked} ring at"))] == [
        "Ring",
        "at",
    ]
