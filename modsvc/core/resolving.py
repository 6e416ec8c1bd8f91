"""What an unknown word may be in disguise: the kinds of evidence, the strongest first.

Every kind looks its candidates up by what the disguise leaves of a word, so the cost does not grow
with the number of targets. A candidate must be much likelier than the next; short words, which much
else may resemble, must be met in abuse often.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from modsvc.core.folding import CONFUSABLES, FLAG_LETTERS, TWINS, UPSIDE_DOWN

MIN_CHARS, MAX_CHARS = 3, 20
MASKS = "*#$%&@!^"
_STARS = re.compile(r"\*+|([#%&^])\1+")  # Signs in a row hide letters as stars do.
_SHOWN = re.compile("[a-z]+")
_VOWELS = str.maketrans("", "", "aeiou")
_DOUBLED = re.compile(r"(.)\1+")
_SIGNS = str.maketrans("013457@$!|", "oieastasil")
# Common enough in abuse for a disguise of few letters to be worth a guess.
_OFTEN = 40
# How much likelier than the next a reading must be, where several are possible.
_DOMINANT = 3

_Key = TypeVar("_Key", str, int)


class Targets:
    """Abusive words with their weights, and by what disguises leave of them, likeliest first."""

    def __init__(self, weights: Mapping[str, int]) -> None:
        self.weights = dict(sorted(weights.items(), key=lambda item: (-item[1], item[0])))
        self._by_letters = _group((_letters(word), word) for word in self.weights)
        self._by_skeleton = _group((_skeleton(word), word) for word in self.weights)
        self._by_shape = _group((_shape(word), word) for word in self.weights)
        self._by_single = _group((_single(word), word) for word in self.weights)
        self._by_length = _group((len(word), word) for word in self.weights)
        self.beginnings = {word[:n] for word in self.weights for n in range(1, len(word) + 1)}
        # What a word cut in two leaves; a single letter is a piece of a word cut in many.
        self.pieces = self.beginnings.union(
            word[n:] for word in self.weights for n in range(1, len(word))
        )

    def resolve(self, token: str) -> str | None:
        """Return the target that `token`, which is no known word, plainly is; else None."""
        if not MIN_CHARS <= len(token) <= MAX_CHARS:
            return None
        if not token.isascii():
            return self._in_other_letters(token)
        if not token.isalpha():
            return self._signs_for_letters(token) or self._masked(token)
        return (
            self._swapped(token)
            or self._look_alike(token)
            or self._without_vowels(token)
            or self._backwards(token)
        )

    def _if_target(self, word: str, shortest: int = MIN_CHARS) -> str | None:
        return word if len(word) >= shortest and word in self.weights else None

    def _in_other_letters(self, token: str) -> str | None:
        """Read a word with no letter of ours, which could be one of its own language."""
        for read in (
            token.translate(TWINS),
            token.translate(CONFUSABLES),
            token.translate(FLAG_LETTERS),
            token[::-1].translate(UPSIDE_DOWN),
        ):
            if self.weights.get(read, 0) >= (_OFTEN if len(read) == MIN_CHARS else 1):
                return read
        return None

    def _signs_for_letters(self, token: str) -> str | None:
        """Read "1diot", "id!ot" and "5h1t"; "a55" and "b00" are numbers of things."""
        if any(map(str.isdigit, token)) and (len(token) < 4 or sum(map(str.isalpha, token)) < 2):
            return None
        read = token.translate(_SIGNS)
        if not read.isalpha():
            return None
        return self._if_target(read) or self._look_alike(read)

    def _masked(self, token: str) -> str | None:
        """Read "f**k" and "a**hole": a mask is one letter, a run of stars one to three."""
        shown = sum(map(len, _SHOWN.findall(token)))
        if shown == 0 or any(map(str.isdigit, token)):
            return None
        starred = _STARS.search(token) is not None
        if len(token) == MIN_CHARS and not starred:
            return None
        pattern = "".join("[a-z]" if c in MASKS else re.escape(c) for c in token)
        found = self._matching(pattern, [len(token)])
        if not found and starred and shown > 1:
            pattern = _STARS.sub("[a-z]{1,3}", token)
            found = self._matching(pattern, range(len(token), len(token) + 3))
        if shown == 1:  # "f***" can be only one word; "s***" and "Mr. B****" could be many.
            return self._dominant(found, by=5, at_least=_OFTEN)
        if not starred:
            # Other signs are met in names ("q&a", "c#"): they must hide vowels only.
            found = [word for word in found if _hides_vowels(token, word)]
        return self._dominant(found, by=1, at_least=_OFTEN if len(token) == MIN_CHARS else 0)

    def _matching(self, pattern: str, lengths: Iterable[int]) -> list[str]:
        matches = re.compile(pattern).fullmatch
        return [word for n in lengths for word in self._by_length.get(n, ()) if matches(word)]

    def _look_alike(self, token: str) -> str | None:
        """Read "shlt", "rnoron" and "idiiot"."""
        if len(token) < 4:
            return None
        alike = [w for w in self._by_shape.get(_shape(token), ()) if _may_pass(token, w)]
        doubled = [w for w in self._by_single.get(_single(token), ()) if len(w) > 3]
        return self._dominant(alike) or self._dominant(doubled)

    def _swapped(self, token: str) -> str | None:
        """Read "idoit" and "fcuk"; of four letters only the inner two may be swapped."""
        if len(token) < 4:
            return None
        return self._dominant(
            word
            for word in self._by_letters.get(_letters(token), ())
            if _is_swap(token, word) and (len(word) > 4 or token[0] == word[0])
        )

    def _without_vowels(self, token: str) -> str | None:
        """Read "fck", "bstrd" and "idot"; three letters are too often initials to miss more."""
        found = [
            word
            for word in self._by_skeleton.get(_skeleton(token), ())
            if len(word) > len(token) and _is_part(token, word)
        ]
        if len(token) > MIN_CHARS:
            return self._dominant(found)
        return self._dominant((word for word in found if len(word) == 4), at_least=_OFTEN)

    def _backwards(self, token: str) -> str | None:
        """Read "toidi"; four letters backwards are too often a word of another language."""
        word = token[::-1]
        if len(word) < 4 or self.weights.get(word, 0) < (0 if len(word) > 4 else 4 * _OFTEN):
            return None
        return self._if_target(word)

    def _dominant(
        self, candidates: Iterable[str], *, by: int = _DOMINANT, at_least: int = 0
    ) -> str | None:
        """Return the likeliest candidate if it is so by far; they come likeliest first."""
        first, *others = [*candidates][:2] or [""]
        weight = self.weights.get(first, 0)
        if weight < max(1, at_least) or (others and weight < by * self.weights[others[0]]):
            return None
        return first


def _group(pairs: Iterable[tuple[_Key, str]]) -> dict[_Key, Sequence[str]]:
    groups: defaultdict[_Key, list[str]] = defaultdict(list)
    for key, word in pairs:
        groups[key].append(word)
    return dict(groups)


def _letters(word: str) -> str:
    return "".join(sorted(word))


def _skeleton(word: str) -> str:
    return word[:1] + word[1:].translate(_VOWELS)


def _shape(word: str) -> str:
    """Make letters that look alike one."""
    for looks, like in (("rn", "m"), ("vv", "w"), ("cl", "d"), ("l", "i"), ("v", "u")):
        word = word.replace(looks, like)
    return word


def _may_pass(token: str, word: str) -> bool:
    """Tell whether `token` may be written for `word`, not the other way: "cl" for "d"."""
    if len(word) == len(token) == 4 and token.count("i") > word.count("i"):
        return False  # "shlt", but not "foil".
    return all(word.count(pair) <= token.count(pair) for pair in ("rn", "vv", "cl"))


def _single(word: str) -> str:
    """Leave no letter doubled."""
    return _DOUBLED.sub(r"\1", word)


def _is_swap(one: str, other: str) -> bool:
    """Tell whether two words differ by two neighbours that changed places."""
    differ = [i for i, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    return len(differ) == 2 and differ[1] == differ[0] + 1


def _is_part(some: str, word: str) -> bool:
    """Tell whether `some` is `word` with letters left out."""
    rest: Iterator[str] = iter(word)
    return all(letter in rest for letter in some)


def _hides_vowels(token: str, word: str) -> bool:
    return len(word) > MIN_CHARS and all(
        letter in "aeiou" for sign, letter in zip(token, word, strict=True) if sign in MASKS
    )
