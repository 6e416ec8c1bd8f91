"""What a score means where abuse is more or less common than where the model learned."""

from __future__ import annotations


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
