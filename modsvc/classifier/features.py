"""Features: a reading → hashed n-grams of words and characters, in numpy alone.

The same code runs in training and in serving, for one text and for thousands at once: all texts are
laid end to end as code points, every n-gram of every text is hashed in a few array operations, and
equal n-grams are counted by sorting. After the hashing trick of Weinberger et al. (2009),
https://arxiv.org/abs/0902.2206.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence, Set
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from modsvc.core.text import Reading

_WORD_BITS, _CHAR_BITS = 17, 18
WORD_BUCKETS = 1 << _WORD_BITS  # Single words and pairs of neighbours.
CHAR_BUCKETS = 1 << _CHAR_BITS  # Runs of characters within a word, its edges included.
N_BUCKETS = WORD_BUCKETS + CHAR_BUCKETS
CHAR_SIZES = range(2, 6)

# A word keeps its stars ("f**l") and an emoji is a word of its own; other punctuation goes, since
# some sets were published without it and a model would learn which.
WORD = re.compile(r"\w+(?:['*]+\w+)*[*']*|[\u2600-\u27bf\U0001f000-\U0001faff]")

# What stands for any group's name where it may be seen that one is named, and not which. No text
# holds such a word.
GROUP = "{group}"

_SPACE = np.uint32(32)
_MULTIPLIER = np.uint32(0x01000193)
_STEP = np.uint32(0x9E3779B1)
_SEEDS = [np.uint32((size * 0x85EBCA6B) & 0xFFFFFFFF) for size in range(max(CHAR_SIZES) + 1)]


class Occurrences(NamedTuple):
    """Every n-gram of some texts, as often as it occurs; all arrays have one entry for each."""

    buckets: NDArray[np.int64]
    first_words: NDArray[np.int64]  # Index of the word it lies in, counted over all texts;
    last_words: NDArray[np.int64]  # for a pair of words, of the second.


class Features(NamedTuple):
    """Distinct n-grams of some texts with their weights, ordered by text; (n_features,) each."""

    texts: NDArray[np.int64]
    buckets: NDArray[np.int64]
    values: NDArray[np.float64]


def words_of(reading: Reading, without: Set[str] = frozenset()) -> list[str]:
    """Return the words the model sees, fewer those it shall not."""
    found = WORD.findall(reading.text)
    words = [word.replace("'", "") for word in found] if "'" in reading.text else found
    return [w for w in words if w not in without] if not without.isdisjoint(words) else words


def named_alike(words: Sequence[str], groups: Set[str]) -> list[str]:
    """Return words with every name of a group replaced by one and the same."""
    return [GROUP if word in groups else word for word in words]


class _Grams(NamedTuple):
    """Every n-gram of some texts, and what says which word each lies in."""

    buckets: NDArray[np.int64]
    n_words: int
    paired: NDArray[np.int64]  # The words that have a next one in their text.
    runs: Sequence[NDArray[np.int64]]  # Where the runs of each size begin, among all characters;
    word_at: NDArray[np.int64]  # for each character its word, or the one before a space.


def find_grams(texts: Sequence[Sequence[str]]) -> Occurrences:
    """Hash every n-gram of texts given as lists of words, in any order of their n-grams."""
    grams = _hash_grams(texts)
    words = np.arange(grams.n_words)
    # A run that starts with a space belongs to what follows.
    of_runs = [grams.word_at[at + 1] for at in grams.runs]
    return Occurrences(
        grams.buckets,
        np.concatenate((words, grams.paired, *of_runs)),
        np.concatenate((words, grams.paired + 1, *of_runs)),
    )


def _hash_grams(texts: Sequence[Sequence[str]]) -> _Grams:
    spelled = "".join([f" {' '.join(words)} " for words in texts])
    codes = np.frombuffer(spelled.encode("utf-32-le", "surrogatepass"), np.uint32)
    space = codes == _SPACE
    letter = ~space
    starts = (space[:-1] & letter[1:]).nonzero()[0] + 1
    n_words = len(starts)
    if not n_words:
        nothing = np.empty(0, np.int64)
        return _Grams(nothing, 0, nothing, (), nothing)
    begins = np.zeros(len(codes), np.int64)
    begins[starts] = 1
    word_at = begins.cumsum()
    word_at -= 1

    # A word's hash sums its characters' hashes, each mixed with its place in the word.
    place = np.arange(len(codes), dtype=np.uint32)
    place -= starts.astype(np.uint32)[word_at]
    place *= _STEP
    place += codes
    mixed = _mix(place)
    mixed[space] = 0
    single = np.add.reduceat(mixed, starts, dtype=np.uint32)
    # Two spaces stand between the last word of a text and the first of the next.
    paired = letter[starts[1:] - 2].nonzero()[0]

    hashes = [single, single[paired] * _MULTIPLIER + single[paired + 1]]
    n_word_grams = n_words + len(paired)
    runs = []
    rolling = codes
    inside = letter[:-1] | letter[1:]  # Whether a run holds no space but at its ends.
    for size in CHAR_SIZES:
        if size > len(codes):
            break
        rolling = rolling[:-1] * _MULTIPLIER
        rolling += codes[size - 1 :]
        if size > CHAR_SIZES[0]:
            inside = inside[:-1] & letter[size - 2 : -1]
        at = inside.nonzero()[0]
        hashes.append(rolling[at] + _SEEDS[size])
        runs.append(at)
    buckets = _mix(np.concatenate(hashes))
    buckets[:n_word_grams] >>= np.uint32(32 - _WORD_BITS)
    buckets[n_word_grams:] >>= np.uint32(32 - _CHAR_BITS)
    buckets[n_word_grams:] += np.uint32(WORD_BUCKETS)
    return _Grams(buckets.astype(np.int64), n_words, paired, runs, word_at)


def count_grams(texts: Sequence[Sequence[str]]) -> Features:
    """Count each distinct n-gram of each text; `values` are counts, ordered by text and bucket."""
    if len(texts) == 1:  # Needs no key for the text, and so not to know where its n-grams stand.
        buckets, counts = _count(_hash_grams(texts).buckets)
        rows = np.zeros(len(buckets), np.int64)
    else:
        grams = find_grams(texts)
        text_of_word = np.repeat(np.arange(len(texts)), [len(words) for words in texts])
        keys, counts = _count(text_of_word[grams.first_words] * N_BUCKETS + grams.buckets)
        rows, buckets = np.divmod(keys, N_BUCKETS)
    return Features(rows, buckets, counts.astype(np.float64))


def _count(keys: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return each distinct key, in order, and how often it occurs: `np.unique`, but at once."""
    ordered = np.sort(keys)
    changes = np.empty(len(keys) + 1, bool)
    changes[:1] = changes[-1:] = True
    np.not_equal(ordered[1:], ordered[:-1], out=changes[1:-1])
    edges = changes.nonzero()[0]
    return ordered[edges[:-1]], edges[1:] - edges[:-1]


def weigh(counted: Features, idf: NDArray[np.floating], n_texts: int) -> Features:
    """Turn counts into weights: 1 + log of the count, times `idf`, each block of unit length.

    `idf` has shape (N_BUCKETS,); where it is 0 the n-gram is left out. Words and characters are
    blocks of their own: a common norm would let the many character runs drown the words.
    """
    rarity = idf[counted.buckets]
    kept = rarity.nonzero()[0]
    texts, buckets = counted.texts[kept], counted.buckets[kept]
    values = (1.0 + np.log(counted.values[kept])) * rarity[kept]
    block = 2 * texts + (buckets >= WORD_BUCKETS)
    norms = np.sqrt(np.bincount(block, values * values, minlength=2 * n_texts))
    return Features(texts, buckets, values / norms[block])


N_MARKS = 6
_CALLS_TO_ACT = frozenset(
    (
        *("bitcoin", "buy", "casino", "channel", "cheap", "check", "click", "coupon", "crypto"),
        *("discount", "download", "earn", "follow", "free", "giveaway", "guaranteed", "income"),
        *("invest", "investment", "loan", "offer", "order", "pills", "promo", "sale", "shop"),
        *("subscribe", "telegram", "viagra", "visit", "website", "whatsapp", "win", "winner"),
    )
)
_CAPITALS = re.compile(r"[A-Z]{2,}")


def spam_marks(reading: Reading, words: Sequence[str]) -> list[float]:
    """Return N_MARKS figures, mostly in [0, 1], that tell an advert from a comment."""
    text = reading.text
    n_words = len(words) or 1
    links = text.count("http") + text.count("www.") + text.count(".com")
    return [
        min(1.0, links / 2),
        min(1.0, 10 * links / n_words),
        min(1.0, len(_CALLS_TO_ACT.intersection(words)) / 4),
        min(1.0, len(_CAPITALS.findall(reading.raw)) / n_words),
        min(1.0, 10 * (text.count("!") + text.count("$")) / (len(text) or 1)),
        min(1.0, math.log1p(n_words) / 6),
    ]


def _mix(values: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Spread 32-bit values evenly, as MurmurHash3 ends (Austin Appleby, public domain)."""
    mixed = values ^ (values >> np.uint32(16))
    mixed *= np.uint32(0x85EBCA6B)
    mixed ^= mixed >> np.uint32(13)
    mixed *= np.uint32(0xC2B2AE35)
    mixed ^= mixed >> np.uint32(16)
    return mixed
