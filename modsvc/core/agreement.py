"""How far two people agree who decided on the same things without knowing of each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from modsvc.core.rates import CONFIDENCE, lower_bound, upper_bound

# With fewer the interval is as wide as what it could tell.
ENOUGH = 30

# How often the one said this and the other that.
Table = Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class Agreement:
    """What was said of `n` things by two people each, and how far they agreed.

    agreed : of how many they said the same
    by_chance : the share of which they would, if each said what they say as often without reading
    kappa : the share of the way from chance to full agreement, at most 1 and below 0 where they
        agree less than by chance; None where chance alone would have them agree always
    low, high : the interval of kappa at 95 %; None with kappa
    """

    n: int
    agreed: int
    by_chance: float
    kappa: float | None
    low: float | None
    high: float | None

    @property
    def is_enough(self) -> bool:
        """Whether there were enough to say anything."""
        return self.n >= ENOUGH


def agreement(table: Table) -> Agreement:
    """Return Cohen's kappa of two raters, with its interval.

    Kappa is (p - c) / (1 - c), of the share p of which they said the same and the share c of which
    they would by chance: Cohen (1960), https://doi.org/10.1177/001316446002000104. His interval
    takes c as known and p as binomial; here p has its exact bounds (Clopper and Pearson's) and not
    normal ones, which at full agreement would have no width however few there were. That is
    cautious: Fleiss, Cohen and Everitt (1969), https://doi.org/10.1037/h0028106, show that it
    overstates the error.
    """
    n = sum(table.values())
    said = {each for pair in table for each in pair}
    agreed = sum(table.get((each, each), 0) for each in said)
    if n == 0:
        return Agreement(0, 0, 0.0, None, None, None)
    firsts = {each: sum(m for (first, _), m in table.items() if first == each) for each in said}
    seconds = {each: sum(m for (_, other), m in table.items() if other == each) for each in said}
    # Whole numbers as long as it goes: two who always said the same one thing are told exactly.
    chances = sum(firsts[each] * seconds[each] for each in said)
    by_chance = chances / n**2
    if chances == n**2:
        return Agreement(n, agreed, by_chance, None, None, None)
    most = (1 + CONFIDENCE) / 2

    def beyond(share: float) -> float:
        return max(-1.0, (share - by_chance) / (1 - by_chance))

    return Agreement(
        n,
        agreed,
        by_chance,
        beyond(agreed / n),
        beyond(lower_bound(agreed, n, most)),
        beyond(upper_bound(agreed, n, most)),
    )
