"""Judge the stages of a model, and what a site might use instead, on the same rows in one run."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from modsvc.core.screening import Scorer
from training.cost import costs
from training.data import Rows, load_corpus
from training.evaluate import FALSE_ALARMS, Figures, default_policy, evaluate
from training.judged import HOME, JudgedSet, judged_sets
from training.measures import auc, recall_at
from training.peers import Peers
from training.risk import Bands
from training.scoring import Score, by_toxicity, scoring
from training.sections import SECTIONS, Judged, disguised_by
from training.splits import Side


@dataclass(frozen=True, slots=True)
class Bench:
    """All that contenders are judged on."""

    folder: Path
    corpus: Mapping[Side, Rows]
    sets: Sequence[JudgedSet]
    absent: Sequence[str]


def open_bench(folder: Path, also: Collection[str] = ()) -> Bench:
    """Read the labelled sets; `also` as in `load_corpus`. Raises DataInvalid or ValueError."""
    corpus = load_corpus(folder, also)
    return Bench(folder, corpus, *judged_sets(folder, corpus["test"]))


def judge(
    scorer: Scorer,
    bench: Bench,
    bands: Bands | None,
    *,
    bootstrap: int,
    seed: int,
    score: Score | None = None,
) -> Figures:
    """Return every figure of one contender but its cost; `score` is its own, if there is one."""
    score = score or scoring(scorer)
    figures = evaluate(
        score, bench.corpus["test"], bench.sets, bands=bands, bootstrap=bootstrap, seed=seed
    )
    figures["absent"] = list(bench.absent)
    judged = Judged(
        scorer,
        score,
        default_policy(bands),
        bench.corpus["fit"],
        bench.corpus["test"],
        bench.folder,
    )
    for name, section in SECTIONS.items():
        if found := section(judged):
            figures[name] = found
    return figures


def judge_peers(bench: Bench, stages: Mapping[str, Score], peers: Peers) -> dict[str, Any]:
    """Return AUC and recall on every judged set, ours and theirs side by side."""
    found: dict[str, Any] = {"absent": peers.absent, "sets": {}}
    for each in bench.sets:
        if np.isnan(each.verdicts).any():
            continue
        scores = {
            **{name: each.one_score(score(each.texts)) for name, score in stages.items()},
            **{name: score(each.texts) for name, score in peers.opened.items()},
            **each.rivals,
        }
        found["sets"][each.name] = {
            name: {
                "auc": auc(each.verdicts, theirs),
                "found": recall_at(each.verdicts, theirs, FALSE_ALARMS),
            }
            for name, theirs in scores.items()
        }
    home, fit = bench.corpus["test"].of(HOME), bench.corpus["fit"]
    asked = {name: by_toxicity(score) for name, score in stages.items()} | peers.opened
    found["disguised"] = {name: disguised_by(home, fit, score) for name, score in asked.items()}
    return found


def judge_cost(
    bench: Bench, stages: Mapping[str, Sequence[Path]], peers: Peers
) -> dict[str, dict[str, Any]]:
    """Return what each contender costs. Raises CostUnknown."""
    return costs(stages, peers.plain, bench.corpus["test"].of(HOME).texts)
