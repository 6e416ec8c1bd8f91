"""The tagger of words, fitted and judged on comments whose toxic stretches people marked."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from modsvc.classifier.artifact import Artifact
from modsvc.classifier.explaining import joined, of_pushing, words_with_places
from modsvc.classifier.features import WORD_BUCKETS
from modsvc.classifier.pushes import pushes
from modsvc.classifier.tagger import (
    TaggerArrays,
    choose,
    figures,
    likelihood,
    looks,
    rate_buckets,
)
from modsvc.core.signals import Span
from modsvc.core.text import Reading, normalise
from training.data import DataInvalid
from training.sets import SETS
from training.splits import SIDES, Side, cluster, side_of

SOURCE = next(source for source in SETS if source.name == "toxic_spans_train")


@dataclass(frozen=True, slots=True)
class Post:
    """A comment, and which of its characters most annotators marked, shape (n_chars,).

    Posts that are nearly the same share a `group`.
    """

    text: str
    gold: NDArray[np.bool_]
    group: str


def load_posts(folder: Path) -> dict[Side, list[Post]]:
    """Return the posts of each side; those that are nearly the same share one.

    Raises
    ------
    DataInvalid
        The set is missing or malformed.
    """
    path = folder / SOURCE.file_name
    ids: list[str] = []
    texts: list[str] = []
    golds: list[NDArray[np.bool_]] = []
    try:
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                ids.append(row["id"])
                texts.append(row["text"])
                golds.append(_gold(row["text"], json.loads(row["spans"])))
    except (OSError, EOFError, ValueError, KeyError, TypeError, csv.Error) as error:
        raise DataInvalid(f"{path} cannot be read: {error!r}") from error
    posts: dict[Side, list[Post]] = {side: [] for side in SIDES}
    leaders = cluster([normalise(text) for text in texts]).tolist()
    for text, gold, leader in zip(texts, golds, leaders, strict=True):
        posts[side_of(ids[leader])].append(Post(text, gold, ids[leader]))
    return posts


def fit(posts: Sequence[Post], model: Artifact, params: Mapping[str, Any]) -> TaggerArrays:
    """Fit a tagger on all these posts, over the linear model whose pushes it will see.

    `params` is the section `tagger` of params.toml. The same posts, model, params and libraries
    give the same bytes.
    """
    return _fit([_Seen.of(post, model) for post in posts], params)


def cross_validate(
    posts: Sequence[Post], model: Artifact, params: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the mean character F1 of posts that the tagger was not fitted on, and of each fold."""
    seen = [_Seen.of(post, model) for post in posts]
    fold = np.array([_fold(each.post.group, params["folds"], "outer") for each in seen])
    scores = np.zeros(len(seen))
    for k in range(params["folds"]):
        arrays = _fit([each for each, f in zip(seen, fold, strict=True) if f != k], params)
        for i in np.flatnonzero(fold == k):
            likely = seen[i].likely(arrays, arrays.rates[seen[i].buckets])
            scores[i] = seen[i].f1(likely, arrays.thresholds)
    return {
        "posts": len(seen),
        "f1": float(scores.mean()),
        "f1_of_folds": [float(scores[fold == k].mean()) for k in range(params["folds"])],
    }


def mean_f1(posts: Iterable[Post], explain: Callable[[str], Sequence[Span]]) -> float:
    """Return the mean character F1 of what `explain` marks in each text."""
    return float(np.mean([character_f1(p.gold, _mask(p, explain(p.text))) for p in posts]))


def character_f1(gold: NDArray[np.bool_], found: NDArray[np.bool_]) -> float:
    """Return the F1 of one post as SemEval-2021 Task 5 has it: 1 if both mark nothing."""
    marked = int(gold.sum()) + int(found.sum())
    return 2 * int((gold & found).sum()) / marked if marked else 1.0


@dataclass(frozen=True, slots=True)
class _Seen:
    """A post, with all the tagger sees of it but the rates."""

    post: Post
    reading: Reading
    places: list[tuple[int, int]]
    buckets: NDArray[np.int64]
    pushes: NDArray[np.float64]
    looks: NDArray[np.float64]
    marked: NDArray[np.float64]  # 1 for each word of which at least half is marked.

    @classmethod
    def of(cls, post: Post, model: Artifact) -> _Seen:
        reading = normalise(post.text, model.lexicon)
        places, words = words_with_places(reading)
        stretches = [slice(*reading.span(*place)) for place in places]
        return cls(
            post,
            reading,
            places,
            rate_buckets(words),
            of_pushing(model, pushes(model, words)),
            looks(reading, places),
            np.array([float(post.gold[stretch].mean() >= 0.5) for stretch in stretches]),
        )

    def likely(self, arrays: TaggerArrays, rates: NDArray[np.float16]) -> NDArray[np.float64]:
        """Return how likely each word is marked, by these rates."""
        if not len(rates):
            return np.zeros(0)
        return likelihood(figures(rates.astype(np.float64), self.pushes, self.looks), arrays)

    def f1(self, likely: NDArray[np.float64], thresholds: NDArray[np.float64]) -> float:
        """Return the F1 of what would be marked."""
        marked = np.flatnonzero(choose(likely, thresholds)).tolist()
        spans = joined(self.reading, self.places, dict.fromkeys(marked, 1.0))
        return character_f1(self.post.gold, _mask(self.post, spans))


def _fit(seen: Sequence[_Seen], params: Mapping[str, Any]) -> TaggerArrays:
    marked = np.concatenate([each.marked for each in seen])
    # A word's rate must come from other posts, or it would tell the very mark to be learned.
    unseen: list[NDArray[np.float16]] = [np.empty(0, np.float16)] * len(seen)
    fold = [_fold(each.post.group, params["folds"], "inner") for each in seen]
    for k in range(params["folds"]):
        others = _rates([e for e, f in zip(seen, fold, strict=True) if f != k], params["smoothing"])
        for i in (i for i, f in enumerate(fold) if f == k):
            unseen[i] = others[seen[i].buckets]
    described = [
        figures(rates.astype(np.float64), each.pushes, each.looks)
        for each, rates in zip(seen, unseen, strict=True)
        if len(rates)
    ]
    scaler = StandardScaler()
    regression = LogisticRegression(C=params["C"], tol=1e-6, max_iter=1_000)
    regression.fit(scaler.fit_transform(np.concatenate(described)), marked)
    weights = regression.coef_[0] / scaler.scale_
    intercept = regression.intercept_[0] - weights @ scaler.mean_
    arrays = TaggerArrays(
        _rates(seen, params["smoothing"]), np.append(weights, intercept), np.zeros(2)
    )
    likely = [each.likely(arrays, rates) for each, rates in zip(seen, unseen, strict=True)]
    thresholds = max(
        (np.array(pair) for pair in product(params["marked_from"], params["best_from"])),
        key=lambda pair: np.mean([e.f1(p, pair) for e, p in zip(seen, likely, strict=True)]),
    )
    return replace(arrays, thresholds=thresholds)


def _rates(seen: Sequence[_Seen], smoothing: float) -> NDArray[np.float16]:
    """Return a third of the log-odds that a word is marked, drawn to the mean where it is rare."""
    buckets = np.concatenate([each.buckets for each in seen])
    marked = np.concatenate([each.marked for each in seen])
    mean = marked.mean()
    often = np.bincount(buckets, minlength=WORD_BUCKETS) + smoothing
    rate = (np.bincount(buckets, marked, minlength=WORD_BUCKETS) + smoothing * mean) / often
    rate = np.clip(rate, 1e-6, 1 - 1e-6)  # Where nearly all posts agree, and smoothing is slight.
    log_odds: NDArray[np.float64] = np.log(rate / (1 - rate))
    return (log_odds / 3).astype(np.float16)


def _gold(text: str, marked: Iterable[int]) -> NDArray[np.bool_]:
    gold = np.zeros(len(text), bool)
    # Some marks of the set lie past the end of their post.
    gold[[at for at in marked if 0 <= at < len(text)]] = True
    return gold


def _mask(post: Post, spans: Iterable[Span]) -> NDArray[np.bool_]:
    mask = np.zeros(len(post.text), bool)
    for span in spans:
        mask[span.start : span.end] = True
    return mask


def _fold(group: str, n_folds: int, purpose: str) -> int:
    """Put a group of posts into one fold, in another order for each purpose."""
    return int.from_bytes(hashlib.sha256(f"{purpose} {group}".encode()).digest()) % n_folds
