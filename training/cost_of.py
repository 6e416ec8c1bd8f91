"""What one contender costs, measured in the process this runs in: `python -m training.cost_of`.

Reads {"contender", "file", "texts"} as JSON from standard input and answers with figures as JSON.
Nothing but the standard library is imported before the clock runs: imports are part of loading.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

ONE, BOTH, ALT, BETTER, PLAIN, BERT = (
    "stage one",
    "both stages",
    "alt-profanity-check",
    "better-profanity",
    "plain",
    "BERT-base, random weights",
)
BATCH = 32
BERT_TOKENS = 128
_BUDGET_S = 5.0
_FEWEST = 20
ScoreAll = Callable[[Sequence[str]], object]


def open_ours(stage: str, folder: str) -> ScoreAll:
    """Open a stage as it is served."""
    from modsvc.core.text import normalise
    from training.stages import open_stage

    scorer = open_stage(stage, Path(folder))
    return lambda texts: scorer.score([normalise(text, scorer.lexicon) for text in texts])


def open_plain(path: str) -> ScoreAll:
    """Open the plain pipeline, which the caller has just written."""
    import joblib

    pipeline: Any = joblib.load(path)
    return lambda texts: pipeline.predict_proba(list(texts))


def open_alt_profanity_check(_: str) -> ScoreAll:
    """Open alt-profanity-check."""
    from profanity_check import predict_prob

    return lambda texts: predict_prob(list(texts))


def open_better_profanity(_: str) -> ScoreAll:
    """Open better-profanity."""
    from better_profanity import profanity

    profanity.load_censor_words()
    return lambda texts: [profanity.contains_profanity(text) for text in texts]


def open_bert(_: str) -> ScoreAll:
    """Build an encoder of BERT-base's shape with random weights; its tokeniser is left out."""
    import torch
    from torch import nn

    torch.set_num_threads(1)
    layer = nn.TransformerEncoderLayer(768, 12, 3072, activation="gelu", batch_first=True)
    words, encoder = nn.Embedding(30_522, 768), nn.TransformerEncoder(layer, 12).eval()

    def score(texts: Sequence[str]) -> object:
        tokens = torch.zeros((len(texts), BERT_TOKENS), dtype=torch.long)
        with torch.inference_mode():
            return encoder(words(tokens))

    return score


OPENERS: dict[str, Callable[[str], ScoreAll]] = {
    ONE: partial(open_ours, ONE),
    BOTH: partial(open_ours, BOTH),
    PLAIN: open_plain,
    ALT: open_alt_profanity_check,
    BETTER: open_better_profanity,
    BERT: open_bert,
}


def measure(contender: str, file: str, texts: Sequence[str]) -> dict[str, float]:
    """Open a contender and let it score; times are of the processor, which others disturb least."""
    before_mb = _memory_mb()
    start = time.perf_counter()
    score = OPENERS[contender](file)
    load_s = time.perf_counter() - start
    score(texts[:3])
    each = _timed([[text] for text in texts], score)
    batches = [texts[i : i + BATCH] for i in range(0, len(texts), BATCH)]
    together = _timed(batches, score, fewest=1)
    each.sort()
    return {
        "us_each": 1e6 * each[len(each) // 2],
        "us_each_p99": 1e6 * each[min(len(each) - 1, int(0.99 * len(each)))],
        "us_in_batch": 1e6 * sum(together) / sum(map(len, batches[: len(together)])),
        "texts": len(each),
        "load_s": load_s,
        "memory_mb": _memory_mb() - before_mb,
    }


def _timed(batches: Sequence[Sequence[str]], score: ScoreAll, fewest: int = _FEWEST) -> list[float]:
    """Return the processor's seconds for each batch, until the budget is spent."""
    seconds: list[float] = []
    for batch in batches:
        start = time.process_time()
        score(batch)
        seconds.append(time.process_time() - start)
        if sum(seconds) > _BUDGET_S and len(seconds) >= fewest:
            break
    return seconds


def _memory_mb() -> float:
    """Return what this process holds in memory; the kernel counts in pages."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 2**20


if __name__ == "__main__":
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    asked = json.load(sys.stdin)
    json.dump(measure(asked["contender"], asked["file"], asked["texts"]), sys.stdout)
