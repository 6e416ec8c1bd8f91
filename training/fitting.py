"""`python -m training fit`: from labelled sets to a candidate's folder."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline
from tqdm import tqdm

from modsvc.classifier.artifact import Joined
from modsvc.classifier.both import BothScorer, join, suspicion_of
from modsvc.classifier.encoder import Encoder
from modsvc.classifier.scorer import LinearScorer
from modsvc.core.identity import TERMS
from modsvc.core.labels import LABELS
from modsvc.core.lexicon import Lexicon
from modsvc.core.screening import Scorer
from modsvc.core.text import normalise
from training import export, lexicon, plots, tagger
from training.data import Rows, concatenate
from training.evaluate import SIX, Figures, held_out
from training.joint import fit_join
from training.judge import judge, open_bench
from training.judged import HOME
from training.model import build
from training.own import OWN, PAIRED, load_harmless, load_unpaired
from training.risk import Bands, derive
from training.scoring import score_texts
from training.sets import chosen
from training.splits import Side
from training.stages import MODELS
from training.tagger import Post
from training.targets import read_risks

Params = Mapping[str, Any]


def fit(data: Path, out: Path, also: Sequence[str] = ()) -> None:
    """Fit the model of params.toml on the sets in `data`, judge it, and write it under `out`.

    Raises
    ------
    DataInvalid, ModelInvalid
        A set, or the encoder that params.toml names, is missing or malformed.
    """
    params = export.read_params()
    encoder = open_encoder(params.get("encoder"))
    bench = open_bench(data, also)
    corpus, posts = bench.corpus, tagger.load_posts(data)
    kept = corpus["calibrate"]
    rows = concatenate([corpus["fit"], load_unpaired(), kept])
    words = learn_words(rows, posts)
    rows = concatenate([load_harmless(words), rows])
    print(f"fitting on {len(rows):,} comments; {len(corpus['test']):,} are held out")
    pipeline = build(params, words)
    fit_pipeline(pipeline, rows, len(kept), params)
    artifact = export.to_artifact(pipeline, params["version"])
    seen = [*posts["fit"], *posts["calibrate"]]
    artifact = replace(artifact, tagger=tagger.fit(seen, artifact, params["tagger"]))
    # The calibrating rows as heads see them that were not fitted on them.
    unseen = pipeline["heads"].unseen_
    linear: Scorer = LinearScorer(artifact)
    alone = bands = derive_bands(unseen, kept)
    scorer = linear
    if encoder:
        heard = hear(encoder, kept, LinearScorer(artifact))
        joined = join_encoder(encoder, heard, unseen, kept, pipeline, params)
        artifact = replace(artifact, joined=joined)
        scorer = BothScorer(LinearScorer(artifact), encoder)
        bands = derive_bands(join(unseen, heard, joined.weights), kept)
    seed, bootstrap = params["seed"], params["evaluation"]["bootstrap"]
    metrics = judge(linear, bench, alone, bootstrap=bootstrap, seed=seed)
    home = corpus["test"].of(HOME)
    scores = score_texts(scorer, home.texts)
    if encoder:  # The rest is measured by `evaluate` and `release`: the encoder takes its time.
        targets = home.targets[:, : len(LABELS)]
        metrics["both_stages"] = held_out(targets, scores, bootstrap, seed)
    folder = out / params["version"]
    sources = [*chosen(also), tagger.SOURCE]
    sha256 = export.write(
        folder,
        artifact,
        pipeline,
        params=export.PARAMS.read_text(encoding="utf-8"),
        facts={
            "data": export.learned_from(data, sources),
            "rows_fitted": len(rows),
            "metrics": metrics,
            "bands": bands.as_json(),
            "bands_alone": alone.as_json(),
        },
        plots=_plots(home, scores),
    )
    _report(metrics)
    print(f"wrote {folder}, manifest {sha256}")
    if also:
        print(f"it learned from {', '.join(also)} and may not be shipped")
    else:
        print(f"ship it with: python -m training release {folder} --data {data}")


def open_encoder(named: Params | None) -> Encoder | None:
    """Open the encoder that params.toml names, if it names one. Raises ModelInvalid."""
    if named is None:
        return None
    return Encoder.open(MODELS / named["version"], expected_sha256=named["manifest_sha256"])


def learn_words(rows: Rows, posts: Mapping[Side, Sequence[Post]]) -> Lexicon:
    """Learn which words are known, and which are abusive, from what is fitted on."""
    marked = [
        (post.text, frozenset(np.flatnonzero(post.gold).tolist()))
        for side in ("fit", "calibrate")
        for post in posts[side]
    ]
    return lexicon.build(rows.texts, rows.targets, marked=marked, fair=TERMS)


def fit_pipeline(pipeline: Pipeline, rows: Rows, n_kept: int, params: Params) -> None:
    """Fit the linear model; the last `n_kept` rows calibrate it."""
    with tqdm(total=pipeline["heads"].n_steps, disable=not sys.stderr.isatty()) as bar:

        def progress(done: str) -> None:
            bar.set_description(done)
            bar.update()

        pipeline.fit(
            rows.texts,
            rows.targets,
            heads__sources=["" if source in OWN else source for source in rows.sources],
            heads__natural=rows.natural,
            heads__calibrating=np.arange(len(rows)) >= len(rows) - n_kept,
            heads__row_weights=np.array(
                [
                    params["weights"].get("harmless" if source in PAIRED else source, 1.0)
                    for source in rows.sources
                ]
            ),
            heads__progress=progress,
        )


def join_encoder(
    encoder: Encoder,
    heard: NDArray[np.float64],
    unseen: NDArray[np.float64],
    kept: Rows,
    pipeline: Pipeline,
    params: Params,
) -> Joined:
    """Fit how the encoder's logits of the calibrating rows are averaged with the linear model's."""
    weights = fit_join(
        unseen,
        heard,
        kept.targets[:, : len(LABELS)],
        kept.natural,
        pipeline["heads"].rates_,
        labels=tuple(LABELS),
        heads=encoder.heads,
        mixing=params["mixing"],
        surest=params["join"]["surest"],
    )
    return Joined(encoder.version, params["encoder"]["manifest_sha256"], encoder.heads, weights)


def derive_bands(logits: NDArray[np.float64], kept: Rows) -> Bands:
    """Derive the bands of a scorer from its logits of the calibrating rows."""
    scores = 1 / (1 + np.exp(-logits))
    return derive(scores, kept.targets, kept.verdicts, kept.natural, read_risks())


def hear(encoder: Encoder, rows: Rows, linear: LinearScorer) -> NDArray[np.float64]:
    """Return the encoder's logits of comments read as they will be, shape (n_rows, n_heads)."""
    suspicion = suspicion_of(linear)
    with tqdm(rows.texts, "encoder", disable=not sys.stderr.isatty()) as texts:
        readings = (normalise(text, linear.lexicon).text for text in texts)
        return np.concatenate([encoder.logits([text], suspicion) for text in readings])


def _plots(home: Rows, scores: NDArray[np.float64]) -> dict[str, bytes]:
    columns = [list(LABELS).index(label) for label in SIX]
    seen = home.targets[:, columns], scores[:, columns]
    return {"calibration.svg": plots.calibration(SIX, *seen), "roc.svg": plots.roc(SIX, *seen)}


def _report(metrics: Figures) -> None:
    """Print the figures that matter most; the card has them all."""
    home: Figures = metrics.get("both_stages") or metrics["held_out"]
    low, high = home["mean_auc_interval"]
    print(f"held out: mean AUC {home['mean_auc']:.4f} (95 % interval {low:.4f} to {high:.4f})")
    for label, figures in [*home["labels"].items(), ("spam", metrics["spam"])]:
        error = figures["calibration_error"]
        print(f"  {label:16} AUC {figures['auc']:.4f}  calibration error {error:.4f}")
    for name in metrics["absent"]:
        print(f"not at hand, so not reported on: {name}")
