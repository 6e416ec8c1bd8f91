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
    encoder_problem
        Why there is no encoder, in a sentence; None when there is, or none is wanted.
    problems
        What an operator has to mend, each in a sentence.
    """

    at_once: Scorer | None
    again: Scorer | None = None
    encoder_problem: str | None = None
    problems: tuple[str, ...] = ()


def open_both(linear: LinearScorer) -> Scorer:
    """Open the encoder, and give the scorer that asks it beside the linear model.

    Raises
    ------
    EncoderUnavailable
        It is not installed.
    """
    raise EncoderUnavailable(f"this version comes with {linear.version} alone, and no encoder")
