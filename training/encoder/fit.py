"""The fine-tuning: batches of like length, a loss over what is known, and a schedule that ends."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from modsvc.classifier.wordpiece import WordPiece
from training.encoder.network import Network, load_base
from training.encoder.rows import NATURAL, OWN, Example, Spelled, epoch
from training.sets import HEADS

Report = Callable[[int, float, float, Network], None]


class Batch:
    """Examples as tensors, padded to the longest; unknown targets have weight 0."""

    def __init__(self, rows: Sequence[Spelled], sources: Mapping[str, int], pad: int) -> None:
        longest = max(len(row.pieces) for row in rows)

        def padded(values: Sequence[Sequence[float]], filler: float, dtype: torch.dtype) -> Tensor:
            full = [[*each, *[filler] * (longest - len(each))] for each in values]
            return torch.tensor(full, dtype=dtype)

        self.ids = padded([row.pieces for row in rows], pad, torch.int64)
        self.mask = padded([[1] * len(row.pieces) for row in rows], 0, torch.int64)
        marks = padded([row.marks for row in rows], math.nan, torch.float32)
        targets = torch.tensor(np.stack([row.targets for row in rows]), dtype=torch.float32)
        self.sources = torch.tensor([sources[row.source] for row in rows])
        self.targets, self.known = targets.nan_to_num(), ~targets.isnan()
        self.marks, self.looked_at = marks.nan_to_num(), ~marks.isnan()


def fit(
    comments: Sequence[Example],
    base: Path,
    wordpiece: WordPiece,
    params: Mapping[str, Any],
    seed: str,
    report: Report,
    start: Path | None = None,
) -> Network:
    """Fine-tune the published weights in `base` as `params` says, calling `report` as it goes.

    `start` is the checkpoint of an earlier run to go on from, with a schedule of its own. `seed`
    draws what is met in which order; the new heads of all runs begin alike, or their mean would
    mean nothing. One thread and bfloat16 where the processor has it; the last bits depend on the
    machine.
    """
    torch.manual_seed(params["seed"])
    torch.set_num_threads(1)
    names = {example.source for example in comments} | {OWN}
    sources = {name: i for i, name in enumerate(sorted(names, key=lambda n: (n != NATURAL, n)))}
    network = load_base(base, start, n_heads=len(HEADS), n_sources=len(names), **params["network"])
    network.train()
    chance = np.random.default_rng(list(seed.encode()))
    torch.manual_seed(int(chance.integers(2**31)))
    options = params["fit"]
    trained = [each for each in network.parameters() if each.requires_grad]
    optimizer = torch.optim.AdamW(_groups(network, options), fused=True)
    rates = [group["lr"] for group in optimizer.param_groups]
    weights = torch.tensor([options["head_weight"].get(head, 1.0) for head in HEADS])
    began = time.monotonic()
    step = 0
    n_steps = 0
    for number in range(math.ceil(options["epochs"])):
        batches = _batches(
            epoch(comments, wordpiece, params["rows"], f"{seed}-{number}"), options["batch"], chance
        )
        n_steps = n_steps or int(options["epochs"] * len(batches))
        for rows in batches:
            minutes = (time.monotonic() - began) / 60
            progress = max(step / n_steps, minutes / options["minutes"])
            if progress >= 1.0:
                return network
            for group, rate in zip(optimizer.param_groups, rates, strict=True):
                group["lr"] = rate * _rate(progress, options["warm_up"])
            loss = _loss(network, Batch(rows, sources, wordpiece.pad), weights, options)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(trained, options["max_norm"])
            optimizer.step()
            optimizer.zero_grad()
            step += 1
            report(step, progress, float(loss.detach()), network)
    return network


def _groups(network: Network, options: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Give what is new a quicker rate than what was published, and offsets no decay."""
    rate, decay = options["learning_rate"], options["weight_decay"]
    new = [*network.heads.parameters(), *network.word_head.parameters()]
    offsets = [*network.offsets.parameters()]
    apart = {id(each) for each in (*new, *offsets)}
    published = [
        each for each in network.parameters() if each.requires_grad and id(each) not in apart
    ]
    return [
        {"params": published, "lr": rate, "weight_decay": decay},
        {"params": new, "lr": rate * options["new_rate"], "weight_decay": decay},
        {"params": offsets, "lr": rate * options["offset_rate"], "weight_decay": 0.0},
    ]


def _rate(progress: float, warm_up: float) -> float:
    """Rise to 1 during warm-up, then fall to 0 at the end."""
    return min(progress / warm_up, (1.0 - progress) / (1.0 - warm_up)) + 1e-3


def _loss(network: Network, batch: Batch, weights: Tensor, options: Mapping[str, Any]) -> Tensor:
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logits, word_logits = network(batch.ids, batch.mask)
    shifted = logits.float() + network.offsets(batch.sources)
    losses = torch.nn.functional.binary_cross_entropy_with_logits(
        shifted, batch.targets, weights.expand_as(shifted), reduction="none"
    )
    loss: Tensor = losses[batch.known].sum() / len(shifted)
    words = torch.nn.functional.binary_cross_entropy_with_logits(
        word_logits.float(), batch.marks, reduction="none"
    )
    n_looked_at = batch.looked_at.sum()
    if n_looked_at:
        loss = loss + options["word_weight"] * words[batch.looked_at].sum() / n_looked_at
    return loss


def _batches(rows: list[Spelled], size: int, chance: np.random.Generator) -> list[list[Spelled]]:
    """Cut shuffled rows into batches of like length, in an order that mixes the lengths."""
    order = chance.permutation(len(rows))
    order = order[np.argsort([len(rows[i].pieces) // 4 for i in order], kind="stable")]
    batches = [[rows[i] for i in order[at : at + size]] for at in range(0, len(order), size)]
    chance.shuffle(batches)
    return batches
