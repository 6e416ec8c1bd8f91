"""WordList: an editor's words and phrases, found in a reading whatever their number.

One Aho-Corasick pass finds every entry at once (Aho & Corasick 1975,
https://doi.org/10.1145/360825.360855), so the cost grows with the comment and not with the list.
Entries pass through the same normaliser as comments: what evades one evades neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

import ahocorasick

from modsvc.core.lexicon import Lexicon
from modsvc.core.text import Reading, normalise


class WordList:
    """Words and phrases to look for.

    Parameters
    ----------
    phrases : iterable of str
        As an editor wrote them. One that reads as nothing (only punctuation) is refused.

    Raises
    ------
    ValueError
        A phrase has no letter or digit to be found by.
    """

    def __init__(self, phrases: Iterable[str] = ()) -> None:
        self._phrases = tuple(phrases)
        self._automata: dict[Lexicon | None, ahocorasick.Automaton] = {None: self._build(None)}

    def __len__(self) -> int:
        return len(self._phrases)

    def _build(self, lexicon: Lexicon | None) -> ahocorasick.Automaton:
        automaton = ahocorasick.Automaton()
        for phrase in self._phrases:
            read = " ".join(normalise(phrase, lexicon).text.split())
            if not any(char.isalnum() for char in read):
                raise ValueError(f"the phrase {phrase!r} has no letter or digit to be found by")
            automaton.add_word(read, len(read))
        if self._phrases:
            automaton.make_automaton()
        return automaton

    def find(self, reading: Reading) -> Iterator[tuple[int, int]]:
        """Yield where each phrase found stands in `reading.text`, end exclusive.

        A phrase counts only between word boundaries of its own script: "ass" is not in "class".
        """
        if not self._phrases:
            return
        automaton = self._automata.get(reading.lexicon)
        if automaton is None:  # A comment read with a lexicon is searched for what it makes of us.
            automaton = self._automata[reading.lexicon] = self._build(reading.lexicon)
        text, places = _single_spaced(reading.text)
        for last, length in automaton.iter(text):
            start, end = last - length + 1, last + 1
            if is_boundary(text, start) and is_boundary(text, end):
                yield places[start], places[end - 1] + 1


def is_boundary(text: str, at: int) -> bool:
    """Tell whether a word starts or ends at `at`: letters or digits on at most one side."""
    return at in (0, len(text)) or not (text[at - 1].isalnum() and text[at].isalnum())


def _single_spaced(text: str) -> tuple[str, range | list[int]]:
    """Fold each stretch of white space to one space, and say where each character came from."""
    if text.isprintable() and "  " not in text:
        return text, range(len(text))
    places = [0] if text else []
    places += [
        at
        for at, (before, char) in enumerate(pairwise(text), start=1)
        if not (char.isspace() and before.isspace())
    ]
    return "".join(" " if text[at].isspace() else text[at] for at in places), places
