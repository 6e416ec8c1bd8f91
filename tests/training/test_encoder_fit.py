"""The part that needs torch: a network of a few hundred numbers, fitted, exported and served."""

import json
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from modsvc.classifier.encoder import Encoder
from tests.training.conftest import ADVERT, NASTY, NICE

torch = pytest.importorskip(
    "torch",
    reason="torch fine-tunes the encoder and does nothing else; `make train-encoder` installs it",
)

ROOT = Path(__file__).parents[2]
CONFIG = {
    "vocab_size": 40,
    "hidden_size": 16,
    "intermediate_size": 32,
    "num_attention_heads": 2,
    "num_hidden_layers": 2,
    "max_position_embeddings": 128,
}
PARAMS = """
version = "tiny-1"
seed = 1
seeds = [1, 2]
[network]
n_frozen = 1
dropout = 0.0
[rows]
max_pieces = 24
exchanged = 0.5
sentences = 20
joined = 20
joined_words = 20
[rows.share]
edos_sexism_train = 0.5
[fit]
kept_at = 0.8
batch = 16
new_rate = 2.0
offset_rate = 2.0
warm_up = 0.1
weight_decay = 0.01
max_norm = 1.0
word_weight = 0.3
[fit.head_weight]
threat = 2.0
[[round]]
epochs = 6.0
minutes = 2.0
learning_rate = 3e-3
share = {}
[[round]]
epochs = 1.0
minutes = 2.0
learning_rate = 1e-3
share = {"own sentences" = 2.0}
"""


def published(folder):
    """A BERT of random numbers, in the files and under the names of the published ones."""
    from safetensors.torch import save_file

    folder.mkdir()
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *NICE, *NASTY, "zap", "##coin", *ADVERT[1:]]
    pieces += [f"unused{i}" for i in range(CONFIG["vocab_size"] - len(pieces))]
    (folder / "vocab.txt").write_text("\n".join([*pieces, ""]), encoding="utf-8")
    (folder / "config.json").write_text(json.dumps(CONFIG), encoding="utf-8")
    torch.manual_seed(0)
    width, inner = CONFIG["hidden_size"], CONFIG["intermediate_size"]
    weights = {
        "embeddings.word_embeddings.weight": torch.randn(CONFIG["vocab_size"], width),
        "embeddings.position_embeddings.weight": 0.1 * torch.randn(128, width),
        "embeddings.token_type_embeddings.weight": 0.1 * torch.randn(2, width),
    }
    shapes = {"embeddings.LayerNorm": None}
    for i in range(CONFIG["num_hidden_layers"]):
        layer = f"encoder.layer.{i}"
        shapes |= {
            **{
                f"{layer}.attention.self.{part}": (width, width)
                for part in ("query", "key", "value")
            },
            f"{layer}.attention.output.dense": (width, width),
            f"{layer}.attention.output.LayerNorm": None,
            f"{layer}.intermediate.dense": (inner, width),
            f"{layer}.output.dense": (width, inner),
            f"{layer}.output.LayerNorm": None,
        }
    for name, shape in shapes.items():
        weights[f"{name}.weight"] = (
            torch.randn(shape) / shape[1] ** 0.5 if shape else torch.ones(width)
        )
        weights[f"{name}.bias"] = torch.zeros(shape[0] if shape else width)
    save_file(weights, folder / "model.safetensors")
    return folder


@pytest.fixture(scope="module")
def run(labelled, tmp_path_factory):
    """One run of the whole command."""
    from training.encoder.__main__ import main

    folder = tmp_path_factory.mktemp("run")
    (folder / "params.toml").write_text(PARAMS, encoding="utf-8")
    log = folder / "log"
    common = [f"--data={labelled}", f"--base={published(folder / 'base')}"]
    common.append(f"--params={folder / 'params.toml'}")
    command = [sys.executable, "-m", "training.encoder", "fit", *common, f"--log={log}"]
    subprocess.run(command, check=True, cwd=ROOT)  # As it is run: its runs are processes.
    checkpoints = sorted(str(path) for path in log.glob("round-2/*/*.pt"))
    assert len(checkpoints) == 4
    assert main(["write", *checkpoints, *common, f"--out={folder / 'models'}"]) == 0
    return folder


@pytest.fixture(scope="module")
def encoder(run):
    folder = run / "models" / "tiny-1"
    pin = sha256((folder / "manifest.json").read_bytes()).hexdigest()
    return Encoder.open(folder, expected_sha256=pin)


def test_what_was_fitted_is_served_and_has_learned(encoder):
    nasty = encoder.logits([f"{NICE[0]} {word} {NICE[1]}" for word in NASTY])
    nice = encoder.logits([f"{NICE[0]} {word} {NICE[1]}" for word in NICE])

    toxicity = encoder.heads.index("toxicity")
    assert nasty[:, toxicity].mean() > nice[:, toxicity].mean() + 0.4


def test_the_figures_are_taken_on_what_is_served_and_stand_in_its_manifest(run):
    manifest = json.loads((run / "models" / "tiny-1" / "manifest.json").read_text(encoding="utf-8"))

    assert 0.7 < manifest["figures"]["mean of the six"] <= 1
    assert 0 <= manifest["figures"]["words"] <= 1


def test_the_losses_fall_and_are_kept(run):
    file = run / "log" / "round-1" / "run-1" / "loss.csv"
    lines = file.read_text(encoding="utf-8").splitlines()
    losses = [float(line.split(",")[2]) for line in lines]

    assert losses[-1] < losses[0]


def test_what_is_written_is_the_mean_of_the_checkpoints(run):
    from training.encoder.network import mean_of

    paths = [run / "log" / "round-1" / "run-1" / name for name in ("middle.pt", "end.pt")]
    middle, end = (torch.load(path) for path in paths)
    mean = mean_of(paths)

    assert not torch.equal(middle["heads.weight"], end["heads.weight"])
    assert torch.allclose(mean["heads.weight"], (middle["heads.weight"] + end["heads.weight"]) / 2)


def test_a_round_starts_from_the_mean_of_the_one_before(run):
    from training.encoder.network import load_base, mean_of

    rounds = [run / "log" / f"round-{number}" for number in (1, 2)]
    ends = [torch.load(rounds[0] / f"run-{i}" / "end.pt")["heads.weight"] for i in (1, 2)]
    mean = torch.load(rounds[0] / "mean.pt")["heads.weight"]
    later = mean_of(sorted(rounds[1].glob("run-*/end.pt")))["heads.weight"]

    torch.manual_seed(1)
    first = load_base(run / "base", n_heads=9, n_sources=1, n_frozen=1, dropout=0.0).heads.weight

    assert not torch.equal(*ends)  # Other seeds, other runs.
    assert torch.allclose(mean, (ends[0] + ends[1]) / 2)
    assert (later - mean).norm() < (mean - first).norm() / 2


def test_a_machine_too_slow_for_the_epochs_still_ends(labelled, run, tmp_path):
    from training.encoder.__main__ import main

    params = tmp_path / "params.toml"
    params.write_text(PARAMS.replace("minutes = 2.0", "minutes = 0.002"), encoding="utf-8")
    options = {"data": labelled, "base": run / "base", "params": params, "log": tmp_path}

    assert main(["fit", *(f"--{name}={path}" for name, path in options.items())]) == 0
    assert (tmp_path / "round-2" / "run-2" / "end.pt").exists()


def test_a_run_goes_on_from_a_checkpoint(run):
    from training.encoder.network import load_base

    path = run / "log" / "round-2" / "run-2" / "end.pt"
    end = torch.load(path)
    options = {"n_heads": 9, "n_sources": len(end["offsets.weight"]), "n_frozen": 1, "dropout": 0.0}
    network = load_base(run / "base", path, **options)

    assert all(torch.equal(value, end[name]) for name, value in network.state_dict().items())


def test_eight_bits_say_nearly_what_thirty_two_do(run):
    from onnxruntime import InferenceSession

    from training.encoder.export import quantise, to_onnx
    from training.encoder.network import load_base

    torch.manual_seed(2)
    network = load_base(run / "base", n_heads=9, n_sources=1, n_frozen=1, dropout=0.0)
    ids = np.array([[2, 5, 17, 3], [2, 18, 3, 0]])
    mask = np.array([[1, 1, 1, 1], [1, 1, 1, 0]])
    with torch.no_grad():
        expected = [each.numpy() for each in network(torch.tensor(ids), torch.tensor(mask))]

    graph = to_onnx(network)
    exact, small = (
        InferenceSession(each, providers=["CPUExecutionProvider"]).run(
            ["logits", "token_logits"], {"input_ids": ids, "attention_mask": mask}
        )
        for each in (graph, quantise(graph))
    )

    assert np.allclose(exact[0], expected[0], atol=1e-4)
    assert np.allclose(exact[1][mask == 1], expected[1][mask == 1], atol=1e-4)
    assert np.allclose(small[0], expected[0], atol=0.2)
    assert not np.allclose(small[0], exact[0], atol=1e-6)


def test_padding_changes_nothing(run):
    from training.encoder.network import load_base

    network = load_base(run / "base", n_heads=9, n_sources=1, n_frozen=1, dropout=0.0).eval()
    alone = torch.tensor([[2, 5, 17, 3]])
    padded = torch.tensor([[2, 5, 17, 3, 0, 0]])
    mask = torch.tensor([[1, 1, 1, 1, 0, 0]])

    with torch.no_grad():
        first = network(alone, torch.ones_like(alone))[0]
        second = network(padded, mask)[0]

    assert torch.allclose(first, second, atol=1e-5)


def test_the_frozen_layers_stay_as_published(run):
    from training.encoder.network import load_base

    fitted = torch.load(run / "log" / "round-2" / "run-2" / "end.pt")
    network = load_base(run / "base", n_heads=9, n_sources=1, n_frozen=1, dropout=0.0)

    for name, value in network.state_dict().items():
        if name.startswith(("words", "places", "norm", "layers.0")):
            assert torch.equal(value, fitted[name]), name
    assert not torch.equal(network.layers[1].inner.weight, fitted["layers.1.inner.weight"])
