"""The runs of a fine-tuning, side by side in rounds that start from the mean of the last."""

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
from training.encoder.network import Network, mean_of
from training.encoder.rows import examples

END = "end.pt"
_NOTED_EVERY = 50  # Steps.


def run_all(
    params: Mapping[str, Any], data: Path, base: Path, log: Path, start: Path | None = None
) -> None:
    """Fine-tune in rounds and keep two checkpoints of each run: one on the way, and the end.

    The runs of a round differ by their seed alone and share nothing, so each has a processor to
    itself; the next round starts from the mean of their ends, as in federated averaging (McMahan
    et al., 2017, https://arxiv.org/abs/1602.05629). The first starts from the checkpoint `start`,
    if there is one. Raises DataInvalid.
    """
    seeds = params["seeds"]
    with ProcessPoolExecutor(min(len(seeds), _n_processors()), get_context("spawn")) as processes:
        for number, changes in enumerate(params["round"], 1):
            folder = log / f"round-{number}"
            rows = {**params["rows"], "share": {**params["rows"]["share"], **changes["share"]}}
            choices = {**params, "fit": {**params["fit"], **changes}, "rows": rows}
            tasks = [
                processes.submit(
                    run, choices, f"{seed}-{number}", data, base, folder / f"run-{i}", start
                )
                for i, seed in enumerate(seeds, 1)
            ]
            for task in tasks:
                task.result()
            start = folder / "mean.pt"
            torch.save(mean_of(sorted(folder.glob(f"run-*/{END}"))), start)


def run(
    params: Mapping[str, Any], seed: str, data: Path, base: Path, folder: Path, start: Path | None
) -> None:
    """Fine-tune once, into `folder`, on from the checkpoint `start` if there is one."""
    vocabulary = (base / "vocab.txt").read_text(encoding="utf-8")
    wordpiece = WordPiece(vocabulary.rstrip("\n").split("\n"), ALIKE, NO_GROUP)
    comments = examples(load_corpus(data), data, wordpiece)
    folder.mkdir(parents=True, exist_ok=True)
    progress = Progress(folder, params["fit"]["kept_at"])
    network = fit(comments, base, wordpiece, params, seed, progress, start)
    torch.save(network.state_dict(), folder / END)


def minutes(params: Mapping[str, Any]) -> float:
    """Return how long all rounds take at most, with a processor for each run."""
    return float(sum(choices["minutes"] for choices in params["round"]))


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
