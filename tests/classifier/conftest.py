import hashlib
import json
from types import SimpleNamespace

import numpy as np
import pytest

from modsvc.classifier.artifact import FEATURES, FORMAT, MANIFEST
from modsvc.classifier.features import GROUP, N_BUCKETS, N_MARKS, count_grams
from modsvc.classifier.scorer import LinearScorer
from modsvc.classifier.tagger import ARRAYS, rate_buckets


def bucket(word):
    """The bucket of a single word: the only one below the characters' that "word" alone fills."""
    return int(count_grams([[word]]).buckets.min())


@pytest.fixture
def model(tmp_path):
    """A model made by hand: `insult` goes up with "fool" and "daft", both labels with a group."""
    labels = ("insult", "identity_attack")
    rows, weights = np.zeros(N_BUCKETS, np.uint16), np.zeros((4, 2), np.float16)
    for row, (word, weight) in enumerate(
        {"fool": (8, 0), "daft": (4, 0), GROUP: (6, 6)}.items(), 1
    ):
        rows[bucket(word)], weights[row] = row, weight
    arrays = {
        "idf": np.ones(N_BUCKETS, np.float16),
        "rows": rows,
        "weights": weights,
        "marks": np.zeros((N_MARKS, 2)),
        "calibration": np.array([[1.0, -2.0], [1.0, -2.0]]),
    }
    manifest = {
        "format": FORMAT,
        "version": "by-hand",
        "labels": labels,
        "features": FEATURES,
        "full_view": ["identity_attack"],
        "identity_terms": ["weasels"],
    }
    return SimpleNamespace(
        folder=tmp_path, arrays=arrays, manifest=manifest, seal=_sealer(tmp_path)
    )


def tagger_of(*marked):
    """A tagger's arrays by hand: sure of the words it is given, and almost sure of no other."""
    arrays = {name: np.zeros(shape, dtype) for name, (dtype, shape) in ARRAYS.items()}
    arrays["rates"][rate_buckets(marked)] = 1
    arrays["weights"][[0, -1]] = 10, -5
    arrays["thresholds"][:] = 0.5, 0.2
    return arrays


@pytest.fixture
def scorer_marking(model):
    """Makes the model by hand with a tagger that marks certain words."""

    def make(*marked):
        arrays = {f"tagger_{name}": array for name, array in tagger_of(*marked).items()}
        model.arrays.update(arrays)
        return LinearScorer.open(model.folder, expected_sha256=model.seal(model))

    return make


def _sealer(folder):
    def seal(model, names=None):
        """Write the model and return its pin."""
        for name, array in model.arrays.items():
            np.save(folder / f"{name}.npy", array, allow_pickle=array.dtype == object)
        names = names or [f"{name}.npy" for name in model.arrays]
        files = {name: {"sha256": _sha256((folder / name).read_bytes())} for name in names}
        content = json.dumps({**model.manifest, "files": files}).encode()
        (folder / MANIFEST).write_bytes(content)
        return _sha256(content)

    return seal


def _sha256(content):
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def scorer(model):
    return LinearScorer.open(model.folder, expected_sha256=model.seal(model))


@pytest.fixture(scope="session")
def shipped():
    return LinearScorer.open_shipped()
