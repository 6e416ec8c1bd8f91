"""build(): the model as a scikit-learn Pipeline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sklearn.pipeline import Pipeline

from modsvc.core.identity import TERMS
from modsvc.core.labels import LABELS
from modsvc.core.lexicon import Lexicon
from training.heads import LabelHeads
from training.ngrams import NgramViews
from training.sets import HEADS


def build(params: Mapping[str, Any], lexicon: Lexicon | None = None) -> Pipeline:
    """Put the parts together as `params.toml` says; nothing is fitted yet."""
    spelled = lexicon.to_text() if lexicon else ""
    return Pipeline(
        [
            ("views", NgramViews(sorted(TERMS), spelled, **params["features"])),
            (
                "heads",
                LabelHeads(
                    tuple(LABELS),
                    HEADS,
                    **params["heads"],
                    mixing=params["mixing"],
                    seed=params["seed"],
                ),
            ),
        ]
    )
