"""The stages that judge: the linear model alone, or with the encoder beside it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from modsvc.classifier.both import BothScorer
from modsvc.classifier.encoder import Encoder
from modsvc.classifier.scorer import LinearScorer
from modsvc.core.screening import Scorer
from modsvc.errors import EncoderUnavailable


@dataclass(frozen=True, slots=True)
class Stages:
    """What was opened to judge comments, and why the rest was not.

    Attributes
    ----------
    at_once
        What judges before the answer; None without a model, when rules act alone.
    again
        Both stages, to judge again what was decided without one; None without an encoder.
    encoder_problem
        Why there is no encoder, in a sentence; None when there is, or none is wanted.
    problems
        What an operator has to mend, each in a sentence.
    """

    at_once: Scorer | None
    again: Scorer | None = None
    encoder_problem: str | None = None
    problems: tuple[str, ...] = ()


def open_both(linear: LinearScorer, models: Path | None = None) -> Scorer:
    """Open the encoder that the linear model was fitted to be joined with, and join them.

    It is looked for in `models`, or else beside the model's folder, under its version; inside an
    installed package it is `_encoder` beside `_model`.

    Raises
    ------
    EncoderUnavailable
        There is none, or what runs it is not installed.
    ModelInvalid
        Its files are not those that the model was fitted with.
    """
    folder, wanted = linear.artifact.folder, linear.artifact.joined
    if wanted is None or folder is None:
        raise EncoderUnavailable(f"model {linear.version} was fitted to judge alone")
    places = [(models or folder.parent) / wanted.version, folder.parent / "_encoder"]
    found = [place for place in places if place.is_dir()]
    if not found:
        raise EncoderUnavailable(
            f"the encoder {wanted.version} is not in {places[0]}: put its folder there"
        )
    return BothScorer(linear, Encoder.open(found[0], expected_sha256=wanted.manifest_sha256))
