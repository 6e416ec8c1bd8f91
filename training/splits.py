"""Which rows are fitted on, which calibrate, and which nobody looks at until the end.

A row's side follows from the SHA-256 of its id, so it never changes when rows are added. Comments
that are nearly the same stay together, on the side of the first of them: the labelled sets mirror
and quote each other, and a model that has seen a comment's twin has seen the comment.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from modsvc.core.text import Reading

Side = Literal["fit", "calibrate", "test"]
SIDES: tuple[Side, ...] = ("fit", "calibrate", "test")

# Letters compared when looking for twins: mirrors of a set differ in case, punctuation and length.
_TWIN_LETTERS = 150
# MinHash (Broder, 1997, https://doi.org/10.1109/SEQUEN.1997.666900) over runs of three words. Two
# comments that share 0.8 of their runs meet in some band with probability .997, and are then
# compared outright.
_RUN = 3
_BANDS, _ROWS = 8, 3
_NEARLY = 0.7
_PRIME = np.uint64((1 << 61) - 1)


def side_of(row_id: str) -> Side:
    """Give a row's side: one in five tests, one in five calibrates, the others are fitted on."""
    fifth = int.from_bytes(hashlib.sha256(row_id.encode()).digest()) % 5
    return "test" if fifth == 0 else "calibrate" if fifth == 1 else "fit"


def twin_key(reading: Reading) -> str:
    """Return what twins share: their first letters, as read, without anything between them."""
    return "".join(filter(str.isalpha, reading.text[: 4 * _TWIN_LETTERS]))[:_TWIN_LETTERS]


def cluster(readings: Sequence[Reading]) -> NDArray[np.int64]:
    """Return for each text the index of the first text it is nearly the same as, maybe itself.

    Texts are nearly the same if they begin with the same 150 letters or share seven tenths of their
    runs of three words, directly or through others. Shape (n_texts,).
    """
    first = np.arange(len(readings))

    def root(i: int) -> int:
        while first[i] != i:
            first[i] = first[first[i]]
            i = int(first[i])
        return i

    def join(i: int, j: int) -> None:
        a, b = sorted((root(i), root(j)))
        first[b] = a

    seen: dict[str, int] = {}
    for i, reading in enumerate(readings):
        # A few letters, or none, are no sign of a common origin.
        if len(key := twin_key(reading)) > 3:
            join(seen.setdefault(key, i), i)
    runs = [_runs(reading.text) for reading in readings]
    signatures = _signatures(runs)
    for band in range(_BANDS):
        places: dict[bytes, int] = {}
        columns = np.ascontiguousarray(signatures[:, band * _ROWS : (band + 1) * _ROWS])
        for i, column in enumerate(columns):
            if not len(runs[i]):
                continue
            met = places.setdefault(column.tobytes(), i)
            if root(met) != root(i) and _overlap(runs[met], runs[i]) >= _NEARLY:
                join(met, i)
    return np.array([root(i) for i in range(len(readings))])


def _runs(text: str) -> NDArray[np.uint64]:
    """Hash the distinct runs of three words; texts of fewer words have none."""
    words = "".join(c if c.isalnum() else " " for c in text).split()
    found = {" ".join(words[i : i + _RUN]) for i in range(len(words) - _RUN + 1)}
    digests = [hashlib.blake2b(run.encode(), digest_size=7).digest() for run in found]
    return np.sort(np.array([int.from_bytes(d) for d in digests], np.uint64))


def _signatures(runs: Sequence[NDArray[np.uint64]]) -> NDArray[np.uint64]:
    """Return the least of each of _BANDS * _ROWS hashes of each text's runs."""
    rng = np.random.default_rng(0)
    factors = rng.integers(1, 1 << 61, _BANDS * _ROWS, np.uint64) | np.uint64(1)
    signatures = np.zeros((len(runs), len(factors)), np.uint64)
    for i, each in enumerate(runs):
        if len(each):
            mixed = each[:, None] * factors  # Modulo 2^64, on purpose.
            signatures[i] = ((mixed ^ (mixed >> np.uint64(29))) % _PRIME).min(axis=0)
    return signatures


def _overlap(a: NDArray[np.uint64], b: NDArray[np.uint64]) -> float:
    """Return the Jaccard index of two sets given as sorted arrays."""
    common = len(np.intersect1d(a, b, assume_unique=True))
    return common / (len(a) + len(b) - common)
