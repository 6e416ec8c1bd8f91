"""Sections of a model card that are made of figures: Markdown, or "" where nobody measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from modsvc.core.rates import at_rate
from training.sets import SETS
from training.tables import markdown
from training.targets import shown

_ABOUT = {source.name: source.about for source in SETS}
_RATES = (0.01, 0.03, 0.1, 0.2)
_SCORES = (0.2, 0.5, 0.8, 0.95)


def held_out(metrics: Mapping[str, Any]) -> str:
    """Say how good it is on what was held out of its own sets."""
    home = metrics["held_out"]
    low, high = home["mean_auc_interval"]
    rows = [
        [label, str(found["positives"]), shown(found["auc"]), shown(found["calibration_error"])]
        for label, found in [*home["labels"].items(), ("spam", metrics["spam"])]
    ]
    return f"""\
## How good it is

On {home["rows"]:,} comments of Wikipedia's talk pages, one in five by the SHA-256 of the row's id,
never fitted on: **mean AUC of the six labels {home["mean_auc"]:.4f}** (95 % bootstrap interval
{low:.4f} to {high:.4f}).

{markdown(["label", "positives", "AUC", "calibration error"], rows)}

The calibration error is over ten bins. Spam is judged on adverts under music videos against every
other held-out comment. Adverts elsewhere read differently and it finds few of them: leave those to
the rules.

![How often a score is right, label by label](calibration.svg)

![Share found against share of false alarms, label by label](roc.svg)"""


def elsewhere(tests: Mapping[str, Any]) -> str:
    """Say how good it is on every set at hand, and what of it the default policy stops."""
    rows = [
        [
            _ABOUT[name] + (", held-out side" if found["fitted_on"] else ""),
            f"{found['rows']:,}",
            shown(found.get("auc")),
            _percent(found.get("found")),
            _percent(found["ordinary_held"]),
            _percent(found["ordinary_rejected"]),
        ]
        for name, found in tests.items()
    ]
    head = ["source", "comments", "AUC", "found", "held", "rejected"]
    return f"""\
## On comments of other kinds

Nothing was fitted on them, or on another part only. Toxicity and insult count alike (with attacks
on identity where the set is about hate, spam alone where it is about adverts). "Found" is at the
threshold where 5 % of the set's own ordinary comments are alarmed; "held" and "rejected" are the
shares of its ordinary comments, or of all where nobody has judged them, under the default policy.

{markdown(head, rows)}"""


def disguises(found: Mapping[str, Any] | None) -> str:
    """Say how much abuse is still found in each disguise."""
    if not found:
        return ""
    rows = [["as written", _percent(found["plain"])]]
    rows += [[kind, _percent(share)] for kind, share in found["kinds"].items()]
    return f"""\
## Disguised words

Of {found["comments"]:,} abusive comments with their abusive words disguised, the share still found
at the threshold where 5 % of ordinary comments are alarmed.

{markdown(["disguise", "found"], rows)}"""


def people(found: Mapping[str, Any] | None) -> str:
    """Say how those fare who are named."""
    if not found:
        return ""
    templates, swaps, means = found["templates"], found["swaps"], found["subgroups"]["power_mean"]
    rows = [
        ["fair sentences about each of the groups, held", _percent(templates["false_alarms"])],
        ["the same, most less fewest of any group", _percent(templates["spread"])],
        ["abusive sentences about them, missed", _percent(templates["missed"])],
        ["AUC lost when other people are named in real comments", shown(swaps.get("lost"))],
        ["of those, held with some people and not with others", _percent(swaps.get("changed"))],
        *([f"mean over groups of {measure}", shown(mean)] for measure, mean in means.items()),
    ]
    return f"""\
## The people who are named

Whether the comment is judged or the people it names; `training/fairness.py` says how each figure
is taken, and the manifest holds them group by group.

{markdown(["measure", "figure"], rows)}"""


def cases(stages: Mapping[str, Any], failures: Sequence[str] | None) -> str:
    """Say how our own cases fare, function by function."""
    found = {name: figures["cases"] for name, figures in stages.items() if figures.get("cases")}
    if not found:
        return ""
    halves = {"looked at": "tuned", "kept apart": "kept"}
    head = ["function", *(f"{name}, {half}" for name in found for half in halves)]
    rows = [
        [function]
        + [
            _percent(cases[function][half]["right"])
            for cases in found.values()
            for half in halves.values()
        ]
        for function in next(iter(found.values()))
    ]
    text = f"""\
## Function by function

Our own cases, judged as the service judges them: abuse is to be held or rejected, fair speech
approved. The shares that are judged right. Half are kept apart, and nobody looks at how one of
those fares.

{markdown(head, rows)}"""
    if failures:
        quoted = "\n".join(f"- {each}" for each in failures)
        text += f"\n\nFair comments that stage one alone holds all the same:\n\n{quoted}"
    return text


def bands(manifest: Mapping[str, Any], stages: Mapping[str, Any]) -> str:
    """Say where the bands lie, what they promise, and what they delivered on other comments."""
    bands = manifest.get("bands")
    if not bands:
        return ""
    rows = [
        [
            f"{label}: {side}",
            _at(edge),
            _at(manifest["bands_alone"][side][label]),
            edge["promise"],
            f"{edge['abusive']:,} of {edge['comments']:,}",
            shown(edge["bound"]),
        ]
        for side in ("hold", "reject")
        for label, edge in bands[side].items()
    ]
    few = "" if bands["enough"] else " These are few, so the bands are cautious."
    return "\n\n".join(
        [
            f"""\
## Bands

Derived from stated risks on {bands["comments"]:,} comments at the natural rate that the judging
heads were not fitted on, {bands["abusive"]:,} of them abusive.{few} The bound holds with 95 %
confidence; a band without one is stated as odds and rests on the calibration. The default
policy has them: those of all stages in `[bands]`, and those of stage one judging alone, the column
"alone", in `[bands_alone]`.

{markdown(["band", "at", "alone", "promise", "seen", "bound"], rows)}""",
            *(_delivered(stage, each["risk"]) for stage, each in stages.items() if "risk" in each),
        ]
    )


def _at(edge: Mapping[str, Any]) -> str:
    return "never" if edge["at"] is None else shown(edge["at"])


def _delivered(stage: str, risk: Mapping[str, Any]) -> str:
    return f"""\
On other comments of the same kind ({risk["comments"]:,}) the default bands with {stage} approve
{risk["approved"]:.1%}, of which {_percent(risk["abusive_among_approved"])} are abusive, reject
{risk["rejected"]:.1%}, of which {_percent(risk["abusive_among_rejected"])} are, and leave
{risk["needs_person"]:.1%} to a person."""


def rates(trained: float) -> str:
    """Say what a score means at a site with more abuse, or less, than it was calibrated at."""
    rows = [
        [f"{site:.0%}", *(shown(at_rate(score, trained, site)) for score in _SCORES)]
        for site in _RATES
    ]
    head = ["toxic comments at the site", *(f"a score of {score:g} means" for score in _SCORES)]
    return f"""\
## At a site with other rates

Where it was calibrated, {trained:.1%} of the comments are toxic. Where more or fewer are, the order
of comments stays and what a score means shifts: its log-odds move by the difference of the rates'
log-odds (`modsvc.core.rates.at_rate`), as far as abuse reads alike in both places.

{markdown(head, rows)}"""


def peers(measured: Mapping[str, Any] | None) -> str:
    """Set it beside what else a site might use, on the same rows."""
    if not measured:
        return ""
    names = list(dict.fromkeys(name for found in measured["sets"].values() for name in found))
    rows = [
        [_ABOUT[each], *(shown(found.get(name, {}).get("auc")) for name in names)]
        for each, found in measured["sets"].items()
    ]
    absent = "".join(f"\n\n{name}: {why}." for name, why in measured["absent"].items())
    table = markdown(["AUC on", *names], rows)
    seen = (
        "alt-profanity-check was fitted on the challenge that Wikipedia's comments come from and on"
        " the\ntweets found by hate words: its figures on those are of rows it has seen."
    )
    return f"## Beside others, on the same rows\n\n{table}\n\n{seen}{absent}"


def cost(measured: Mapping[str, Any] | None) -> str:
    """Say what each contender costs."""
    return "## What it costs\n\n" + cost_table(measured, markdown) if measured else ""


def cost_table(cost: Mapping[str, Any], layout: Any) -> str:
    """Lay out what each contender costs, with a line for each that is absent."""
    columns = {
        "us_each": "µs each",
        "us_each_p99": "p99",
        "us_in_batch": "in batches",
        "load_s": "load, s",
        "memory_mb": "memory, MB",
        "files_mb": "files, MB",
        "times_plain": "of plain",
        "of_bert": "of BERT",
    }
    rows = [
        [name, *(shown(found.get(key)) for key in columns)]
        for name, found in cost.items()
        if "absent" not in found
    ]
    absent = [f"{name}: {found['absent']}." for name, found in cost.items() if "absent" in found]
    table = layout(["on one core", *columns.values()], rows)
    note = (
        "Time is the processor's, a comment; memory is what loading and scoring added to a fresh"
        " process. The last two columns are the time for one comment as a share of the plain"
        " pipeline's and of a BERT-base forward pass of 128 tokens."
    )
    return "\n\n".join([table, note, *absent])


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"
