from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from modsvc.core.decision import Action
from modsvc.core.word_lines import (
    MAX_NOTE_CHARS,
    MAX_PHRASE_CHARS,
    Refused,
    Usual,
    last_day,
    read_last_day,
    read_lines,
    read_phrase,
)

TODAY = date(2026, 11, 22)


def test_a_line_is_a_phrase_and_is_given_what_is_usual():
    usual = Usual(Action.REJECT, "he", "from the desk", datetime(2027, 1, 1, tzinfo=UTC))

    wanted, mistakes = read_lines("  בן   של זונה \r\n\r\nfool\rdolt", usual, TODAY)

    assert not mistakes
    assert [(each.entry.phrase, each.line) for each in wanted] == [
        ("בן של זונה", 1),
        ("fool", 3),
        ("dolt", 4),
    ]
    for each in wanted:
        entry = each.entry
        assert Usual(entry.action, entry.language, each.note, entry.ends_at) == usual


def test_columns_say_what_is_otherwise():
    text = "fool\tREJECT\tEN\tthe desk\t2027-01-31\t\t\ndolt\t\t\tonly a note"

    (first, second), mistakes = read_lines(text, Usual(), TODAY)

    assert not mistakes
    assert (first.entry.action, first.entry.language, first.note) == (
        Action.REJECT,
        "en",
        "the desk",
    )
    assert first.entry.ends_at == datetime(2027, 2, 1, tzinfo=UTC)
    assert last_day(first.entry.ends_at) == date(2027, 1, 31)
    assert (second.entry.action, second.entry.language, second.note) == (
        Action.HOLD,
        "",
        "only a note",
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("!!!", "no letter or digit"),
        ("\thold", "no phrase"),
        ("x" * (MAX_PHRASE_CHARS + 1), "200 at most"),
        ("fool\tban", "says “ban” where it must say hold or reject"),
        ("fool\thold\tEnglish!", "its code, such as en or he"),
        ("fool\thold\ten\t" + "n" * (MAX_NOTE_CHARS + 1), "500 are the most"),
        ("fool\thold\ten\t\t31.1.2027", "write it like 2027-01-31"),
        ("fool\thold\ten\t\t9999-12-31", "write it like 2027-01-31"),
        ("fool\thold\ten\t\t2026-11-21", "which is past"),
        ("fool\thold\ten\t\t\tmore", "has 6 columns; there are 5"),
        ("fo\x00ol", "control character"),
    ],
)
def test_a_line_that_cannot_be_used_is_named_with_its_number(line: str, said: str):
    wanted, (mistake,) = read_lines(f"good\n\n{line}\nbetter", Usual(), TODAY)

    assert [each.entry.phrase for each in wanted] == ["good", "better"]
    assert (mistake.line, mistake.text) == (3, line)
    assert said in mistake.why


def test_too_many_lines_are_refused_at_the_first_that_is_one_too_many():
    _, (mistake,) = read_lines("a\nb\nc\nd", Usual(), TODAY, most=2)

    assert mistake.line == 3
    assert "2 at most" in mistake.why


def test_today_may_be_the_last_day():
    assert read_last_day("2026-11-22", TODAY) == datetime(2026, 11, 23, tzinfo=UTC)
    assert read_last_day(" ", TODAY) is None


@pytest.mark.parametrize("phrase", ["", " ", "…", "\x07fool"])
def test_what_cannot_be_found_is_no_phrase(phrase: str):
    with pytest.raises(Refused):
        read_phrase(phrase)
