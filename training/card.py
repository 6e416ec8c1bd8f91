"""The model card: what a person should know before trusting the model's scores."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from training.sets import SETS

_ABOUT = {source.name: source.about for source in SETS}

_CARD = """\
# Model {version}

Scores a reader's comment for {labels}: for each label the probability, in [0, 1], that a person
asked to look for it would find it, at the rates of the set it was calibrated on. English only:
comments in other languages get low scores that mean nothing. It is a linear model over hashed
n-grams; it sees words, not meaning, and neither the article nor the parent comment.

## Use

For putting comments in front of moderators, and for rejecting only what it is all but sure of.
Where the bands lie is the site's policy, and thresholds do not travel: the share of ordinary
comments above a score differs several-fold between the sources below, so look at your own before
you tighten a band. Not for judging people, and not for any decision without a way to appeal.

## How good it is

On {rows} comments of Wikipedia's talk pages, one in five by the SHA-256 of the row's id, never
fitted on: **mean AUC of the six labels {mean:.4f}** (95 % bootstrap interval {low:.4f} to
{high:.4f}).

{held_out}

The calibration error is over ten bins. Spam is judged on adverts under music videos against all
held-out comments taken as ordinary; among the video comments alone its AUC is {videos:.3f}. Adverts
elsewhere read differently and it finds few of them: leave those to the rules.

On comments of other sources, which nothing was fitted on (toxicity and insult with equal weight;
"held" and "rejected" are the shares of ordinary comments, or of all where there are no labels,
with any of the six scores at {hold_at} and {reject_at} or above):

{tests}

## What it learned from

{rows_fitted} comments. Held-out rows and their twins in other sets are not among them.

{data}

## What it does not see

The heads {neutral} are shown no names of groups ("Jews", "Israelis", "women" and others, the
manifest has the list), since in the training data they stand mostly in attacks and naming them
would count as one. The heads {full} see every word; `identity_attack` therefore rates a fair
comment about a group higher than one about the weather, and a band on it should start high. Irony,
quotation, threats without violent words, and insults made of polite words are missed. Slurs quoted
in order to condemn them are not told from slurs used.
"""


def render(manifest: Mapping[str, Any]) -> str:
    """Write the card of a model from its manifest."""
    metrics = manifest["metrics"]
    home = metrics["held_out"]
    full = manifest["full_view"]
    at = [key for key in metrics["spam"] if key.startswith("recall_at_")]
    hold_at, reject_at = (key.removeprefix("recall_at_") for key in at)
    rates = [
        f"{what}_at_{band}" for band in (hold_at, reject_at) for what in ("recall", "false_alarms")
    ]
    head = ["label", "positives", "AUC", "calibration error"]
    head += [
        f"{what} at {band}" for band in (hold_at, reject_at) for what in ("recall", "false alarms")
    ]
    rows = [
        [label, figures["positives"], figures["auc"], figures["calibration_error"]]
        + [f"{figures[rate]:.1%}" for rate in rates]
        for label, figures in [*home["labels"].items(), ("spam", metrics["spam"])]
    ]
    tests = [
        [
            _ABOUT[name],
            figures["rows"],
            figures.get("auc", "–"),
            f"{figures[f'ordinary_at_{hold_at}']:.1%}",
            f"{figures[f'ordinary_at_{reject_at}']:.1%}",
        ]
        for name, figures in metrics["tests"].items()
    ]
    return _CARD.format(
        version=manifest["version"],
        labels=", ".join(manifest["labels"]),
        rows=home["rows"],
        mean=home["mean_auc"],
        low=home["mean_auc_interval"][0],
        high=home["mean_auc_interval"][1],
        held_out=_table(head, rows),
        videos=metrics["spam"]["auc_among_video_comments"],
        hold_at=hold_at,
        reject_at=reject_at,
        tests=_table(["source", "comments", "AUC", "held", "rejected"], tests),
        rows_fitted=manifest["rows_fitted"],
        data=_table(
            ["set", "what", "licence", "by"],
            [[d["name"], d["about"], d["licence"], d["attribution"]] for d in manifest["data"]],
        ),
        neutral=", ".join(label for label in manifest["labels"] if label not in full),
        full=", ".join(full),
    )


def rounded(figures: Any) -> Any:
    """Round every float within to what the figures can bear."""
    if isinstance(figures, Mapping):
        return {key: rounded(value) for key, value in figures.items()}
    if isinstance(figures, list):
        return [rounded(value) for value in figures]
    return round(figures, 5) if isinstance(figures, float) else figures


def _table(head: list[str], rows: list[list[Any]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(
        f"| {' | '.join(f'{c:.4f}' if isinstance(c, float) else str(c) for c in line)} |"
        for line in lines
    )
