"""The shipped scikit-learn pipeline, opened only after its digest was checked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import joblib

from modsvc.classifier.artifact import verify
from modsvc.classifier.shipped import MANIFEST_SHA256, find_shipped
from modsvc.core.signals import Span
from modsvc.core.text import Reading


def open_pipeline() -> Any:
    """Give the pipeline that the shipped model was made from."""
    folder = find_shipped()
    verify(folder, expected_sha256=MANIFEST_SHA256)
    return joblib.load(folder / "pipeline.joblib")


class PipelineScorer:
    """A Scorer that asks the pipeline, and cannot explain: that is left out in its favour."""

    version = "pipeline"
    stages = ("pipeline",)
    lexicon = None  # The pipeline reads texts anew, with its own.

    def __init__(self) -> None:
        self._pipeline = open_pipeline()
        self._labels = self._pipeline.named_steps["heads"].labels

    def score(self, readings: Sequence[Reading]) -> list[dict[str, float]]:
        """Give each reading its labels' calibrated probabilities."""
        scores = self._pipeline.predict_proba([reading.raw for reading in readings])
        return [dict(zip(self._labels, row, strict=True)) for row in scores.tolist()]

    def unscored_language(self, _reading: Reading, _declared: str | None) -> None:
        """Take everything for English: telling languages apart is left out in its favour, too."""

    def explain(self, _reading: Reading, _label: str) -> tuple[Span, ...]:
        """Give nothing."""
        return ()
