"""The lists to begin with: what they hold, and that they can be looked for."""

from __future__ import annotations

from importlib.resources import files

import pytest

from modsvc.core.decision import Action
from modsvc.core.text import normalise
from modsvc.core.words import Entry, WordList
from modsvc.words import read_seed, seeds


def test_each_language_has_its_list() -> None:
    assert len(seeds()) >= 27
    assert {"en", "he", "ar", "ru", "fr", "de"} <= set(seeds())
    for language, count in seeds().items():
        phrases = read_seed(language)
        assert len(phrases) == count > 0
        assert phrases == sorted(set(phrases))


def test_each_phrase_is_found_in_a_comment_of_its_language() -> None:
    for language in seeds():
        for phrase in read_seed(language):
            words = WordList([Entry(phrase, Action.HOLD, language)])
            assert list(words.find(normalise(phrase), Action.HOLD, language=language)), phrase


def test_each_file_says_whose_it_is_and_by_what_licence() -> None:
    for folder, licence in (("ldnoobw", "CC BY 4.0"), ("own", "Apache-2.0")):
        for file in files("modsvc.words").joinpath(folder).iterdir():
            header = [line for line in file.read_text("utf-8").splitlines() if line.startswith("#")]
            assert licence in " ".join(header)
            assert " by " in header[0]


@pytest.mark.parametrize("language", ["", "xx", "../own/he", "EN"])
def test_a_language_without_a_list_is_refused(language: str) -> None:
    with pytest.raises(KeyError):
        read_seed(language)
