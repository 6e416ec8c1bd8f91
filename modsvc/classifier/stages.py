"""The stages that judge: the linear model alone, or with the encoder beside it."""

from __future__ import annotations

from dataclasses import dataclass

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
    model_problem, encoder_problem
        Why it could not be opened, in a sentence; None when it could, or was not asked for.
    """

    at_once: Scorer | None
    again: Scorer | None = None
    model_problem: str | None = None
    encoder_problem: str | None = None


def open_both(linear: LinearScorer) -> Scorer:
    """Open the encoder, and give the scorer that asks it beside the linear model.

    Raises
    ------
    EncoderUnavailable
        This version comes without one.
    """
    raise EncoderUnavailable(f"this version comes with {linear.version} alone, and no encoder")
