"""LinearScorer: readings in, calibrated probabilities out, and the words behind one of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from modsvc.classifier.artifact import Artifact, open_artifact
from modsvc.classifier.explaining import Explainer
from modsvc.classifier.features import (
    count_grams,
    named_alike,
    spam_marks,
    weigh,
    words_of,
)
from modsvc.classifier.language import unscored_language
from modsvc.classifier.shipped import MANIFEST_SHA256, find_shipped
from modsvc.core.signals import Span
from modsvc.core.text import Reading
from modsvc.errors import ModelInvalid

# Texts scored in one go: enough to spread the cost of each array operation thin, few enough for the
# arrays to stay in the processor's cache.
_BATCH_CHARS = 32_768


class LinearScorer:
    """The linear model, served from numpy. It only reads its arrays, so threads may share it.

    Attributes
    ----------
    version
        The model's version, part of every decision.
    labels
        What it scores, in this order.
    lexicon
        What texts are to be read with.
    artifact
        The model's arrays and facts.
    """

    stages: tuple[str, ...] = ("linear",)

    def __init__(self, artifact: Artifact) -> None:
        self.version = artifact.version
        self.labels = artifact.labels
        self.lexicon = artifact.lexicon
        self.artifact = artifact
        self._explainer = Explainer(artifact, self.score)
        self._neutral = np.array([label not in artifact.full_view for label in artifact.labels])

    @classmethod
    def open(cls, folder: Path, *, expected_sha256: str) -> LinearScorer:
        """Open a model's folder whose manifest has this SHA-256. Raises ModelInvalid."""
        return cls(open_artifact(folder, expected_sha256=expected_sha256))

    @classmethod
    def open_shipped(cls) -> LinearScorer:
        """Open the model this version came with. Raises ModelInvalid."""
        return cls.open(find_shipped(), expected_sha256=MANIFEST_SHA256)

    def unscored_language(self, reading: Reading, declared: str | None) -> str | None:
        """Name the language of a text this model was not fitted on; None if it was."""
        return unscored_language(reading, declared)

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
        """Return calibrated logits, shape (n_readings, n_labels)."""
        if len(readings) == 1:
            return self._logits(readings)
        batches = [self._logits(batch) for batch in _batches(readings)]
        return np.concatenate(batches) if batches else np.zeros((0, len(self.labels)))

    def explain(self, reading: Reading, label: str, limit: int = 64) -> tuple[Span, ...]:
        """Return the words that pushed the label up: whole, in order, never overlapping.

        Spans are stretches of `reading.raw`; see `Explainer.explain`.
        """
        return self._explainer.explain(reading, label, limit)

    def _logits(self, readings: Sequence[Reading]) -> NDArray[np.float64]:
        """Return calibrated logits of one batch."""
        model = self.artifact
        texts = [words_of(reading) for reading in readings]
        marks = np.array([spam_marks(*pair) for pair in zip(readings, texts, strict=True)])
        # Only texts that name a group are looked at a second time, without the name.
        neutral = list(range(len(texts)))
        for i, words in enumerate(texts[:]):
            if not model.identity_terms.isdisjoint(words):
                neutral[i] = len(texts)
                texts.append([word for word in words if word not in model.identity_terms])
                texts[i] = named_alike(words, model.identity_terms)
        logits = self._sums(texts)
        if len(texts) > len(readings):
            logits = np.where(self._neutral, logits[neutral], logits[: len(readings)])
        logits += marks @ model.mark_weights
        slope, offset = model.calibration.T
        calibrated: NDArray[np.float64] = slope * logits + offset
        return calibrated

    def _sums(self, texts: Sequence[Sequence[str]]) -> NDArray[np.float64]:
        """Return values · weights for each text, shape (n_texts, n_labels)."""
        model = self.artifact
        features = weigh(count_grams(texts), model.idf, len(texts))
        rows = model.rows[features.buckets]
        known = rows.nonzero()[0]
        if len(texts) == 1:
            weights = model.weights[rows[known]].astype(np.float64)
            total: NDArray[np.float64] = features.values[None, known] @ weights
            return total
        parts = model.weights[rows[known]] * features.values[known, None]
        texts_of_parts = features.texts[known]
        # Told the type, since a count of nothing would come in whole numbers.
        return np.stack(
            [np.bincount(texts_of_parts, part, minlength=len(texts)) for part in parts.T],
            axis=1,
            dtype=np.float64,
        )


def probabilities(logits: NDArray[np.float64], version: str) -> NDArray[np.float64]:
    """Return the probabilities that logits stand for.

    Raises
    ------
    ModelInvalid
        One is not a number; nothing may be decided by it. `version` names the model.
    """
    # Past ±700 the exponential overflows and the probability is 0 or 1 all the same.
    bounded = np.minimum(np.maximum(logits, -700.0), 700.0)  # Sooner than `clip` on a few.
    scores: NDArray[np.float64] = 1 / (1 + np.exp(-bounded))
    if not np.isfinite(scores).all():
        raise ModelInvalid(f"model {version} gave a score that is not a number")
    return scores


def _batches(readings: Sequence[Reading]) -> Iterator[Sequence[Reading]]:
    """Cut the readings into batches of about _BATCH_CHARS."""
    first = n_chars = 0
    for i, reading in enumerate(readings, 1):
        n_chars += len(reading.text)
        if n_chars >= _BATCH_CHARS or i == len(readings):
            yield readings[first:i]
            first, n_chars = i, 0
