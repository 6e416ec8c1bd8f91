"""The rows that contenders are judged on: what was held out, and sets nothing was fitted on."""

from __future__ import annotations

import csv
import gzip
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from modsvc.core.labels import LABELS
from training.data import Rows, load
from training.measures import Array
from training.sets import TESTS, TRAINING

HOME = "jigsaw_train"
TOPICAL = "reddit_israel_palestine_unlabelled"
# Which labels' scores are added up for a set's verdict; chosen before anything was measured. Every
# set's question is another, and none has its own head: rude and insulting together come closest.
_ASKED = {
    HOME: ("toxicity",),
    "edos_sexism_train": ("toxicity", "insult", "identity_attack"),
    "stormfront_sentences": ("toxicity", "insult", "identity_attack"),
    "hatemojibuild_train": ("toxicity", "insult", "identity_attack"),
    "youtube_spam_train": ("spam",),
    "reddit_advertising_train": ("spam",),
}
_USUALLY = ("toxicity", "insult")
# Scores that another system gave to the same rows, published with them: (system, column).
_RIVALS = {"wiki_context_gn": ("Perspective", "perspective_toxicity")}


@dataclass(frozen=True, slots=True)
class JudgedSet:
    """Comments of one kind with their verdicts, shape (n_rows,), all NaN where nobody has judged.

    `fitted_on` says that the rest of the set was fitted on. `rivals` holds other systems' scores.
    """

    name: str
    about: str
    texts: list[str]
    verdicts: Array
    asked: tuple[str, ...]
    fitted_on: bool
    rivals: dict[str, Array]

    def one_score(self, scores: Array) -> Array:
        """Reduce scores of shape (n_rows, n_labels) to one for the set's question, (n_rows,)."""
        summed: Array = scores[:, [list(LABELS).index(label) for label in self.asked]].sum(axis=1)
        return summed


def judged_sets(folder: Path, test: Rows) -> tuple[list[JudgedSet], list[str]]:
    """Return the sets at hand, and the names of those that are not.

    `test` holds the test side of the sets that are fitted on. Raises DataInvalid.
    """
    found, absent = [], []
    for source in (*TRAINING, *TESTS):
        path, held_out = folder / source.file_name, test.of(source.name)
        fitted_on = len(held_out) > 0
        if not fitted_on and not path.is_file():
            absent.append(source.name)
            continue
        rows = held_out if fitted_on else load(folder, source)
        found.append(
            JudgedSet(
                source.name,
                source.about,
                rows.texts,
                rows.verdicts,
                _ASKED.get(source.name, _USUALLY),
                fitted_on,
                {} if fitted_on else _rivals(path, source.name),
            )
        )
    return found, absent


def _rivals(path: Path, name: str) -> dict[str, Array]:
    if name not in _RIVALS:
        return {}
    system, column = _RIVALS[name]
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return {system: np.array([float(row[column]) for row in csv.DictReader(file)])}
