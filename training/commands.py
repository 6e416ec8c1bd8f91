"""What `python -m training evaluate`, `bands` and `release` do."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from modsvc.classifier import shipped
from modsvc.classifier.artifact import MANIFEST
from modsvc.errors import ModelInvalid
from training import card, export
from training.card_sections import cost_table
from training.judge import Bench, judge, judge_cost, judge_peers, open_bench
from training.peers import open_peers
from training.policy_bands import write_bands
from training.release import Finding, compare, findings_table, passes
from training.risk import Bands
from training.scoring import scoring
from training.stages import BOTH, MODELS, ONE, folders_of, open_stages
from training.tables import plain, targets_table
from training.targets import read_figures, read_risks, shown


def evaluate(data: Path, *, against_peers: bool, json_file: Path | None) -> None:
    """Judge the shipped model, beside others if asked, and print one table."""
    record = measure(open_bench(data), None, against_peers=against_peers)
    print(plain(*targets_table(read_figures(), record["stages"])))
    if against_peers:
        print("\nAUC on the same rows\n" + peers_table(record["peers"]))
        print("\n" + cost_table(record["cost"], plain))
    for name in record["absent"]:
        print(f"not at hand, so not reported on: {name}")
    if json_file:
        json_file.write_text(json.dumps(card.rounded(record), indent=1) + "\n", encoding="utf-8")


def bands(policy: Path) -> None:
    """Write the shipped model's bands into a policy and say what they rest on."""
    derived = recorded_bands(shipped.find_shipped())
    if not derived:
        raise ValueError(f"model {shipped.VERSION} records no bands: fit it with this version")
    for stages, theirs in derived.items():
        print(f"{stages}:")
        _say(theirs)
    written = write_bands(policy, derived[BOTH], derived[ONE])
    print(f"{policy}: {'rewritten' if written else 'as it was'}")


def _say(derived: Bands) -> None:
    for label in derived.hold:
        for side, edge in (("hold", derived.hold[label]), ("reject", derived.reject.get(label))):
            if edge is not None:
                at = "nowhere" if edge.at is None else f"at {edge.at:g}"
                bound = "" if edge.bound is None else f", bound {shown(edge.bound)}"
                seen = f"{edge.abusive:,} of {edge.comments:,}{bound}"
                print(f"{label}: {side} {at}; {edge.promise} ({seen})")
    if not derived.enough:
        fewest = read_risks()["least_abusive"]
        print(
            f"{derived.abusive:,} abusive comments, fewer than {fewest:,}: the bands are cautious"
        )


def release(candidate: Path, data: Path, despite: Sequence[str] = ()) -> bool:
    """Ship a candidate if it passes every gate beside the shipped model; tell whether it did.

    `despite` names gates that may refuse all the same, each as NAME=REASON. Their findings and the
    reasons become part of the model's record.
    """
    excuses = read_excuses(despite)
    bench = open_bench(data)
    try:
        theirs = measure(bench, None, against_peers=False)["stages"]
    except ModelInvalid as error:
        theirs = recorded_figures(shipped.find_shipped())
        print(f"the shipped model cannot be judged anew: {error}")
        print("its record counts" if theirs else "it has no record either: limits alone count")
    ours = measure(bench, candidate, against_peers=True)
    findings: list[tuple[str, Finding]] = []
    for stages, figures in ours["stages"].items():
        found = compare(read_figures(), figures, theirs.get(stages, {}))
        print(f"{stages}:\n{plain(*findings_table(found))}")
        findings += [(stages, finding) for finding in found]
    excused = [
        {
            "gate": finding.target.name,
            "stages": stages,
            "finding": finding.refused,
            "reason": excuses[finding.target.name],
        }
        for stages, finding in findings
        if finding.worse and finding.target.name in excuses
    ]
    rest = [f for _, f in findings if not (f.worse and f.target.name in excuses)]
    if not passes(rest):
        print(f"{candidate} is not released; {shipped.VERSION} stays")
        return False
    version = json.loads((candidate / MANIFEST).read_text(encoding="utf-8"))["version"]
    sha256 = export.release(candidate, MODELS / version, ours | {"despite": excused})
    export.pin(Path(shipped.__file__), version, sha256)
    print(f"released {MODELS / version}, manifest {sha256}")
    return True


def measure(bench: Bench, folder: Path | None, *, against_peers: bool) -> dict[str, Any]:
    """Return all that is measured of the shipped model, or of the one in `folder`."""
    params = export.read_params()
    opened = open_stages(folder)
    derived = recorded_bands(folder or shipped.find_shipped())
    scores = {name: scoring(scorer) for name, scorer in opened.items()}
    stages = {
        name: judge(
            scorer,
            bench,
            derived.get(name),
            bootstrap=params["evaluation"]["bootstrap"],
            seed=params["seed"],
            score=scores[name],
        )
        for name, scorer in opened.items()
    }
    record: dict[str, Any] = {"stages": stages, "absent": list(bench.absent)}
    if against_peers:
        peers = open_peers(bench.corpus["fit"])
        record["peers"] = judge_peers(bench, scores, peers)
        record["cost"] = judge_cost(
            bench, {name: folders_of(scorer, folder) for name, scorer in opened.items()}, peers
        )
        for name, figures in stages.items():
            figures["cost"] = record["cost"][name]
    return record


def read_excuses(despite: Sequence[str]) -> dict[str, str]:
    """Return the reason for each gate that may refuse. Raises ValueError."""
    excuses = {}
    for each in despite:
        name, equals, reason = each.partition("=")
        if not (name.strip() and equals and reason.strip()):
            raise ValueError(f"--despite {each!r}: write the gate's name, =, and the reason")
        excuses[name.strip()] = reason.strip()
    return excuses


def recorded_figures(folder: Path) -> dict[str, Any]:
    """Return what a released model's manifest records of its stages, but for what they cost.

    A cost counts beside another of the same run only.
    """
    try:
        record = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["record"]
    except (OSError, ValueError, KeyError):
        return {}
    return {
        stages: {name: figure for name, figure in figures.items() if name != "cost"}
        for stages, figures in record["stages"].items()
    }


def recorded_bands(folder: Path) -> dict[str, Bands]:
    """Return the bands that a model's manifest records, by the stages whose scores they weigh.

    They are empty if the model was fitted before there were any.
    """
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    keys = {BOTH: "bands", ONE: "bands_alone"}
    if not manifest.keys() >= set(keys.values()):
        return {}
    return {stages: Bands.from_json(manifest[key]) for stages, key in keys.items()}


def peers_table(peers: Mapping[str, Any]) -> str:
    """Lay out every contender's AUC, set by set, what disguises hide from it, and the absent."""
    names = list(dict.fromkeys(name for found in peers["sets"].values() for name in found))
    rows = [
        [each, *(shown(found[name]["auc"]) if name in found else "–" for name in names)]
        for each, found in peers["sets"].items()
    ]
    for measure in ("plain", "mean", "worst"):
        found = peers["disguised"]
        shares = (shown(found[name][measure]) if found.get(name) else "–" for name in names)
        rows.append([f"found at 5 % false alarms, disguised: {measure}", *shares])
    absent = [f"{name}: {why}" for name, why in peers["absent"].items()]
    return "\n".join([plain(["set", *names], rows), *absent])
