"""How other systems' protocols answer a key, where they leave it to us."""

from __future__ import annotations

from dataclasses import dataclass

FLAGS_FROM = ("hold", "reject")
# `false` with the header that says an error, plain `false`, or `true`.
AKISMET_HOLDS = ("error-header", "ham", "spam")


@dataclass(frozen=True, slots=True)
class Answering:
    """How other systems' protocols answer a key.

    keeps_comments : what is asked about becomes a comment, with a case where it is held
    unmeasured_as_zero : what Perspective measured and nothing here does is 0, not refused
    ignores_images : OpenAI's parts that are images are left out, not refused
    flags_from : OpenAI's `flagged` means this action or a stricter one: `hold` or `reject`
    akismet_hold : what is held is answered as one of AKISMET_HOLDS
    """

    keeps_comments: bool = False
    unmeasured_as_zero: bool = False
    ignores_images: bool = False
    flags_from: str = "hold"
    akismet_hold: str = "error-header"


# Of a key that was told nothing else.
USUAL = Answering()
