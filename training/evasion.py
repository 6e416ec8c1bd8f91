"""How much abuse a scorer still finds when its words are disguised, kind by kind."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from random import Random
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from training.obfuscate import KINDS, obfuscate

FALSE_ALARMS = 0.05


class Evasion(NamedTuple):
    """What was found of `n_texts` abusive texts at the threshold `at`, as shares of them."""

    at: float
    n_texts: int
    plain: float  # Found as they were written.
    found: Mapping[str, float]  # Found in each disguise.

    @property
    def mean(self) -> float:
        """The mean over kinds."""
        return float(np.mean([*self.found.values()]))

    @property
    def worst(self) -> float:
        """The share found of the kind that hides best."""
        return min(self.found.values())


def measure(
    score: Callable[[Sequence[str]], NDArray[np.float64]],
    abusive: Sequence[str],
    clean: Sequence[str],
    words: Collection[str],
    *,
    false_alarms: float = FALSE_ALARMS,
    seed: int = 0,
) -> Evasion:
    """Disguise the abusive words of abusive texts in each way, and see how many are still found.

    Parameters
    ----------
    score
        Texts as sent to one score each, the higher the more abusive; shape (n_texts,).
    abusive
        Texts that hold none of `words` are left out: there is nothing to disguise.
    clean
        Texts that decide the threshold: the share `false_alarms` of them scores above it.
    words
        The words to disguise, in small letters.
    """
    at = float(np.quantile(score(clean), 1 - false_alarms))
    texts = [text for text in abusive if obfuscate(text, words, "fancy letters", Random(0)) != text]  # noqa: S311
    found = {}
    for kind in KINDS:
        rng = Random(f"{seed} {kind}")  # noqa: S311  Chance that repeats is what is wanted.
        disguised = [obfuscate(text, words, kind, rng) for text in texts]
        found[kind] = float((score(disguised) > at).mean())
    return Evasion(at, len(texts), float((score(texts) > at).mean()), found)
