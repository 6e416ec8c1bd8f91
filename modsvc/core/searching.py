"""What is looked for in comments: the words of a text as they are found again, and of a question.

Text and question are cut and folded alike here, so that a database need only keep words apart at
blanks: it finds the same whatever it thinks of Hebrew points, of a script without blanks, or of
emoji.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from modsvc.core.personal import find_personal

# Longer words are cut, and of longer texts the rest is not found.
MAX_WORD_CHARS, MAX_WORDS = 64, 20_000
MAX_QUERY_CHARS, MAX_TERMS = 200, 12
MARKS = ("Mn", "Me", "Cf")
TATWEEL = "\u0640"
# Scripts written without blanks: each character is a word, and a word a phrase of them.
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u30ff\u3400-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
PICTURES = "\u2600-\u27bf\U0001f000-\U0001faff"
WORD = re.compile(f"[{UNSPACED}]|[{PICTURES}]|[^\\W_{UNSPACED}{PICTURES}]+")
PIECE = re.compile(r'(-?)(?:"([^"]*)"?|([^\s"]+))')


@dataclass(frozen=True, slots=True)
class Term:
    """Words that stand one after the other; the last may be the beginning of a word."""

    words: tuple[str, ...]
    is_beginning: bool = False
    is_unwanted: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody looks for: all the terms that are wanted, and none of the others."""

    terms: tuple[Term, ...] = ()

    @property
    def wanted(self) -> tuple[Term, ...]:
        """The terms that have to be there. Without any nothing is found."""
        return tuple(term for term in self.terms if not term.is_unwanted)

    @property
    def unwanted(self) -> tuple[Term, ...]:
        """The terms that must not be there."""
        return tuple(term for term in self.terms if term.is_unwanted)


class _Folds(dict[int, str]):
    """What each character is found by: no case, no marks, one width; nothing for what is unseen."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", char).casefold())
        kept = "".join(c for c in folded if unicodedata.category(c) not in MARKS and c != TATWEEL)
        self[code] = kept
        return kept


_FOLDS = _Folds()


def words(text: str) -> list[str]:
    """Give the words of a text, folded."""
    found = WORD.findall(text.translate(_FOLDS))
    return [_named(word) for word in found[:MAX_WORDS]]


def searchable(text: str) -> list[str]:
    """Give the words that a text is found by: those outside the personal data in it.

    That is kept back until somebody asks, which is noted. Could it be found, digit after digit of
    it could be guessed, and nobody would hear of it.
    """
    parts, at = [], 0
    for _, start, end in find_personal(text):
        parts.append(text[at:start])
        at = end
    found = [word for part in (*parts, text[at:]) for word in words(part)]
    return found[:MAX_WORDS]


def read_query(text: str) -> Query:
    """Read a question: words, "phrases", beginnings* and -what must not be there.

    Whatever is typed is a question, if perhaps one without terms.
    """
    return Query(tuple(_terms(text.replace("\0", " ")[:MAX_QUERY_CHARS]))[:MAX_TERMS])


def places(text: str, query: Query) -> list[tuple[int, int]]:
    """Say where in a text its wanted terms are, as offsets in the text as it was written.

    They are nowhere in personal data, nor around it.
    """
    folded, origin = [], []
    for at, char in enumerate(text):
        for part in _FOLDS[ord(char)]:
            folded.append(part)
            origin.append(at)
    found = [(m.start(), m.end(), _named(m[0])) for m in WORD.finditer("".join(folded))]
    said = [word for *_, word in found]
    everywhere = {
        (origin[found[at][0]], origin[found[at + len(term.words) - 1][1] - 1] + 1)
        for term in query.wanted
        for at in range(len(said) - len(term.words) + 1)
        if _stands(term, said[at : at + len(term.words)])
    }
    kept = find_personal(text)
    return sorted(
        (start, end)
        for start, end in everywhere
        if not any(each.start < end and start < each.end for each in kept)
    )


def _stands(term: Term, said: list[str]) -> bool:
    if not term.is_beginning:
        return tuple(said) == term.words
    *first, last = said
    return tuple(first) == term.words[:-1] and last.startswith(term.words[-1])


def _terms(text: str) -> Iterator[Term]:
    for match in PIECE.finditer(text):
        minus, quoted, bare = match.groups()
        said = quoted if bare is None else bare
        found = tuple(words(said))
        if found:
            yield Term(found, said.rstrip().endswith("*"), bool(minus))


def _named(word: str) -> str:
    """Give a word by which databases know it too: a picture by its number."""
    if len(word) == 1 and not word.isalnum():
        return f"u{ord(word):x}"
    return word[:MAX_WORD_CHARS]
