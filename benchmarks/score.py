"""One text, and many at once: the served form beside the scikit-learn pipeline it was made from."""

from __future__ import annotations

import time

import numpy as np

from benchmarks import texts
from benchmarks.harness import Report, in_turn, percentile, ratio, timed
from benchmarks.pipeline import open_pipeline
from modsvc.classifier.scorer import LinearScorer
from modsvc.core.text import normalise

# The two forms hold the same numbers; what differs is the order of adding them up.
TOLERANCE = 1e-6


def run(*, quick: bool) -> Report:
    """Time both forms, text by text and in one batch, and see that they say the same."""
    bodies = texts.make(texts.SET_SIZE)
    scorer, pipeline = LinearScorer.open_shipped(), open_pipeline()
    singles, batch = (100, 200) if quick else (400, 1_000)

    def ours_one(body: str) -> object:
        return scorer.score([normalise(body, scorer.lexicon)])

    def theirs_one(body: str) -> object:
        return pipeline.predict_proba([body])

    def ours_many() -> float:
        return timed(
            lambda: scorer.score([normalise(body, scorer.lexicon) for body in bodies[:batch]])
        )

    def theirs_many() -> float:
        return timed(lambda: pipeline.predict_proba(bodies[:batch]))

    one_by_one: dict[str, list[float]] = {"modsvc": [], "scikit-learn": []}

    def each(name: str, score: object) -> float:
        times = []
        for body in bodies[:singles]:
            start = time.perf_counter()
            score(body)  # type: ignore[operator]  # One of the two functions above.
            times.append(time.perf_counter() - start)
        one_by_one[name] += times
        return percentile(times, 0.5)

    ours = np.array(
        [list(s.values()) for s in scorer.score([normalise(b, scorer.lexicon) for b in bodies])]
    )
    apart = float(np.abs(ours - pipeline.predict_proba(bodies)).max())
    if apart > TOLERANCE:
        raise AssertionError(f"the two forms are {apart} apart: they do not do the same work")
    one = in_turn(
        {
            "modsvc": lambda: each("modsvc", ours_one),
            "scikit-learn": lambda: each("scikit-learn", theirs_one),
        }
    )
    many = in_turn({"modsvc": ours_many, "scikit-learn": theirs_many})

    report = Report("score", ["contender", "p50 us", "p99 us", f"texts/s by {batch}"])
    for name, times in one_by_one.items():
        p50, p99 = percentile(times, 0.5) * 1e6, percentile(times, 0.99) * 1e6
        report.add(name, p50, p99, batch / percentile(many[name], 0.5))
    report.ratios = [
        ratio("one text", one["scikit-learn"], one["modsvc"]),
        ratio("a batch", many["scikit-learn"], many["modsvc"]),
    ]
    report.notes = [
        f"same scores: {apart:.1e} apart at most, over {len(bodies)} texts and all labels"
    ]
    return report
