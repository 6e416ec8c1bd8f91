import hashlib
import json

import numpy as np
import pytest

from modsvc.classifier import shipped
from modsvc.classifier.artifact import MANIFEST, open_artifact, verify
from modsvc.classifier.scorer import LinearScorer
from modsvc.errors import ModelInvalid

from .conftest import tagger_of


def refusal(model, pin):
    with pytest.raises(ModelInvalid) as caught:
        open_artifact(model.folder, expected_sha256=pin)
    return str(caught.value)


def test_a_sealed_model_opens_read_only(model):
    artifact = open_artifact(model.folder, expected_sha256=model.seal(model).upper())

    assert artifact.version == "by-hand"
    assert artifact.labels == ("insult", "identity_attack")
    assert not artifact.weights.flags.writeable


def test_a_file_that_changes_after_it_was_checked_changes_nothing(model):
    artifact = open_artifact(model.folder, expected_sha256=model.seal(model))
    before = artifact.weights.copy()

    weights = model.folder / "weights.npy"
    weights.write_bytes(weights.read_bytes()[:-8] + b"\x00" * 8)

    assert np.array_equal(artifact.weights, before)
    assert before.any()


def test_a_manifest_that_is_not_the_pinned_one_is_refused_before_any_array(model):
    model.seal(model)
    (model.folder / "weights.npy").write_bytes(b"not an array")

    assert "manifest.json has SHA-256" in refusal(model, "0" * 64)


def test_an_altered_file_is_refused_by_name(model):
    pin = model.seal(model)
    path = model.folder / "weights.npy"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)

    assert "weights.npy has SHA-256" in refusal(model, pin)


def test_a_missing_file_is_refused_by_name(model):
    pin = model.seal(model)
    (model.folder / "idf.npy").unlink()

    assert "idf.npy cannot be read" in refusal(model, pin)


def test_a_missing_folder_is_refused(model):
    assert "manifest.json cannot be read" in refusal(model, "0" * 64)


@pytest.mark.parametrize(
    "name", ["../secret.npy", "/etc/passwd", "a/b.npy", "..", "x.npy\n", ".npy", "a.pkl"]
)
def test_a_manifest_may_not_name_files_elsewhere(model, name):
    content = json.dumps({**model.manifest, "files": {name: {"sha256": ""}}}).encode()
    (model.folder / MANIFEST).write_bytes(content)

    assert "only plain names" in refusal(model, hashlib.sha256(content).hexdigest())


@pytest.mark.parametrize(
    "content", [b"{", b"[]", b"\xff", b'{"files": []}', b'{"files": {"a": 1}}']
)
def test_a_manifest_that_is_none_is_refused(model, content):
    (model.folder / MANIFEST).write_bytes(content)

    assert "is not a model's manifest" in refusal(model, hashlib.sha256(content).hexdigest())


def test_a_manifest_without_a_fact_is_refused(model):
    del model.manifest["identity_terms"]

    assert "identity_terms" in refusal(model, model.seal(model))


def test_an_unlisted_array_is_not_opened(model):
    pin = model.seal(model, names=["idf.npy", "rows.npy"])

    assert "does not list weights.npy" in refusal(model, pin)


@pytest.mark.parametrize(
    ("fact", "value"),
    [("format", 1), ("features", {}), ("labels", ["insult", "charm"]), ("labels", ["insult"] * 2)],
)
def test_a_model_of_another_kind_is_refused(model, fact, value):
    model.manifest[fact] = value

    assert str(model.folder / MANIFEST) in refusal(model, model.seal(model))


@pytest.mark.parametrize(
    ("name", "array"),
    [
        ("idf", np.ones(5, np.float16)),
        ("weights", np.zeros((4, 3), np.float16)),
        ("weights", np.zeros((4, 2), np.float64)),
        ("weights", np.zeros((0, 2), np.float16)),
        ("weights", np.array([[0, 0], [1, np.nan], [1, 1], [1, 1]], np.float16)),
        ("calibration", np.array([[np.inf, 0], [1, 0]])),
        ("weights", np.zeros((3, 2), np.float16)),  # One row fewer than `rows` points to.
        ("weights", np.ones((4, 2), np.float16)),  # The row of unknown buckets must be zero.
        ("marks", np.array([[{}]], object)),  # Would need unpickling.
    ],
)
def test_an_array_that_is_not_what_it_should_be_is_refused_by_name(model, name, array):
    model.arrays[name] = array

    message = refusal(model, model.seal(model))

    assert f"{name}.npy" in message or "rows.npy points past" in message


def test_a_model_may_lack_a_tagger_or_bring_one(model):
    without = open_artifact(model.folder, expected_sha256=model.seal(model))
    model.arrays |= {f"tagger_{name}": array for name, array in tagger_of("fool").items()}
    with_one = open_artifact(model.folder, expected_sha256=model.seal(model))

    assert without.tagger is None
    assert np.array_equal(with_one.tagger.rates, model.arrays["tagger_rates"])
    assert not with_one.tagger.weights.flags.writeable


def test_half_a_tagger_is_refused(model):
    model.arrays["tagger_rates"] = tagger_of("fool")["rates"]

    assert "does not list tagger_weights.npy" in refusal(model, model.seal(model))


@pytest.mark.parametrize(
    ("name", "array"),
    [
        ("rates", np.zeros(5, np.float16)),
        ("weights", np.zeros(3)),
        ("thresholds", np.array([0.5, np.nan])),
    ],
)
def test_a_tagger_that_is_not_what_it_should_be_is_refused_by_name(model, name, array):
    arrays = tagger_of("fool") | {name: array}
    model.arrays |= {f"tagger_{each}": array for each, array in arrays.items()}

    assert f"tagger_{name}.npy" in refusal(model, model.seal(model))


def test_a_file_too_large_is_refused(model, monkeypatch):
    pin = model.seal(model)
    monkeypatch.setattr("modsvc.classifier.artifact._MAX_FILE_BYTES", 1000)

    assert "larger than 1000 bytes" in refusal(model, pin)


def test_the_shipped_model_is_the_pinned_one():
    manifest = verify(shipped.find_shipped(), expected_sha256=shipped.MANIFEST_SHA256)

    assert manifest["version"] == shipped.VERSION


@pytest.mark.parametrize(("stages", "most"), [(1, 5_000_000), (2, 35_000_000)])
def test_the_models_of_each_stage_stay_small(stages, most):
    linear = LinearScorer.open_shipped().artifact
    folders = [linear.folder, linear.folder.parent / linear.joined.version][:stages]
    total = sum(file.stat().st_size for folder in folders for file in folder.iterdir())

    assert total <= most


def test_a_shipped_model_that_is_nowhere_is_said_so(monkeypatch):
    monkeypatch.setattr(shipped, "VERSION", "no-such-version")

    with pytest.raises(ModelInvalid, match="no-such-version"):
        shipped.find_shipped()
