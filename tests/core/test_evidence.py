from __future__ import annotations

import pytest

from modsvc.core.decision import Action
from modsvc.core.evidence import places
from modsvc.core.text import normalise
from modsvc.core.words import Entry, WordList


@pytest.mark.parametrize(
    ("body", "phrase", "written", "reads", "is_disguised"),
    [
        ("You F.o.o.l, you!", "fool", "F.o.o.l", "fool", True),
        ("You f00l, you", "fool", "f00l", "fool", True),
        ("You FOOL!", "fool", "FOOL", "fool", False),
        ("Fóól", "fool", "Fóól", "fool", False),
        ("Dumb \n ox!", "dumb ox", "Dumb \n ox", "dumb ox", False),
        ("אתה ט.י.פ.ש גמור", "טיפש", "ט.י.פ.ש", "טיפש", True),
        ("يا حمار أنت", "يا حمار", "يا حمار", "يا حمار", False),
    ],
)
def test_a_place_says_what_was_written_and_what_was_read(
    body: str, phrase: str, written: str, reads: str, is_disguised: bool
):
    words = WordList([Entry(phrase, Action.HOLD)])

    (place,) = places(normalise(body), words)

    assert body[place.start : place.end] == written
    assert (place.reads, place.is_disguised) == (reads, is_disguised)


def test_places_are_found_whatever_they_call_for_but_in_their_language():
    words = WordList([Entry("fool", Action.HOLD), Entry("dolt", Action.REJECT, "de")])
    reading = normalise("fool and dolt")

    assert {place.entry.phrase for place in places(reading, words)} == {"fool", "dolt"}
    assert {place.entry.phrase for place in places(reading, words, "en")} == {"fool"}
