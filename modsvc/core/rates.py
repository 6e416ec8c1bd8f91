"""Rates: what a score means at another one, and what counting a few says of all.

The bounds are exact: whatever the true rate is, in at least so many of a hundred samples they keep
it. After Clopper and Pearson, Biometrika 26 (1934), https://doi.org/10.1093/biomet/26.4.404.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

CONFIDENCE = 0.95
# Halving the unit interval so often leaves nothing that anybody would print.
_HALVINGS = 40
_TERMS = 100_000
_TINY = 1e-300
_CLOSE = 1e-15


def at_rate(score: float, trained_rate: float, site_rate: float) -> float:
    """Return the probability that a score stands for at a site with another base rate.

    The log-odds are shifted by the difference of the rates' own log-odds, which is exact if abuse
    and fair comments each read alike in both places and only their mix differs; after Saerens et
    al. (2002), https://doi.org/10.1162/089976602753284446.

    Parameters
    ----------
    score, trained_rate, site_rate : float
        A score in [0, 1]; the share of comments with the label where it was calibrated, and at the
        site, both strictly between 0 and 1.

    Raises
    ------
    ValueError
        A rate is 0, 1 or no share at all: then no score would mean anything.
    """
    for rate in (trained_rate, site_rate):
        if not 0 < rate < 1:
            raise ValueError(f"a rate lies between 0 and 1, not at {rate}")
    likely = score * site_rate / trained_rate
    unlikely = (1 - score) * (1 - site_rate) / (1 - trained_rate)
    return likely / (likely + unlikely)


@dataclass(frozen=True, slots=True)
class Rate:
    """A share that was counted in a sample, `count` of `of`, and the bounds of the true one."""

    count: int
    of: int

    @property
    def share(self) -> float | None:
        """The share in the sample; None of an empty one."""
        return self.count / self.of if self.of else None

    @property
    def low(self) -> float:
        """The lower end of the two-sided interval at 95 %."""
        return lower_bound(self.count, self.of, (1 + CONFIDENCE) / 2)

    @property
    def high(self) -> float:
        """The upper end of the two-sided interval at 95 %."""
        return upper_bound(self.count, self.of, (1 + CONFIDENCE) / 2)


def upper_bound(count: int, of: int, confidence: float = CONFIDENCE) -> float:
    """Return what a rate is at most, with a confidence, if `count` of `of` at random were so.

    It is the rate at which so few would be found with a probability of one less the confidence.

    Raises
    ------
    ValueError
        `count` is not between 0 and `of`.
    """
    if not 0 <= count <= of:
        raise ValueError(f"{count} of {of} is no share")
    if count == of:
        return 1.0
    low, high = count / of, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if at_most(count, of, middle) > 1 - confidence:
            low = middle
        else:
            high = middle
    return high


def lower_bound(count: int, of: int, confidence: float = CONFIDENCE) -> float:
    """Return what a rate is at least, with a confidence; see `upper_bound`."""
    return 1.0 - upper_bound(of - count, of, confidence)


def at_most(count: int, of: int, rate: float) -> float:
    """Return the probability that at most `count` of `of` are so where each is at a rate.

    The tail of the binomial distribution is a regularised incomplete beta function, and that a
    continued fraction: https://dlmf.nist.gov/8.17#ii and https://dlmf.nist.gov/8.17#v.
    """
    if count >= of or rate <= 0.0:
        return 1.0
    if rate >= 1.0 or count < 0:
        return 0.0
    a, b, x = float(of - count), count + 1.0, 1.0 - rate
    # The fraction is quick on this side of the middle, and its complement on the other.
    if x < (a + 1.0) / (a + b + 2.0):
        return _front(a, b, rate) * _fraction(a, b, x) / a
    return 1.0 - _front(a, b, rate) * _fraction(b, a, rate) / b


def _front(a: float, b: float, rate: float) -> float:
    logs = a * math.log1p(-rate) + b * math.log(rate)
    return math.exp(logs + math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b))


def _fraction(a: float, b: float, x: float) -> float:
    """Evaluate the continued fraction from its beginning on, after Lentz.

    Thompson and Barnett (1986), https://doi.org/10.1016/0021-9991(86)90046-X.
    """
    c, d = 1.0, 1.0 / _kept(1.0 - (a + b) * x / (a + 1.0))
    value = d
    for m in range(1, _TERMS):
        even = m * (b - m) * x / ((a + 2 * m - 1.0) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1.0))
        for term in (even, odd):
            d = 1.0 / _kept(1.0 + term * d)
            c = _kept(1.0 + term / c)
            value *= c * d
        if abs(c * d - 1.0) < _CLOSE:
            break
    return value


def _kept(value: float) -> float:
    return value if abs(value) > _TINY else _TINY
