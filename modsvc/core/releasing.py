"""Releasing many by looking at some: which are looked at, and what those say of all."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b

from modsvc.core.rates import upper_bound

# How many may be asked for. The bound holds for a number that was chosen beforehand: whoever looks
# until it pleases them would find it pleasing.
SIZES = (30, 60, 100, 200)
# With fewer than this the bound says next to nothing: none bad of 30 leaves one in ten.
LEAST = SIZES[0]


def in_chance_order(case_ids: Iterable[int], seed: str) -> list[int]:
    """Put cases into an order that chance alone gives, and the same each time for a seed.

    Each is placed by a hash of its own, so that it does not matter which others are there: when
    some have gone, those that are left are still in a random order.
    """
    return sorted(case_ids, key=lambda case_id: _place(case_id, seed))


def _place(case_id: int, seed: str) -> bytes:
    return blake2b(f"{seed}\0{case_id}".encode(), digest_size=16).digest()


@dataclass(frozen=True, slots=True)
class Finding:
    """What a sample says of the cases it is from.

    n : how many there are, those that were looked at among them though others decided them
    drawn : how many there were to begin with
    seen, bad : how many were looked at, and how many of them were bad
    to_release : how many would be released: all that are still there and were not bad
    unseen : how many of those nobody looked at
    """

    n: int
    drawn: int
    seen: int
    bad: int
    to_release: int
    unseen: int

    @property
    def is_enough(self) -> bool:
        """Whether enough were looked at to say anything of the others, or all were."""
        return self.seen >= min(LEAST, self.n)

    @property
    def share(self) -> float:
        """What share of all there were is bad at most, with a confidence of 95 %.

        Clopper and Pearson's bound, and exact where all were looked at. It takes each as drawn
        from any number; drawn from these, and none twice, fewer would do: it is cautious.
        """
        if self.seen >= self.n:
            return self.bad / self.n if self.n else 0.0
        return upper_bound(self.bad, self.seen)

    @property
    def bad_left(self) -> int:
        """How many bad ones are released at most, with a confidence of 95 %.

        Of all there were to begin with: others may have taken the good ones out since.
        """
        return min(self.unseen, max(0, math.floor(self.share * self.drawn + 1e-9) - self.bad))
