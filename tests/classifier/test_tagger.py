import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modsvc.classifier.explaining import words_with_places
from modsvc.classifier.tagger import (
    N_FIGURES,
    PUSHING,
    Tagger,
    TaggerArrays,
    choose,
    figures,
    looks,
)
from modsvc.core.text import normalise

from .conftest import tagger_of


def likely(raw, *marked):
    reading = normalise(raw)
    places, words = words_with_places(reading)
    tagger = Tagger(TaggerArrays(**tagger_of(*marked)))
    return tagger.likely(reading, places, words, np.zeros((len(words), len(PUSHING))))


def test_a_word_that_is_often_marked_is_likely_to_be():
    assert likely("a FOOL, a f.o.o.l", "fool").round().tolist() == [0, 1, 0, 1]


@pytest.mark.parametrize("raw", ["", " ", "…", "!?"])
def test_a_text_without_words_has_none_to_mark(raw):
    assert likely(raw, "fool").shape == (0,)


def test_the_likely_are_marked_else_the_likeliest_else_none():
    thresholds = np.array([0.5, 0.2])

    assert choose(np.array([0.6, 0.5, 0.4]), thresholds).tolist() == [True, True, False]
    assert choose(np.array([0.1, 0.3, 0.2]), thresholds).tolist() == [False, True, False]
    assert not choose(np.array([0.1, 0.15]), thresholds).any()
    assert choose(np.zeros(0), thresholds).shape == (0,)


def test_a_look_tells_how_a_word_is_written_as_sent():
    def look(raw, word):
        reading = normalise(raw)
        places, words = words_with_places(reading)
        return looks(reading, places)[words.index(word)].tolist()

    assert look("you FOOL you", "fool") != look("you fool you", "fool")
    assert look("you fool! you", "fool") != look("you fool you", "fool")
    assert look("YOU FOOL", "fool")[0] == 0  # All shout: no word stands out.


@given(st.text())
def test_every_word_of_any_text_has_all_its_figures(raw):
    reading = normalise(raw)
    places, words = words_with_places(reading)
    if not words:
        return

    known = figures(
        np.linspace(-2, 1, len(words)), np.ones((len(words), 6)), looks(reading, places)
    )

    assert known.shape == (len(words), N_FIGURES)
    assert np.isfinite(known).all()
