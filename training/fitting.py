"""`python -m training fit`: from labelled sets to a candidate's folder."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from tqdm import tqdm

from modsvc.classifier.scorer import LinearScorer
from modsvc.core.labels import LABELS
from training import export, plots
from training.data import Rows, concatenate
from training.evaluate import SIX, Figures
from training.judge import judge, open_bench
from training.judged import HOME
from training.model import build
from training.own import OWN, load_own
from training.risk import derive
from training.scoring import score_texts
from training.sets import chosen
from training.targets import read_risks


def fit(data: Path, out: Path, also: Sequence[str] = ()) -> None:
    """Fit the model of params.toml on the sets in `data`, judge it, and write it under `out`."""
    params = export.read_params()
    bench = open_bench(data, also)
    corpus = bench.corpus
    own = load_own()
    rows = concatenate([corpus["fit"], own, corpus["calibrate"]])
    calibrating = np.arange(len(rows)) >= len(rows) - len(corpus["calibrate"])
    print(f"fitting on {len(rows):,} comments; {len(corpus['test']):,} are held out")
    pipeline = build(params)
    with tqdm(total=pipeline["heads"].n_steps, disable=not sys.stderr.isatty()) as bar:

        def progress(done: str) -> None:
            bar.set_description(done)
            bar.update()

        pipeline.fit(
            rows.texts,
            rows.targets,
            heads__sources=["" if source in OWN else source for source in rows.sources],
            heads__natural=rows.natural,
            heads__calibrating=calibrating,
            heads__row_weights=np.array([params["weights"].get(s, 1.0) for s in rows.sources]),
            heads__progress=progress,
        )
    # Of heads that had not seen the calibrating rows, as those that are served have.
    unseen = 1 / (1 + np.exp(-pipeline["heads"].unseen_))
    kept = corpus["calibrate"]
    bands = derive(unseen, kept.targets, kept.verdicts, kept.natural, read_risks())
    scorer = LinearScorer(export.to_artifact(pipeline, params["version"]))
    metrics = judge(
        scorer, bench, bands, bootstrap=params["evaluation"]["bootstrap"], seed=params["seed"]
    )
    folder = out / params["version"]
    sha256 = export.write(
        folder,
        pipeline,
        params=export.PARAMS.read_text(encoding="utf-8"),
        data=data,
        sources=chosen(also),
        n_rows=len(rows),
        metrics=metrics,
        bands=bands,
        plots=_plots(scorer, corpus["test"].of(HOME)),
    )
    _report(metrics)
    print(f"wrote {folder}, manifest {sha256}")
    if also:
        print(f"it learned from {', '.join(also)} and may not be shipped")
    else:
        print(f"ship it with: python -m training release {folder} --data {data}")


def _plots(scorer: LinearScorer, home: Rows) -> dict[str, bytes]:
    columns = [list(LABELS).index(label) for label in SIX]
    seen = home.targets[:, columns], score_texts(scorer, home.texts)[:, columns]
    return {"calibration.svg": plots.calibration(SIX, *seen), "roc.svg": plots.roc(SIX, *seen)}


def _report(metrics: Figures) -> None:
    """Print the figures that matter most; the card has them all."""
    home = metrics["held_out"]
    low, high = home["mean_auc_interval"]
    print(f"held out: mean AUC {home['mean_auc']:.4f} (95 % interval {low:.4f} to {high:.4f})")
    for label, figures in [*home["labels"].items(), ("spam", metrics["spam"])]:
        error = figures["calibration_error"]
        print(f"  {label:16} AUC {figures['auc']:.4f}  calibration error {error:.4f}")
    for name in metrics["absent"]:
        print(f"not at hand, so not reported on: {name}")
