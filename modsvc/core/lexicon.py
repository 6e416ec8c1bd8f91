"""Lexicon: the words that are known, and the abusive ones that unknown words may be in disguise.

"f*ck", "idoit", "bstrd" and "id-iot" are no words. Each is read as an abusive word if the evidence
is strong (`modsvc.core.resolving`); a known word, a name, an address or a number is never touched.
Which words there are is learned by `training.lexicon`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from modsvc.core.disguises import ADDRESS, Edit
from modsvc.core.resolving import MASKS, MAX_CHARS, MIN_CHARS, Targets

_HEADER = "# Abusive words, each with how often it was met; then known words."
_MEMO_LIMIT = 20_000  # Entries; a text of rare words must not fill the memory for good.
_MAX_CHUNK = 3 * MAX_CHARS  # What stands between two spaces and is longer is not one word.
_MAX_PIECES = 2 * MAX_CHARS  # Letters, and what stands between them.
_NEVER_IN_WORDS = frozenset("*|~_+")
# Quoted, not read: links, addresses, @names and #tags.
_QUOTED = re.compile(rf"^\W*[@#][\w.]{{2}}|{ADDRESS}")
_TOKEN = re.compile(rf"(?:[^\W_]|[🇦-🇿{re.escape(MASKS)}])+")
_PART = re.compile(r"[^\W_]+")
_EDGE = ".,;:!?'\"()[]{}<>…"


class _Chunk(NamedTuple):
    """What stands between two spaces: its edits, and whether it may be a piece of a word."""

    edits: Sequence[Edit]
    may_be_piece: bool


class Lexicon:
    """Known words, and abusive words with their weights. Threads may share one.

    Parameters
    ----------
    known : iterable of str
        Words that are never touched; targets are known too and need not be repeated.
    targets : mapping of str to int
        Abusive words, and how often each was met in abuse.
    """

    def __init__(self, known: Iterable[str], targets: Mapping[str, int]) -> None:
        self._targets = Targets(targets)
        self.targets: Mapping[str, int] = self._targets.weights
        self.known = frozenset(known).union(self.targets)
        self._memo: dict[str, _Chunk] = {}

    @classmethod
    def from_text(cls, content: str) -> Lexicon:
        """Read what `to_text` wrote.

        Raises
        ------
        ValueError
            A line is neither a word nor a word with its weight.
        """
        targets: dict[str, int] = {}
        known: list[str] = []
        header, *lines = content.splitlines() or [""]
        if header != _HEADER:
            raise ValueError("this is not a lexicon: its first line is another")
        for number, line in enumerate(lines, 2):
            word, *weight = line.split(" ")
            if not word or len(weight) > 1 or not all(map(str.isdecimal, weight)):
                raise ValueError(f"line {number} of the lexicon is no word with its weight")
            if weight:
                targets[word] = int(weight[0])
            else:
                known.append(word)
        return cls(known, targets)

    def to_text(self) -> str:
        """Write all words, the same ones always the same way."""
        weighed = (f"{word} {weight}" for word, weight in self.targets.items())
        return "\n".join((_HEADER, *weighed, *sorted(self.known.difference(self.targets)), ""))

    def resolve(self, token: str) -> str | None:
        """Return the target that an unknown token is in disguise, or None if that is not plain."""
        return None if token in self.known else self._targets.resolve(token)

    def edits(self, text: str) -> list[Edit]:
        """Return what a folded text is read as, knowing the words. Linear in its length."""
        chunks = text.split(" ")
        unknown = {chunk: self._read(chunk) for chunk in set(chunks).difference(self.known)}
        read = {chunk: found.edits for chunk, found in unknown.items() if found.edits}
        in_pieces = any(found.may_be_piece for found in unknown.values())
        return [*self._walk(chunks, read, in_pieces=in_pieces)] if read or in_pieces else []

    def _walk(
        self, chunks: Sequence[str], read: Mapping[str, Sequence[Edit]], *, in_pieces: bool
    ) -> Iterator[Edit]:
        """Yield the edits of each chunk, and those that join chunks, at their place in the text."""
        parts = [_only_part(chunk) for chunk in chunks] if in_pieces else []
        place = joined_to = 0
        for i, chunk in enumerate(chunks):
            if i >= joined_to:
                last, word = self._find_pieces(chunks, parts, i) if in_pieces else (i, "")
                if word:
                    start = place + chunk.index(parts[i] or "")
                    end = place + sum(map(len, chunks[i:last])) + last - i
                    end += chunks[last].index(parts[last] or "") + len(parts[last] or "")
                    yield Edit(start, end, word)
                    joined_to = last + 1
                else:
                    for edit in read.get(chunk, ()):
                        yield Edit(place + edit.start, place + edit.end, edit.text)
            place += len(chunk) + 1

    def _find_pieces(
        self, chunks: Sequence[str], parts: Sequence[str | None], first: int
    ) -> tuple[int, str]:
        """Return the last chunk of the longest target in pieces from `first` on, and the target."""
        found = first, ""
        joined = ""
        for last in range(first, min(first + _MAX_PIECES, len(parts))):
            part = parts[last]
            if part is None or (not part and last == first):
                break
            joined += part
            if len(joined) > 1 and joined not in self._targets.beginnings:
                break
            pieces = [piece for piece in parts[first : last + 1] if piece]
            if part and joined in self.targets and self._are_pieces(pieces):
                found = last, joined
            if len(part) > 1 and chunks[last].endswith((".", "!", "?", ",", ";", ":")):
                break  # A sentence ends here, or a part of one.
        return found

    def _may_be_piece(self, chunk: str) -> bool:
        part = _only_part(chunk)
        return bool(part) and part not in self.known and part in self._targets.pieces

    def _are_pieces(self, pieces: Sequence[str]) -> bool:
        """Tell whether these can hardly be words: letters all, or with one that nobody knows."""
        if all(len(piece) == 1 for piece in pieces):
            return len(pieces) > 2
        return len(pieces) > 1 and any(len(p) > 1 and p not in self.known for p in pieces)

    def _read(self, chunk: str) -> _Chunk:
        """Return what is read of what stands between two spaces, remembering the answer."""
        found = self._memo.get(chunk)
        if found is None:
            found = _Chunk(tuple(self._read_anew(chunk)), self._may_be_piece(chunk))
            if len(self._memo) >= _MEMO_LIMIT:
                self._memo.clear()
            if len(chunk) <= _MAX_CHUNK:
                self._memo[chunk] = found
        return found

    def _read_anew(self, chunk: str) -> Iterator[Edit]:
        core = chunk.strip(_EDGE)
        if core in self.known or (_QUOTED.search(chunk) and not self.resolve(core)):
            return
        if len(core) <= _MAX_CHUNK and (whole := self._read_parted(core)):
            start = chunk.index(core)
            yield Edit(start, start + len(core), whole)
            return
        for match in _TOKEN.finditer(chunk):
            token = _without_emphasis(match[0])
            if self._has_footnote(token):
                continue
            found = self.resolve(token)
            if found is not None:
                start = match.start() + match[0].index(token)
                yield Edit(start, start + len(token), found)

    def _read_parted(self, core: str) -> str | None:
        """Read "id-iot", "i😀d😀i😀o😀t", and "f-ck", whose dash stands for a vowel."""
        parts = _PART.findall(core)
        if len(parts) < 2 or not core[0].isalnum() or not core[-1].isalnum():
            return None
        joined = "".join(parts)
        between = set(core).difference(joined)
        if joined in self.targets and between <= _NEVER_IN_WORDS:
            return joined
        if joined in self.targets and len(joined) > MIN_CHARS and self._are_pieces(parts):
            return joined
        if (
            between <= set("-_.")
            and len(core) == len(joined) + len(parts) - 1
            and not any(len(part) > 1 and part in self.known for part in parts)
        ):
            return self._targets.resolve("#".join(parts))
        return None

    def _has_footnote(self, token: str) -> bool:
        """Tell whether stars only point from a known word to a footnote, or from one."""
        return token.strip("*") in self.known


def _only_part(chunk: str) -> str | None:
    """Return the letters of a chunk that has one stretch of them; "" if none, None if more."""
    if chunk.isascii() and chunk.isalpha():
        return chunk
    parts = _PART.findall(chunk)
    return (
        "".join(parts)
        if len(parts) < 2 and "".join(parts).isalpha()
        else ("" if not parts else None)
    )


def _without_emphasis(token: str) -> str:
    """Leave out signs that end a sentence, and stars on both sides of a word."""
    token = token.strip("!#%&^")
    return token.strip("*") if token[:1] == token[-1:] == "*" else token
