"""likeness(): by what to find the comments that say the same or nearly the same, in any script.

Of the words of a reading two things are kept. `bands` are looked up: each is one of the text's
triples of neighbouring words, chosen so that two texts choose the same one about as often as it is
in both. `sketch` tells how alike the comments are that were so found: what share of their pairs of
neighbouring words they have in common.

Both come from Broder's min-wise hashing ("On the resemblance and containment of documents", 1997,
https://doi.org/10.1109/SEQUEN.1997.666900), with one hash in place of many (Li, Owen & Zhang 2012,
https://arxiv.org/abs/1208.1259), an empty bin filled from the next (Shrivastava & Li 2014,
https://arxiv.org/abs/1406.4784), and a byte of each minimum (Li & König 2010,
https://arxiv.org/abs/0910.3349). That words differ enough for a hash as plain as this one is
Mitzenmacher & Vadhan's finding (2008, https://dl.acm.org/doi/10.5555/1347082.1347164).

The hash has no secret. Who knows it can tell which four words of a comment to change so that it is
not found, and write a comment that is like another without having its words. Neither makes any two
comments of other people alike.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice, pairwise
from zlib import crc32

N_BANDS = 4
SKETCH_BYTES = 64
# A text of fewer words is like none but itself: one other word would be too much of it.
FEWEST_WORDS = 5
# A longer text is known by its beginning, or a stranger could choose how long we read.
_MOST_CHARS, _MOST_WORDS = 6_144, 1_000
# A triple of so many letters is rare enough to be looked up ("one of the" is not): a shorter one is
# chosen only where there is no such. Longer ones are no better, or one made-up word of forty
# letters would take every band.
_ENOUGH_LETTERS = 15

# Scripts that put no spaces between words. What is written in them is read as overlapping pieces,
# of so many characters, and has a word to so many.
_HAN_KANA = (
    r"\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    r"\U00020000-\U0003ffff"
)
_THAI_LAO_KHMER_BURMESE = r"\u0e01-\u0eff\u1000-\u109f\u1780-\u17ff"
_PIECE_AND_WORD = {1: (3, 2), 2: (6, 4)}
_UNSPACED = _HAN_KANA + _THAI_LAO_KHMER_BURMESE
_ANY_UNSPACED = re.compile(f"[{_UNSPACED}]")
_BREAK = re.compile(f"(?<=[{_UNSPACED}]) (?=[{_UNSPACED}])")
_STRETCH = re.compile(f"([{_HAN_KANA}]+)|([{_THAI_LAO_KHMER_BURMESE}]+)|[^{_UNSPACED} ]+")
# Vowel signs of India and its neighbours are part of a word, though Python calls them no letters.
_WORD = re.compile(
    r"[\w\u0900-\u0963\u0966-\u0df3\u0e31-\u0e4e\u0eb1-\u0ecd\u0f71-\u0fbc\u102b-\u103e\u1056-\u109d"
    r"\u17b4-\u17d3]+"
)

# A campaign changes its address sooner than its words, so every address is one word, which no
# reading has: they are in small letters. Only what is surely an address, since not everybody puts a
# space after a full stop. Every part is bounded, or starts where a word does.
_LINK = "LINK"
_PERHAPS_LINK = re.compile(r"\.[^\s.]|//|@")
_LABEL = r"[a-z0-9\u00c0-\u0dff-]{1,63}"
_ADDRESS = re.compile(
    rf"(?:(?<![\w.@+-])|(?<=[{_UNSPACED}]))"
    rf"(?:(?:(?:[a-z]{{2,8}}:)?//|www\.)[^\s{_UNSPACED}]+"
    rf"|[a-z0-9.+-]{{1,64}}@{_LABEL}(?:\.{_LABEL}){{1,8}}"
    rf"|{_LABEL}(?:\.{_LABEL}){{0,8}}?\.(?:[a-z]{{2,18}}(?=/)|(?:com|org|net|info|biz|edu|gov|xyz"
    r"|shop|club|cn|de|fr|il|io|ly|ru|tv|uk)\b)"
    rf"(?:[/:?#][^\s{_UNSPACED}]*)?)"
)

# What the hashes of words are multiplied with: odd, and picked by nobody (digits of pi).
_FIRST, _SECOND, _THIRD = 0x243F6A8885A308D3, 0x13198A2E03707345, 0xA4093822299F31D1
# So that a hash and a rank above it are quick to sort.
_BITS = 55
_MASK = (1 << _BITS) - 1


@dataclass(frozen=True, slots=True)
class Likeness:
    """What a text is found by, and compared by.

    bands : N_BANDS integers from 0 to 2**55 - 1; two texts may be alike when they have an equal one
        at the same place
    sketch : SKETCH_BYTES bytes, for `similarity`
    n_words : how many words were compared, addresses not counted, up to 1,000; in scripts without
        spaces an estimate
    """

    bands: tuple[int, ...]
    sketch: bytes
    n_words: int


def likeness(text: str) -> Likeness | None:
    """Give the likeness of a reading's text; None where it has no letter and no digit.

    Punctuation, emoji and the addresses of links do not count. Texts of fewer than FEWEST_WORDS
    words beside addresses are alike only when all their words are the same, addresses and all.
    """
    read = text[:_MOST_CHARS]
    words = written = _words(read)
    if not words:
        return None
    if _PERHAPS_LINK.search(read):
        words = _words(_ADDRESS.sub(f" {_LINK} ", read))
    n_words = len(words) - words.count(_LINK)
    if not read.isascii() and _ANY_UNSPACED.search(read):
        words, n_words = _pieces(words)
    if n_words < FEWEST_WORDS:
        return _of_whole(" ".join(written), n_words)
    del words[_MOST_WORDS:]
    hashes = list(map(crc32, map(str.encode, words)))
    pairs = [one * _FIRST + two * _SECOND & _MASK for one, two in pairwise(hashes)]
    return Likeness(_bands(words, hashes, pairs), _sketch(pairs), min(n_words, _MOST_WORDS))


def similarity(a: bytes, b: bytes) -> float:
    """Estimate, from their sketches, the share of two texts' pairs of words that are in both.

    In [0, 1]. The standard error is 0.07 at most, for texts of hundreds of words that have half
    their pairs in common, and 0.04 for texts of thirty words or fewer.

    Raises
    ------
    ValueError
        The sketches are of different lengths.
    """
    if len(a) != len(b):
        raise ValueError(f"sketches of {len(a)} and {len(b)} bytes cannot be compared")
    # As one number each, all bytes are compared in one go.
    one, two = int.from_bytes(a), int.from_bytes(b)
    empty = (one | two).to_bytes(len(a)).count(0)
    same = (one ^ two).to_bytes(len(a)).count(0) - empty
    return same / (len(a) - empty) if same else 0.0


def _words(text: str) -> list[str]:
    return _WORD.findall(text.replace("'", "").replace("_", " "))


def _pieces(words: list[str]) -> tuple[list[str], int]:
    """Cut what is written without spaces into pieces; say about how many words there are."""
    pieces: list[str] = []
    n_words = 0
    # What stood between two characters was punctuation, or a picture strewn in.
    joined = _BREAK.sub("", " ".join(words[:_MOST_WORDS]))
    for stretch in islice(_STRETCH.finditer(joined), _MOST_WORDS):
        written = stretch[0]
        if stretch.lastindex is None:
            pieces.append(written)
            n_words += written != _LINK
            continue
        piece_chars, word_chars = _PIECE_AND_WORD[stretch.lastindex]
        starts = range(max(1, len(written) - piece_chars + 1))
        pieces += [written[at : at + piece_chars] for at in starts]
        n_words += max(1, len(written) // word_chars)
    return pieces, n_words


def _of_whole(words: str, n_words: int) -> Likeness:
    """Give the likeness of a text that is like none but itself."""
    digest = blake2b(words.encode(), digest_size=SKETCH_BYTES).digest()
    bands = (int.from_bytes(digest[8 * at : 8 * at + 8]) & _MASK for at in range(N_BANDS))
    return Likeness(tuple(bands), digest, n_words)


def _bands(words: list[str], hashes: list[int], pairs: list[int]) -> tuple[int, ...]:
    """Choose from each bin the triple with the least hash, the short ones last."""
    letters = list(map(len, words))
    triples = zip(pairs, hashes[2:], letters, letters[1:], letters[2:], strict=False)
    ranked = [
        (pair + third * _THIRD & _MASK)
        + (_ENOUGH_LETTERS - n << _BITS if (n := x + y + z) < _ENOUGH_LETTERS else 0)
        for pair, third, x, y, z in triples
    ]
    ranked.sort(reverse=True)
    least = {hash_ % N_BANDS: hash_ & _MASK for hash_ in ranked}
    return tuple(
        next(least[at % N_BANDS] for at in range(first, first + N_BANDS) if at % N_BANDS in least)
        for first in range(N_BANDS)
    )


def _sketch(pairs: list[int]) -> bytes:
    """Keep a byte of the least hash in each bin; 0 says that a bin is empty."""
    kept = bytearray(SKETCH_BYTES)
    for hash_ in sorted(pairs, reverse=True):
        kept[hash_ * SKETCH_BYTES >> _BITS] = hash_ & 255 or 1
    return bytes(kept)
