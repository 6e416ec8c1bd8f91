"""`python -m training fit | evaluate`: fit the shipped model, or judge the one that is shipped."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from tqdm import tqdm

from modsvc.classifier import shipped
from modsvc.classifier.scorer import LinearScorer
from modsvc.errors import ModelInvalid
from training import card, export
from training.data import DataInvalid, concatenate, load_corpus
from training.evaluate import Figures, evaluate
from training.model import build
from training.own import OWN, load_own
from training.sets import chosen

MODELS = Path(__file__).resolve().parents[1] / "models"


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    fit_options = commands.add_parser("fit", help="fit a model, judge it, write and pin it")
    fit_options.add_argument("--out", type=Path, default=MODELS, help="folder of models")
    fit_options.add_argument(
        "--also",
        action="append",
        default=[],
        metavar="SET",
        help="fit on this set too, although its licence forbids to ship what learned from it",
    )
    commands.add_parser("evaluate", help="judge the shipped model")
    for command in commands.choices.values():
        command.add_argument("--data", type=Path, default=Path("data"), help="the labelled sets")
    options = parser.parse_args(arguments)
    try:
        if options.command == "fit":
            fit(options.data, options.out, options.also)
        else:
            test = load_corpus(options.data)["test"]
            scorer = LinearScorer.open_shipped()
            figures = evaluate(scorer, test, options.data, export.read_params())
            print(json.dumps(card.rounded(figures), indent=1))
    except (DataInvalid, ModelInvalid, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def fit(data: Path, out: Path, also: Sequence[str] = ()) -> None:
    """Fit the model of params.toml on the sets in `data`, write it under `out` and pin it.

    The pin in the code is changed only if the model goes where the code looks for it and may be
    shipped: one that learned from the sets named in `also` may not.
    """
    params = export.read_params()
    corpus = load_corpus(data, also)
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
    scorer = LinearScorer(export.to_artifact(pipeline, params["version"]))
    metrics = evaluate(scorer, corpus["test"], data, params)
    folder = out / params["version"]
    sha256 = export.write(
        folder,
        pipeline,
        params=export.PARAMS.read_text(encoding="utf-8"),
        data=data,
        sources=chosen(also),
        n_rows=len(rows),
        metrics=metrics,
    )
    report(metrics)
    print(f"wrote {folder}, manifest {sha256}")
    if also:
        print(f"not pinned: it learned from {', '.join(also)} and may not be shipped")
    elif out.resolve() == MODELS:
        export.pin(Path(shipped.__file__), params["version"], sha256)


def report(metrics: Figures) -> None:
    """Print the figures that matter most; the card has them all."""
    home = metrics["held_out"]
    low, high = home["mean_auc_interval"]
    print(f"held out: mean AUC {home['mean_auc']:.4f} (95 % interval {low:.4f} to {high:.4f})")
    for label, figures in [*home["labels"].items(), ("spam", metrics["spam"])]:
        error = figures["calibration_error"]
        print(f"  {label:16} AUC {figures['auc']:.4f}  calibration error {error:.4f}")
    for name in metrics["absent"]:
        print(f"not at hand, so not reported on: {name}")


if __name__ == "__main__":
    sys.exit(main())
