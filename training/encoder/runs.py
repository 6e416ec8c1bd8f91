"""The runs of a fine-tuning: the first, and those that go on from its end side by side."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import torch
from tqdm import tqdm

from modsvc.classifier.wordpiece import WordPiece
from modsvc.core.groups import NO_GROUP
from modsvc.core.identity import ALIKE
from training.data import load_corpus
from training.encoder.fit import fit
from training.encoder.network import Network
from training.encoder.rows import examples

END = "end.pt"
_NOTED_EVERY = 50  # Steps.


def run_all(
    params: Mapping[str, Any], data: Path, base: Path, log: Path, start: Path | None = None
) -> None:
    """Fine-tune in several runs and keep two checkpoints of each: one on the way, and the end.

    The first goes on from the checkpoint `start`, if there is one; all others from its end, side by
    side where there are processors for it. Raises DataInvalid.
    """
    first = log / "run-1"
    run(params, data, base, first, start)
    with ProcessPoolExecutor(_n_processors(), get_context("spawn")) as side_by_side:
        tasks = [
            side_by_side.submit(
                run, _again(params, changes), data, base, log / f"run-{number}", first / END
            )
            for number, changes in enumerate(params["again"], 2)
        ]
    for task in tasks:
        task.result()


def run(
    params: Mapping[str, Any], data: Path, base: Path, folder: Path, start: Path | None
) -> None:
    """Fine-tune once, into `folder`, on from the checkpoint `start` if there is one."""
    vocabulary = (base / "vocab.txt").read_text(encoding="utf-8")
    wordpiece = WordPiece(vocabulary.rstrip("\n").split("\n"), ALIKE, NO_GROUP)
    comments = examples(load_corpus(data), data, wordpiece)
    folder.mkdir(parents=True, exist_ok=True)
    progress = Progress(folder, params["fit"]["kept_at"])
    network = fit(comments, base, wordpiece, params, progress, start)
    torch.save(network.state_dict(), folder / END)


def minutes(params: Mapping[str, Any]) -> float:
    """Return how long all runs take at most, of one processor."""
    runs = (params, *(_again(params, changes) for changes in params["again"]))
    return float(sum(choices["fit"]["minutes"] for choices in runs))


def _again(params: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    return {**params, **changes, "fit": {**params["fit"], **changes["fit"]}}


def _n_processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Progress:
    """Follows a run: a bar, a file of losses, and a checkpoint at a share `kept_at` of the way."""

    def __init__(self, folder: Path, kept_at: float) -> None:
        self._folder, self._kept_at = folder, kept_at
        self._losses: list[float] = []
        self._bar = tqdm(
            desc=folder.name,
            total=1.0,
            position=int(folder.name.rpartition("-")[2]) - 1,
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
