"""BothScorer: the linear model and the encoder, whose logits are averaged.

The two err differently: the linear model knows words and their disguises, the encoder how words
stand together. Their average ranks better than either, and repairs what one of them learned badly.
How sure the linear model can be is bounded first: words can make abuse likely, but how they stand
together has to be able to overrule them. "You are a kind nurse" begins like a thousand insults.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from modsvc.classifier.encoder import Encoder, Suspicion
from modsvc.classifier.explaining import Explainer
from modsvc.classifier.scorer import LinearScorer, probabilities
from modsvc.core.signals import Span
from modsvc.core.text import Reading
from modsvc.errors import ModelInvalid


class BothScorer:
    """Both stages as one scorer. Threads may share it.

    Attributes
    ----------
    version
        Names both stages, and is part of every decision: "linear-6+encoder-4".
    labels
        What it scores, in this order.
    lexicon
        What texts are to be read with.
    """

    stages: tuple[str, ...] = ("linear", "encoder")

    def __init__(self, linear: LinearScorer, encoder: Encoder) -> None:
        """Join two stages that were opened.

        Raises
        ------
        ModelInvalid
            The linear model was not fitted to be joined with this encoder.
        """
        joined = linear.artifact.joined
        if joined is None or joined.heads != encoder.heads:
            raise ModelInvalid(
                f"model {linear.version} was not fitted to be joined with {encoder.version}"
            )
        self.version = f"{linear.version}+{encoder.version}"
        self.labels, self.lexicon = linear.labels, linear.lexicon
        self._linear, self._encoder, self._weights = linear, encoder, joined.weights
        self._suspicion = suspicion_of(linear)
        self._explainer = Explainer(linear.artifact, self.score, quick=linear.score)

    def score(self, readings: Sequence[Reading]) -> list[dict[str, float]]:
        """Return for each reading the probability in [0, 1] of every label.

        Raises
        ------
        ModelInvalid
            A score is not a number; nothing may be decided by it.
        """
        scores = probabilities(self.logits(readings), self.version)
        return [dict(zip(self.labels, row, strict=True)) for row in scores.tolist()]

    def logits(self, readings: Sequence[Reading]) -> NDArray[np.float64]:
        """Return calibrated logits, shape (n_readings, n_labels).

        The linear model reads a text whole, and says which stretches of a long one the encoder is
        to read beside its beginning and its end.
        """
        linear = self._linear.logits(readings)
        encoder = self._encoder.logits([reading.text for reading in readings], self._suspicion)
        return join(linear, encoder, self._weights)

    def explain(self, reading: Reading, label: str, limit: int = 64) -> tuple[Span, ...]:
        """Return the words that pushed the label up: whole, in order, never overlapping.

        Spans are stretches of `reading.raw`; see `Explainer.explain`.
        """
        return self._explainer.explain(reading, label, limit)

    def unscored_language(self, reading: Reading, declared: str | None) -> str | None:
        """Return the language of a text that neither stage was trained for, or None."""
        return self._linear.unscored_language(reading, declared)


def suspicion_of(linear: LinearScorer) -> Suspicion:
    """Return how likely the linear model finds the likeliest kind of abuse in stretches of a text.

    Adverts do not count: a page of links would be read in the place of an attack beside it.
    """
    abuse = [i for i, label in enumerate(linear.labels) if label != "spam"]

    def suspicion(stretches: Sequence[str]) -> NDArray[np.float64]:
        logits = linear.logits([Reading(stretch, stretch) for stretch in stretches])
        worst: NDArray[np.float64] = logits[:, abuse].max(axis=1)
        return worst

    return suspicion


def join(
    linear: NDArray[np.float64], encoder: NDArray[np.float64], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the joint logits, shape (n_texts, n_labels).

    Parameters
    ----------
    linear
        Calibrated logits of the linear model, shape (n_texts, n_labels).
    encoder
        Logits of the encoder's heads, shape (n_texts, n_heads).
    weights
        Shape (1 + n_heads + 2, n_labels): what a label's own linear logit counts for, what each of
        the encoder's does, an offset, and what the linear logit is bounded by.
    """
    own, heads, offset, surest = weights[0], weights[1:-2], weights[-2], weights[-1]
    joint: NDArray[np.float64] = bounded(linear, surest) * own + encoder @ heads + offset
    return joint


def bounded(
    logits: NDArray[np.float64], surest: float | NDArray[np.float64]
) -> NDArray[np.float64]:
    """Bend the logits above 0 so that none exceeds `surest`, in their order; leave the others."""
    bent: NDArray[np.float64] = np.where(logits > 0, surest * np.tanh(logits / surest), logits)
    return bent
