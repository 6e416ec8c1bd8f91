"""The model card: what a person should know before trusting the model's scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from training import card_sections as sections
from training.stages import ONE
from training.tables import markdown, targets_table
from training.targets import read_figures

_INTRODUCTION = """\
# Model {version}

Scores a reader's comment for {labels}: for each label the probability, in [0, 1], that a person
asked to look for it would find it, at the rates of the set it was calibrated on. English only:
comments in other languages are not scored. Stage one is a linear model over hashed n-grams; it sees
words, not meaning. {encoder} Neither sees the article or the parent comment: what is made of them
is decided around the model (`docs/model.md`, *The second look*).

## Use

For putting comments in front of moderators, and for rejecting only what it is all but sure of.
Where the bands lie is the site's policy, and thresholds do not travel: the share of ordinary
comments above a score differs several-fold between the sources below, so look at your own before
you tighten a band. Not for judging people, and not for any decision without a way to appeal."""

_LIMITS = """\
## What it does not see

The heads {neutral} are shown no names of groups ("Jews", "Israelis", "women" and others, the
manifest has the list), since in the training data they stand mostly in attacks and naming them
would count as one. The heads {full} see that a group is named and not which, and so does the
encoder, but for the sexes, the ages and names beside a word that makes them none ("black mould"):
contempt that only makes sense of one people is missed where it would not be of another. Stage one
knows words alone: polite contempt, threats without violent words and irony pass it, and slurs
quoted in order to condemn them, swearing at nobody and insults of oneself are abuse to it.
The encoder tells most of these apart, by no means all: `Function by function` says how many of
each the two get right together."""


def render(manifest: Mapping[str, Any]) -> str:
    """Write the card of a model from its manifest.

    What was not measured, such as the cost before a release, has no section.
    """
    metrics = manifest["metrics"]
    record = manifest.get("record", {})
    full = manifest["full_view"]
    parts = [
        _INTRODUCTION.format(
            version=manifest["version"],
            labels=", ".join(manifest["labels"]),
            encoder=f"Stage two is {joined['version']}, which has a card of its own."
            if (joined := manifest.get("joined"))
            else "There is no second stage.",
        ),
        _targets(record.get("stages") or {ONE: metrics}),
        _despite(record.get("despite")),
        sections.held_out(metrics),
        sections.elsewhere(metrics["tests"]),
        sections.disguises(metrics.get("disguised")),
        sections.people(metrics.get("people")),
        sections.cases(record.get("stages") or {ONE: metrics}, metrics.get("failures")),
        sections.bands(manifest, record.get("stages", {ONE: metrics})),
        sections.rates(metrics["held_out"]["labels"]["toxicity"]["rate"]),
        sections.peers(record.get("peers")),
        sections.cost(record.get("cost")),
        _data(manifest),
        _LIMITS.format(
            neutral=", ".join(label for label in manifest["labels"] if label not in full),
            full=", ".join(full),
        ),
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def rounded(figures: Any) -> Any:
    """Round every float within to what the figures can bear."""
    if isinstance(figures, Mapping):
        return {key: rounded(value) for key, value in figures.items()}
    if isinstance(figures, list | tuple):
        return [rounded(value) for value in figures]
    return round(figures, 5) if isinstance(figures, float) else figures


def _targets(stages: Mapping[str, Any]) -> str:
    return "## Targets\n\n" + markdown(*targets_table(read_figures(), stages))


def _despite(excused: Sequence[Mapping[str, str]] | None) -> str:
    if not excused:
        return ""
    head = ["gate", "of", "than the model before", "released all the same, because"]
    rows = [[each[key] for key in ("gate", "stages", "finding", "reason")] for each in excused]
    return "## Worse than the model before\n\n" + markdown(head, rows)


def _data(manifest: Mapping[str, Any]) -> str:
    rows = [[d["name"], d["about"], d["licence"], d["attribution"]] for d in manifest["data"]]
    return f"""\
## What it learned from

{manifest["rows_fitted"]:,} comments. Held-out rows and their twins are not among them.

{markdown(["set", "what", "licence", "by"], rows)}"""
