"""WordPiece: a reading's text → the pieces of words that the encoder knows by number.

The greedy longest match of Devlin et al. (2019), https://arxiv.org/abs/1810.04805, with three
differences, each against a way to be overlooked: a letter the vocabulary lacks does not make its
whole word unknown, an emoji is read by its name ("🐀" is "rat"), and of a run of the same sign
three are read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence, Set
from types import MappingProxyType
from typing import NamedTuple

PAD, UNKNOWN, START, END = "[PAD]", "[UNK]", "[CLS]", "[SEP]"
_TOKEN = re.compile(r"[^\W_]+|([^\w\s]|_)\1*")
_MAX_RUN = 3
_MAX_NAME_WORDS = 4
_MEMO_LIMIT = 50_000  # Entries; a text of rare words must not fill the memory for good.
_MAX_MEMO_CHARS = 40


class Word(NamedTuple):
    """A word, or a run of one sign, and where it stands in the text (end exclusive)."""

    text: str
    start: int
    end: int


class WordPiece:
    """A vocabulary and the way to spell texts in it. Threads may share one."""

    def __init__(
        self,
        vocabulary: Sequence[str],
        read_as: Mapping[str, str] = MappingProxyType({}),
        but_in: Set[tuple[str, str]] = frozenset(),
    ) -> None:
        """Take the pieces in the order of their numbers; continuations begin with "##".

        `read_as` holds words that are spelled as if they were others; in the pairs of neighbours
        of `but_in` they are spelled as they are. Only white space may stand between the two.

        Raises
        ------
        KeyError
            The vocabulary lacks one of the four signs every text needs.
        """
        self._ids = {piece: number for number, piece in enumerate(vocabulary)}
        self.pad, self.unknown, self.start, self.end = (
            self._ids[sign] for sign in (PAD, UNKNOWN, START, END)
        )
        self._longest = max(map(len, vocabulary))
        self._read_as, self._but_in = read_as, but_in
        self._memo: dict[str, tuple[int, ...]] = {}

    def words(self, text: str) -> Iterator[Word]:
        """Yield the words and signs of a text."""
        return (Word(found[0], *found.span()) for found in _TOKEN.finditer(text))

    def encode(self, text: str) -> list[int]:
        """Spell a text, without the signs for its start and end."""
        words = [found[0] for found in _TOKEN.finditer(text)]
        return [piece for pieces in self.spell(words) for piece in pieces]

    def spell(self, words: Sequence[str]) -> list[tuple[int, ...]]:
        """Spell the words of a text, one after the other."""
        if self._read_as.keys().isdisjoint(words):
            return list(map(self._pieces, words))
        spelled = []
        for before, word, after in zip(["", *words], words, [*words[1:], ""], strict=False):
            alike = self._read_as.get(word, word)
            if alike != word and not self._but_in.isdisjoint(((before, word), (word, after))):
                alike = word
            spelled.append(self._pieces(alike))
        return spelled

    def _pieces(self, word: str) -> tuple[int, ...]:
        spelled = self._memo.get(word)
        if spelled is None:
            spelled = self._spell(word)
            if len(word) <= _MAX_MEMO_CHARS:
                if len(self._memo) >= _MEMO_LIMIT:
                    self._memo.clear()
                self._memo[word] = spelled
        return spelled

    def _spell(self, word: str) -> tuple[int, ...]:
        if word[0].isalnum():
            return tuple(self._match(word))
        run = min(len(word), _MAX_RUN)
        if word[0] in self._ids:
            return (self._ids[word[0]],) * run
        kind = unicodedata.category(word[0])
        if kind == "Sk":  # A skin tone is no part of what is said.
            return ()
        name = (
            unicodedata.name(word[0], "").lower().replace("-", " ").split() if kind == "So" else []
        )
        spelled = [piece for part in name[:_MAX_NAME_WORDS] for piece in self._match(part)]
        return tuple(spelled or [self.unknown])

    def _match(self, word: str) -> Iterator[int]:
        """Take the longest known piece, again and again; an unknown stretch counts once."""
        at = 0
        known = True
        while at < len(word):
            sign = "##" if at else ""
            for end in range(min(len(word), at + self._longest), at, -1):
                piece = self._ids.get(sign + word[at:end])
                if piece is not None:
                    yield piece
                    known, at = True, end
                    break
            else:
                if known:
                    yield self.unknown
                known, at = False, at + 1
