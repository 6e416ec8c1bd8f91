"""The stages of the model under judgement, by name."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import Path

from modsvc.classifier.artifact import MANIFEST
from modsvc.classifier.scorer import LinearScorer
from modsvc.classifier.shipped import find_shipped
from modsvc.classifier.stages import open_both
from modsvc.core.screening import Scorer
from modsvc.errors import EncoderUnavailable, ModelInvalid

ONE, BOTH = "stage one", "both stages"
MODELS = Path(__file__).resolve().parents[1] / "models"


def open_stages(folder: Path | None = None) -> dict[str, Scorer]:
    """Open what can judge: stage one, and both stages where the encoder is installed.

    `folder` names a model that is not the shipped one. It was asked for by name and is trusted as
    it is: its own manifest is its pin.

    Raises
    ------
    ModelInvalid
        Stage one cannot be opened.
    """
    linear = LinearScorer.open_shipped() if folder is None else _open_unpinned(folder)
    opened: dict[str, Scorer] = {ONE: linear}
    with suppress(EncoderUnavailable):  # The table then has no column for it.
        opened[BOTH] = open_both(linear, MODELS)
    return opened


def open_stage(stage: str, folder: Path) -> Scorer:
    """Open one of them, and nothing that it does without: what it costs is measured.

    Raises
    ------
    EncoderUnavailable
        Both stages are asked for, and the encoder is not installed.
    ModelInvalid
        It cannot be opened.
    """
    linear = _open_unpinned(folder)
    return linear if stage == ONE else open_both(linear, MODELS)


def folders_of(scorer: Scorer, linear: Path | None = None) -> list[Path]:
    """Return the folders that hold a scorer's files; a version names one for each stage."""
    others = scorer.version.split("+")[1:]
    return [linear or find_shipped(), *(MODELS / version for version in others)]


def _open_unpinned(folder: Path) -> LinearScorer:
    try:
        pin = hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest()
    except OSError as error:
        raise ModelInvalid(f"{folder / MANIFEST} cannot be read: {error.strerror}") from error
    return LinearScorer.open(folder, expected_sha256=pin)
