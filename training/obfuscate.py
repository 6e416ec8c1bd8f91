"""How evaders disguise words: pure functions of a word and of chance, to measure evasion by.

They are written from what evaders do and not from what the normaliser undoes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from random import Random

_LEET = {"a": "4@", "e": "3", "i": "1!", "o": "0", "s": "5$", "t": "7", "l": "1"}
_HOMOGLYPHS = {
    **dict(zip("aceopxyisjhk", "асеорхуіѕјһк", strict=True)),
    **dict(zip("ovutnbmr", "ονυτпЬмг", strict=True)),
}
_ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
_MARKS = "\u0300\u0301\u0302\u0303\u0308\u0316\u0323\u0332\u0334\u0336\u0338\u0345\u0360\u0489"
_VOWELS = "aeiou"
_SEPARATORS = ".-_*~|"
_FLAG_A, _SQUARE_A = 0x1F1E6, 0x1F170
_FANCY_A = (0xFF41, 0x1D41A, 0x1D482, 0x1D4EA, 0x1D51E, 0x1D586, 0x1D5BA, 0x1D68A, 0x24D0)


def leet(word: str, rng: Random) -> str:
    """Write digits and signs for one letter or more."""
    return _some(word, rng, lambda c: rng.choice(_LEET[c]), _LEET)


def homoglyphs(word: str, rng: Random) -> str:
    """Write Cyrillic and Greek letters that look the same."""
    return _some(word, rng, _HOMOGLYPHS.__getitem__, _HOMOGLYPHS)


def fancy_letters(word: str, rng: Random) -> str:
    """Write full-width, mathematical or circled letters."""
    first = rng.choice(_FANCY_A)
    return _each_letter(word, first)


def spaced(word: str, rng: Random) -> str:
    """Put spaces between letters."""
    return rng.choice((" ", " ", "  ")).join(word)


def separated(word: str, rng: Random) -> str:
    """Put dots, dashes or the like between letters, at times with spaces."""
    return rng.choice(("{}", "{}", "{}", " {} ", "{} ")).format(rng.choice(_SEPARATORS)).join(word)


def cut_in_two(word: str, rng: Random) -> str:
    """Put one sign somewhere inside."""
    at = rng.randrange(1, len(word))
    return word[:at] + rng.choice(_SEPARATORS + " ") + word[at:]


def zero_width(word: str, rng: Random) -> str:
    """Put characters inside that nobody sees."""
    return "".join(c + rng.choice(("", rng.choice(_ZERO_WIDTH))) for c in word[:-1]) + word[-1]


def marks(word: str, rng: Random) -> str:
    """Pile marks on letters."""
    return "".join(c + "".join(rng.choices(_MARKS, k=rng.randint(0, 6))) for c in word)


def repeats(word: str, rng: Random) -> str:
    """Draw out one letter or two."""
    for at in sorted(rng.sample(range(len(word)), rng.randint(1, 2)), reverse=True):
        word = word[:at] + word[at] * rng.randint(2, 6) + word[at:]
    return word


def starred(word: str, rng: Random) -> str:
    """Mask vowels, or all that is inside a short word, with a star or another sign."""
    mask = rng.choice("****#@%-")
    if rng.random() < 0.25 and len(word) <= 6:
        return word[0] + mask * (len(word) - 2) + word[-1]
    vowels = [i for i, c in enumerate(word) if i and c in _VOWELS] or [len(word) // 2]
    masked = {*rng.sample(vowels, rng.randint(1, len(vowels)))}
    return "".join(mask if i in masked else c for i, c in enumerate(word))


def swapped(word: str, rng: Random) -> str:
    """Let two neighbours inside change places."""
    places = [i for i in range(1, len(word) - 2) if word[i] != word[i + 1]]
    places = places or [i for i in range(len(word) - 1) if word[i] != word[i + 1]]
    if not places:
        return word
    at = rng.choice(places)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def without_vowels(word: str, rng: Random) -> str:
    """Leave out all vowels but a first one, or one vowel, if enough is left to be understood."""
    vowels = [i for i, c in enumerate(word) if i and c in _VOWELS]
    if len(word) - len(vowels) < 3 or (vowels and rng.random() < 0.4):
        vowels = [rng.choice(vowels)] if vowels else []
    return "".join(c for i, c in enumerate(word) if i not in vowels)


def reversed_direction(word: str, rng: Random) -> str:
    """Write the word backwards, at times with signs that make the eye see it forwards."""
    return rng.choice(("\u202e{}\u202c", "\u202e{}\u202c", "{}")).format(word[::-1])


def emoji_letters(word: str, rng: Random) -> str:
    """Write letters as flags are written, or in coloured squares."""
    flags = rng.random() < 0.5
    return _each_letter(word, _FLAG_A if flags else _SQUARE_A, "" if flags else "\ufe0f")


def upside_down(word: str, rng: Random) -> str:  # noqa: ARG001 - all kinds are called alike.
    """Turn the word on its head."""
    turned = str.maketrans("abcdefghijklmnopqrstuvwxyz", "ɐqɔpǝɟƃɥᴉɾʞlɯuodbɹsʇnʌʍxʎz")
    return word[::-1].translate(turned)


KINDS: Mapping[str, Callable[[str, Random], str]] = {
    "leet": leet,
    "homoglyphs": homoglyphs,
    "fancy letters": fancy_letters,
    "spaced": spaced,
    "separated": separated,
    "cut in two": cut_in_two,
    "zero width": zero_width,
    "marks": marks,
    "repeats": repeats,
    "starred": starred,
    "swapped": swapped,
    "without vowels": without_vowels,
    "reversed": reversed_direction,
    "emoji letters": emoji_letters,
    "upside down": upside_down,
}


def obfuscate(text: str, words: Collection[str], kind: str, rng: Random) -> str:
    """Disguise those words of a text that are in `words` (in small letters) and nothing else."""
    disguise = KINDS[kind]
    return re.sub(
        r"(?<!\w)[A-Za-z]{3,}(?!\w)",
        lambda m: disguise(m[0].lower(), rng) if m[0].lower() in words else m[0],
        text,
    )


def _some(
    word: str, rng: Random, replace: Callable[[str], str], replaceable: Collection[str]
) -> str:
    """Replace about two thirds of the letters that can be, and at least one."""
    places = [i for i, c in enumerate(word) if c in replaceable]
    if not places:
        return word
    chosen = {p for p in places if rng.random() < 2 / 3} or {rng.choice(places)}
    return "".join(replace(c) if i in chosen else c for i, c in enumerate(word))


def _each_letter(word: str, first: int, after: str = "") -> str:
    return "".join(chr(first + ord(c) - ord("a")) + after if "a" <= c <= "z" else c for c in word)
