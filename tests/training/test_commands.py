"""What the commands print, write and refuse."""

import hashlib
import json
import tomllib

import pytest

from modsvc.classifier import shipped
from modsvc.classifier.artifact import MANIFEST, open_artifact
from modsvc.core.policy import Band
from modsvc.core.policy_document import read_policy
from modsvc.errors import ModelInvalid
from training import commands
from training.__main__ import main
from training.evaluate import DEFAULT_POLICY
from training.stages import BOTH, ONE

COST = {ONE: {"us_each": 200.0, "files_mb": 3.0, "times_plain": 0.1}, "torch": {"absent": "gone"}}


def figures(**better):
    home = {"rows": 10, "labels": {}, "mean_auc": 0.985, "mean_auc_interval": [0.98, 0.99]}
    return {"held_out": home | better, "cost": COST[ONE]}


@pytest.fixture
def candidate(tmp_path):
    """A candidate's folder: the shipped model under another name."""
    folder = tmp_path / "candidate"
    folder.mkdir()
    for file in shipped.find_shipped().iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    manifest = json.loads((folder / MANIFEST).read_text())
    manifest["version"] = "linear-x"
    (folder / MANIFEST).write_text(json.dumps(manifest))
    return folder


@pytest.fixture
def gate(monkeypatch, tmp_path):
    """The release, with what would be measured told by the test and nothing of ours changed."""
    pinned = []
    measured = {}
    monkeypatch.setattr(commands, "MODELS", tmp_path / "models")
    monkeypatch.setattr(commands, "open_bench", lambda _: None)
    monkeypatch.setattr(commands.export, "pin", lambda *pin: pinned.append(pin[1:]))
    monkeypatch.setattr(commands.export.card, "render", lambda manifest: str(manifest["record"]))
    monkeypatch.setattr(
        commands,
        "measure",
        lambda _bench, folder, **_: {"stages": measured[folder], "cost": COST},
    )
    measured[None] = {ONE: figures()}
    return measured, pinned


def test_a_candidate_that_is_worse_on_one_figure_is_refused_by_name_and_nothing_is_pinned(
    candidate, gate, capsys
):
    measured, pinned = gate
    measured[candidate] = {ONE: figures(mean_auc=0.98)}

    assert main(["release", str(candidate)]) == 1

    said = capsys.readouterr().out
    assert "mean AUC of the six labels" in said
    assert "worse by 0.0050" in said
    assert not pinned
    assert not (commands.MODELS / "linear-x").exists()


def test_a_candidate_that_is_no_worse_is_pinned_with_the_record_of_its_release(candidate, gate):
    measured, pinned = gate
    measured[candidate] = {ONE: figures(mean_auc=0.987)}

    assert main(["release", str(candidate)]) == 0

    released = commands.MODELS / "linear-x"
    digest = hashlib.sha256((released / MANIFEST).read_bytes()).hexdigest()
    assert pinned == [("linear-x", digest)]
    artifact = open_artifact(released, expected_sha256=digest)
    assert artifact.version == "linear-x"
    assert "0.987" in (released / "card.md").read_text()


def test_a_candidate_that_is_worse_where_both_stages_judge_is_refused(candidate, gate, capsys):
    measured, pinned = gate
    measured[None] = {ONE: figures(), BOTH: figures(mean_auc=0.99)}
    measured[candidate] = {ONE: figures(), BOTH: figures()}

    assert main(["release", str(candidate)]) == 1

    one, both = capsys.readouterr().out.split(f"{BOTH}:")
    assert "worse by" not in one
    assert "worse by 0.0050" in both
    assert not pinned


def test_what_is_worse_on_purpose_is_released_with_its_reason_in_the_record(candidate, gate):
    measured, _ = gate
    measured[candidate] = {ONE: figures(mean_auc=0.98)}
    name = "mean AUC of the six labels, held-out Wikipedia"

    assert main(["release", str(candidate), "--despite", "another gate=for fun"]) == 1
    assert main(["release", str(candidate), "--despite", f"{name}=it is fairer"]) == 0

    record = json.loads((commands.MODELS / "linear-x" / MANIFEST).read_text())["record"]
    assert record["despite"] == [
        {"gate": name, "stages": ONE, "finding": "worse by 0.0050", "reason": "it is fairer"}
    ]


def test_no_reason_excuses_what_is_past_a_limit(candidate, gate, capsys):
    measured, pinned = gate
    measured[candidate] = {ONE: figures(mean_auc=0.9)}
    name = "mean AUC of the six labels, held-out Wikipedia"

    assert main(["release", str(candidate), "--despite", f"{name}=it is fairer"]) == 1
    assert "past the limit" in capsys.readouterr().out
    assert not pinned


@pytest.mark.parametrize("excuse", ["no reason given", "a gate= ", "=a reason"])
def test_an_excuse_without_its_gate_or_reason_is_refused_before_anything_is_measured(
    candidate, gate, capsys, excuse
):
    assert main(["release", str(candidate), "--despite", excuse]) == 1
    assert "write the gate's name, =, and the reason" in capsys.readouterr().err


@pytest.mark.parametrize(("recorded", "status"), [(0.995, 1), (0.985, 0)])
def test_a_shipped_model_that_cannot_be_opened_counts_by_its_record(
    candidate, gate, monkeypatch, capsys, recorded, status
):
    measured, _ = gate
    measured[candidate] = {ONE: figures()}
    record = {"stages": {ONE: figures(mean_auc=recorded)}}
    (candidate / MANIFEST).write_text(
        json.dumps(json.loads((candidate / MANIFEST).read_text()) | {"record": record})
    )

    def measure(bench, folder, *, against_peers):
        if folder is None:
            raise ModelInvalid("of another format")
        return {"stages": measured[folder], "cost": COST}

    monkeypatch.setattr(commands, "measure", measure)
    monkeypatch.setattr(shipped, "find_shipped", lambda: candidate)

    assert main(["release", str(candidate)]) == status
    said = capsys.readouterr().out
    assert "of another format\nits record counts" in said
    assert ("worse by" in said) is bool(status)


@pytest.mark.parametrize("missing", ["bands", "bands_alone"])
def test_a_model_without_bands_writes_none_into_a_policy(
    candidate, monkeypatch, tmp_path, capsys, missing
):
    policy = tmp_path / "policy.toml"
    policy.write_text(DEFAULT_POLICY.read_text())
    manifest = json.loads((candidate / MANIFEST).read_text())
    manifest.pop(missing)
    (candidate / MANIFEST).write_text(json.dumps(manifest))
    monkeypatch.setattr(shipped, "find_shipped", lambda: candidate)

    assert main(["bands", "--policy", str(policy)]) == 1

    assert "records no bands" in capsys.readouterr().err
    assert policy.read_text() == DEFAULT_POLICY.read_text()


def test_bands_are_written_with_what_they_rest_on(candidate, monkeypatch, tmp_path, capsys):
    policy = tmp_path / "policy.toml"
    policy.write_text(DEFAULT_POLICY.read_text())
    edge = {"at": 0.315, "promise": "kept", "comments": 3_078, "abusive": 21, "bound": 0.0098}
    recorded = {
        "hold": {"toxicity": edge},
        "reject": {"toxicity": edge | {"at": None}},
        "comments": 3_078,
        "abusive": 292,
        "enough": False,
    }
    manifest = json.loads((candidate / MANIFEST).read_text()) | {
        "bands": recorded,
        "bands_alone": recorded | {"hold": {"toxicity": edge | {"at": 0.125}}},
    }
    (candidate / MANIFEST).write_text(json.dumps(manifest))
    monkeypatch.setattr(shipped, "find_shipped", lambda: candidate)

    assert main(["bands", "--policy", str(policy)]) == 0

    written = read_policy(policy.read_text())
    assert written.bands["toxicity"] == Band(hold=0.315)
    assert written.bands_alone["toxicity"] == Band(hold=0.125)
    both, alone = capsys.readouterr().out.split("stage one:")
    assert "toxicity: hold at 0.125; kept" in alone
    said = both
    assert "toxicity: hold at 0.315; kept (21 of 3,078, bound 0.0098)" in said
    assert "toxicity: reject nowhere" in said
    assert "fewer than" in said


def test_the_default_policy_holds_and_rejects_where_the_shipped_model_was_shown_safe():
    derived = commands.recorded_bands(shipped.find_shipped())
    assert set(derived) == {BOTH, ONE}
    policy = tomllib.loads(DEFAULT_POLICY.read_text())
    weighed = {BOTH: policy["bands"], ONE: policy["bands"] | policy["bands_alone"]}

    for stages, bands in derived.items():
        for label, edge in bands.hold.items():
            if edge.at is not None:
                assert weighed[stages][label] == bands.numbers(label)
