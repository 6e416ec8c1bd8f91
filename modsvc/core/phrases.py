"""Phrases: where any of many phrases stand in a text, in one pass whatever their number.

The pass is by Aho and Corasick (1975, https://doi.org/10.1145/360825.360855), over texts in which
all that parts words is made a space. So a phrase is looked for with its boundaries, and "class" ten
thousand times makes no work for "ass".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

import ahocorasick

from modsvc.core.boundaries import has_unspaced, is_boundary, is_sign, part, without_unspaced

# Each comment is searched once for every action, in as many threads as there are.
_TEXTS_REMEMBERED = 16

T = TypeVar("T")


class Phrase(NamedTuple):
    """A phrase as it reads, and the key that it and those like it but for their signs are found by.

    `is_spaced` says that it is of scripts with spaces between words.
    """

    text: str
    key: str
    is_spaced: bool

    @classmethod
    def of(cls, text: str) -> Phrase:
        """Give a phrase that has a letter or digit; it has no space around it."""
        key, is_spaced = part(text), not has_unspaced(text)
        if is_spaced:  # It is looked for with what parts it from its neighbours.
            before, after = ("" if key[at] == " " else " " for at in (0, -1))
            key = f"{before}{key}{after}"
        return cls(text, _bytewise(key).decode("latin-1"), is_spaced)


class Phrases(Generic[T]):
    """Phrases to look for, each with a value. Several may be alike.

    A space in a phrase stands for any one sign: "dumb ox" is in "dumb-ox", and not in "dumb, ox".
    Other signs stand for themselves.
    """

    def __init__(self, phrases: Iterable[tuple[Phrase, T]]) -> None:
        self._spaced, self._unspaced = _Keys[T](), _Keys[T]()
        for phrase, value in phrases:
            (self._spaced if phrase.is_spaced else self._unspaced).add(phrase, value)
        self._spaced.make()
        self._unspaced.make()

    def find(self, text: str, wanted: Callable[[T], bool]) -> Iterator[tuple[T, int, int]]:
        """Yield the value of each phrase found, if wanted, and where it stands, end exclusive."""
        spaced, unspaced = _parted(text)
        for end, phrases in self._spaced.find(spaced, wanted):
            for phrase, value in phrases:
                # The space after a word is no part of the phrase; a sign that ends one is.
                last = end if is_sign(phrase[-1]) else end - 1
                if _is_at(last, phrase, text):
                    yield value, last - len(phrase), last
        for end, phrases in self._unspaced.find(unspaced, wanted) if unspaced else ():
            # Asked first, since a text may be nothing but letters with marks.
            if end < len(text) and not is_boundary(text, end):
                continue
            for phrase, value in phrases:
                start = end - len(phrase)
                if _is_at(end, phrase, text) and is_boundary(text, start):
                    yield value, start, end


class _Keys(Generic[T]):
    """The keys of phrases, by the number of the first phrase that has each."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._values: list[T] = []
        self._alike: dict[int, list[int]] = {}
        self._automaton = ahocorasick.Automaton(ahocorasick.STORE_INTS)

    def add(self, phrase: Phrase, value: T) -> None:
        first = self._automaton.get(phrase.key, None)
        if first is None:
            self._automaton.add_word(phrase.key, len(self._texts))
        else:
            self._alike.setdefault(first, []).append(len(self._texts))
        self._texts.append(phrase.text)
        self._values.append(value)

    def make(self) -> None:
        self._automaton.make_automaton()

    def find(
        self, text: str, wanted: Callable[[T], bool]
    ) -> Iterator[tuple[int, list[tuple[str, T]]]]:
        """Yield where keys end in a text that has one space before it, and their phrases."""
        if not self._texts:
            return
        as_bytes = _bytewise(text)
        read, end = 0, -1
        known: dict[int, list[tuple[str, T]]] = {}
        for last, number in self._automaton.iter(as_bytes.decode("latin-1")):
            phrases = known.get(number)
            if phrases is None:
                numbers = (number, *self._alike.get(number, ()))
                each = ((self._texts[n], self._values[n]) for n in numbers)
                phrases = known[number] = [it for it in each if wanted(it[1])]
            if phrases:
                end += len(as_bytes[read : last + 1].decode(errors="surrogatepass"))
                read = last + 1
                yield end, phrases


def _is_at(end: int, phrase: str, text: str) -> bool:
    """Tell whether a phrase, whose letters end there, stands there with its signs."""
    start = end - len(phrase)
    there = text[start:end] if start >= 0 else ""
    return there == phrase or (
        len(there) == len(phrase)
        and all(
            sign == wanted or (wanted == " " and is_sign(sign))
            for sign, wanted in zip(there, phrase, strict=True)
        )
    )


def _bytewise(text: str) -> bytes:
    """Give a text byte by byte: a node with thousands of Han letters below it would be slow."""
    return text.encode(errors="surrogatepass")


@lru_cache(_TEXTS_REMEMBERED)
def _parted(text: str) -> tuple[str, str]:
    """Give a text as it is searched for words with spaces between them, and for others.

    The latter is empty where the text has no letter of theirs.
    """
    parted = f" {part(text)} "
    spaced = without_unspaced(parted)
    return spaced, "" if spaced == parted else parted
