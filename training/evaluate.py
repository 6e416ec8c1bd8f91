"""How good a scorer is: on rows held out, and on sets that nothing was ever fitted on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from modsvc.classifier.scorer import LinearScorer
from modsvc.core.labels import LABELS
from modsvc.core.text import normalise
from training.data import Rows, load
from training.sets import TESTS

Figures = dict[str, Any]
_SIX = tuple(label for label in LABELS if label != "spam")
_N_BINS = 10
_CHUNK = 1_000


def evaluate(scorer: LinearScorer, test: Rows, folder: Path, params: Mapping[str, Any]) -> Figures:
    """Return every figure of the model card; sets that are not at hand are named under `absent`."""
    settings = params["evaluation"]
    home = test.of("jigsaw_train")
    scores = score_texts(scorer, home.texts)
    rng = np.random.default_rng(params["seed"])
    six = [list(LABELS).index(label) for label in _SIX]
    figures: Figures = {
        "held_out": {
            "rows": len(home),
            "labels": {
                label: _label_figures(home.targets[:, j], scores[:, j], settings)
                for j, label in enumerate(LABELS)
                if label in _SIX
            },
            "mean_auc": mean_auc(home.targets[:, six], scores[:, six]),
            "mean_auc_interval": _interval(
                home.targets[:, six], scores[:, six], settings["bootstrap"], rng
            ),
        },
        "spam": _spam_figures(scorer, test, settings),
    }
    figures["tests"], figures["absent"] = {}, []
    for source in TESTS:
        if not (folder / source.file_name).is_file():
            figures["absent"].append(source.name)
            continue
        rows = load(folder, source)
        figures["tests"][source.name] = _test_figures(scorer, rows, settings)
    return figures


def score_texts(scorer: LinearScorer, texts: list[str]) -> NDArray[np.float64]:
    """Return scores of shape (n_texts, n_labels), in the order of LABELS."""
    rows = [
        [scores[label] for label in LABELS]
        for first in range(0, len(texts), _CHUNK)
        for scores in scorer.score([normalise(text) for text in texts[first : first + _CHUNK]])
    ]
    return np.array(rows)


def mean_auc(targets: NDArray[np.float64], scores: NDArray[np.float64]) -> float:
    """Return the mean over columns of the area under the ROC curve."""
    pairs = zip(targets.T, scores.T, strict=True)
    return float(np.mean([roc_auc_score(target, score) for target, score in pairs]))


def calibration_error(target: NDArray[np.float64], scores: NDArray[np.float64]) -> float:
    """Return how far scores lie from frequencies, averaged over rows in ten bins of equal width."""
    bins = np.minimum((scores * _N_BINS).astype(int), _N_BINS - 1)
    gap = np.bincount(bins, scores, _N_BINS) - np.bincount(bins, target, _N_BINS)
    return float(np.abs(gap).sum() / len(scores))


def _label_figures(
    target: NDArray[np.float64], scores: NDArray[np.float64], settings: Mapping[str, float]
) -> Figures:
    return {
        "positives": int(target.sum()),
        "auc": float(roc_auc_score(target, scores)),
        "calibration_error": calibration_error(target, scores),
        **{
            f"{what}_at_{settings[at]:g}": float((scores[side] >= settings[at]).mean())
            for at in ("hold_at", "reject_at")
            for what, side in (("recall", target == 1), ("false_alarms", target == 0))
        },
    }


def _interval(
    targets: NDArray[np.float64],
    scores: NDArray[np.float64],
    n_samples: int,
    rng: np.random.Generator,
) -> list[float]:
    """Return a 95 % interval of the mean AUC by the percentile bootstrap over rows."""
    means = list(_resampled(targets, scores, n_samples, rng))
    return [float(bound) for bound in np.quantile(means, [0.025, 0.975])]


def _resampled(
    targets: NDArray[np.float64],
    scores: NDArray[np.float64],
    n_samples: int,
    rng: np.random.Generator,
) -> Iterator[float]:
    while n_samples:
        drawn = rng.integers(0, len(scores), len(scores))
        if targets[drawn].any(axis=0).all():  # An AUC needs a positive of every label.
            n_samples -= 1
            yield mean_auc(targets[drawn], scores[drawn])


def _spam_figures(scorer: LinearScorer, test: Rows, settings: Mapping[str, float]) -> Figures:
    """Judge adverts under videos against ordinary comments there and elsewhere."""
    rows = test.take(~np.isnan(test.target("spam")))
    scores = score_texts(scorer, rows.texts)[:, list(LABELS).index("spam")]
    videos = np.array([source == "youtube_spam_train" for source in rows.sources])
    target = rows.target("spam")
    return {
        **_label_figures(target, scores, settings),
        "auc_among_video_comments": float(roc_auc_score(target[videos], scores[videos])),
    }


def _test_figures(scorer: LinearScorer, rows: Rows, settings: Mapping[str, float]) -> Figures:
    scores = score_texts(scorer, rows.texts)
    toxicity, insult = (scores[:, list(LABELS).index(label)] for label in ("toxicity", "insult"))
    verdict = rows.verdicts
    figures: Figures = {"rows": len(rows)}
    ordinary = np.ones(len(rows), bool)
    if not np.isnan(verdict).any():
        ordinary = verdict == 0
        figures["auc"] = float(roc_auc_score(verdict, toxicity + insult))
        figures["recall"] = float((toxicity[~ordinary] >= settings["hold_at"]).mean())
    for at in ("hold_at", "reject_at"):
        alarmed = (scores[ordinary, : len(_SIX)] >= settings[at]).any(axis=1)
        figures[f"ordinary_at_{settings[at]:g}"] = float(alarmed.mean())
    return figures
