"""What each contender costs on one core, beside the plain pipeline and a BERT-base forward pass."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import joblib
from sklearn.pipeline import Pipeline

from training import peers
from training.cost_of import ALT, BERT, BETTER, PLAIN

# One thread each, whatever library it is.
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
_NEEDS = {ALT: "profanity_check", BETTER: "better_profanity", BERT: "torch"}
_RATIOS = {"times_plain": peers.PLAIN, "of_bert": BERT}
N_TEXTS = 512


class CostUnknown(Exception):
    """A contender that is installed could not be measured; says what it said."""


def costs(
    stages: Mapping[str, Sequence[Path]], plain: Pipeline, texts: Sequence[str]
) -> dict[str, dict[str, Any]]:
    """Return each contender's cost by name, those of absent ones with the reason under `absent`.

    Parameters
    ----------
    stages
        The names of our stages, with the folders of their files.
    plain
        The plain pipeline, fitted.
    texts
        Comments to score, the first N_TEXTS of which are used.

    Raises
    ------
    CostUnknown
        A contender's process failed.
    """
    texts = texts[:N_TEXTS]
    found: dict[str, dict[str, Any]] = {}
    for stage, folders in stages.items():
        found[stage] = in_fresh_process(stage, str(folders[0]), texts)
        sizes = [f.stat().st_size for folder in folders for f in folder.iterdir()]
        found[stage]["files_mb"] = sum(sizes) / 1e6
    with tempfile.TemporaryDirectory(prefix="modsvc-cost-") as folder:
        path = Path(folder) / "plain.joblib"
        joblib.dump(plain, path)
        found[peers.PLAIN] = in_fresh_process(PLAIN, str(path), texts)
        found[peers.PLAIN]["files_mb"] = path.stat().st_size / 1e6
    for contender, module in _NEEDS.items():
        if find_spec(module) is None:
            found[contender] = {"absent": f"{module} is not installed"}
        else:
            found[contender] = in_fresh_process(contender, "", texts)
    return {name: figures | ratios(figures, found) for name, figures in found.items()}


def in_fresh_process(contender: str, file: str, texts: Sequence[str]) -> dict[str, Any]:
    """Return what `training.cost_of` measures of a contender. Raises CostUnknown."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "training.cost_of"],
        input=json.dumps({"contender": contender, "file": file, "texts": list(texts)}),
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **_ONE_THREAD},
    )
    if done.returncode:
        raise CostUnknown(f"{contender} could not be measured: {done.stderr.strip()[-400:]}")
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


def ratios(
    figures: Mapping[str, Any], found: Mapping[str, Mapping[str, Any]]
) -> dict[str, float | None]:
    """Return a contender's time for one comment as a multiple of each reference's."""
    return {
        name: figures["us_each"] / found[reference]["us_each"]
        for name, reference in _RATIOS.items()
        if "us_each" in figures and "us_each" in found.get(reference, {})
    }
