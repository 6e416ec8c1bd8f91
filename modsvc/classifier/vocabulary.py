"""How far the words of a text are those the model knows, which are English nearly all.

Names are unknown in any language, and some words are spelled alike in several. So neither a single
word nor a capital letter tells anything.
"""

from __future__ import annotations

from collections.abc import Sequence, Set

# What few sentences of another language reach, and most English ones.
_ENGLISH_SHARE = 0.8
# What English with its slang and typing errors seldom stays below. A word in lower case is no name,
# and a letter by itself is no word: "s.t.u.p.i.d" is six of them to whoever splits sentences.
_STRANGE_SHARE, _MIN_WORDS, _MIN_STRANGE = 0.5, 3, 2


def is_english(words: Sequence[str], known: Set[str]) -> bool:
    """Tell whether the words, in lower case, are known so far that no detector need be asked."""
    return bool(words) and _share(words, known) >= _ENGLISH_SHARE


def is_strange(raw: str, words: Sequence[str], reading: Sequence[str], known: Set[str]) -> bool:
    """Tell whether few words of a text are known, neither as sent nor as read.

    `words` and `reading` are in lower case. English in disguise is known in its reading.
    """
    unknown = [w for w in set(words) if len(w) > 1 and w in raw and w not in known]
    return (
        bool(known)
        and len(words) >= _MIN_WORDS
        and len(unknown) >= _MIN_STRANGE
        and max(_share(words, known), _share(reading, known)) <= _STRANGE_SHARE
    )


def _share(words: Sequence[str], known: Set[str]) -> float:
    return sum(word in known for word in words) / (len(words) or 1)
