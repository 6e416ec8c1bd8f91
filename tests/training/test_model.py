"""The pipeline that is trained and the arrays that are served are the same model."""

import json
import tomllib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.pipeline import PipelineScorer
from modsvc.classifier import shipped
from modsvc.classifier.artifact import MANIFEST, open_artifact
from modsvc.classifier.scorer import LinearScorer
from modsvc.classifier.stages import open_both
from modsvc.core.labels import LABELS
from modsvc.core.screening import screen
from modsvc.core.text import normalise
from modsvc.errors import ModelInvalid
from tests.classifier import encoders
from tests.factories import make_comment
from tests.strategies import default_policy
from training import export
from training.__main__ import main
from training.data import load_corpus
from training.measures import calibration_error, mean_auc
from training.model import build
from training.ngrams import NgramViews
from training.scoring import score_texts
from training.sets import HEADS

from .conftest import NASTY, made_up

ROOT = Path(__file__).resolve().parents[2]
PARAMS = """
version = "tiny"
seed = 1
[features]
min_texts = 2
[heads]
C = 0.3
C_refit = 0.6
n_kept = 300
full_view = ["identity_attack", "spam"]
marked = ["spam"]
[mixing]
toxicity = { civil = 0.2, hate = 0.2 }
identity_attack = { hate = 0.2 }
[weights]
youtube_spam_train = 0.5
[join]
surest = 2.0
[encoder]
version = "tiny-1"
manifest_sha256 = "{pin}"
[tagger]
C = 1.0
smoothing = 3.0
folds = 3
marked_from = [0.3, 0.4]
best_from = [0.0, 0.2]
[evaluation]
bootstrap = 5
"""


@pytest.fixture(scope="module")
def texts():
    rng = np.random.default_rng(11)
    made = [made_up(rng, nasty=i % 3 == 0, advert=i % 5 == 0) for i in range(200)]
    real = [
        "",
        "You are a worthless idiot",
        "i d 1 0 t",
        "Thank you, a fair and careful article.",
        "As a Jew and as a Muslim we wrote this together.",
        "שלום לכולם",
        "BUY NOW!!! http://win.example $$$",
        "😀 don't f**l me \u202e\u200b",
        "\ufdfa" * 100,
        "long " * 4_000,
    ]
    return made + real * 3 + [f"{a} {b}" for a in real[1:8] for b in real[1:8]]


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """A folder with an encoder that knows the nasty words, and a params.toml that names it."""
    out = tmp_path_factory.mktemp("models")
    (out / "tiny-1").mkdir()
    signs = {sign: [-5.0] * len(HEADS) for sign in ("[PAD]", "[UNK]", "[CLS]", "[SEP]")}
    encoder = encoders.tiny(
        out / "tiny-1", signs | dict.fromkeys(NASTY, [3.0] * len(HEADS)), heads=HEADS
    )
    (out / "params.toml").write_text(PARAMS.replace("{pin}", encoders.seal(encoder)))
    return out


def fit(data, models, out):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(export, "PARAMS", models / "params.toml")
        patch.setattr("training.fitting.MODELS", models)
        return main(["fit", "--data", str(data), "--out", str(out)])


@pytest.fixture(scope="module")
def tiny(data, models):
    """A tiny model, fitted by the real command, with its folder and its pin."""
    assert fit(data, models, models) == 0
    folder = models / "tiny"
    return folder, export.sha256_of(folder / MANIFEST)


def largest_difference(folder, pin, texts):
    pipeline = export.load_pipeline(folder, expected_sha256=pin)
    served = score_texts(LinearScorer.open(folder, expected_sha256=pin), texts)
    return np.abs(pipeline.predict_proba(texts) - served).max()


def test_a_model_just_fitted_serves_what_its_pipeline_says(tiny, texts):
    assert largest_difference(*tiny, texts) <= 1e-6


def test_the_shipped_model_serves_what_its_pipeline_says(texts):
    folder = shipped.find_shipped()

    assert largest_difference(folder, shipped.MANIFEST_SHA256, texts) <= 1e-6


def test_a_model_just_fitted_tells_the_labels_apart(tiny, data):
    scorer = LinearScorer.open(tiny[0], expected_sha256=tiny[1])
    rows = load_corpus(data)["test"].of("jigsaw_train")

    scores = score_texts(scorer, rows.texts)

    assert mean_auc(rows.targets[:, :6], scores[:, :6]) > 0.75
    assert len(np.unique(scores.round(2))) > 10


def test_a_model_just_fitted_is_joined_with_the_encoder_it_names(tiny):
    both = open_both(LinearScorer.open(tiny[0], expected_sha256=tiny[1]))

    nasty, nice = both.score([normalise(f"you {NASTY[0]}"), normalise("you good")])

    assert both.version == "tiny+tiny-1"
    assert nasty["insult"] > nice["insult"]


def test_a_model_just_fitted_reads_with_its_words_and_marks_them(tiny):
    linear = LinearScorer.open(tiny[0], expected_sha256=tiny[1])
    text = f"good calm {NASTY[0][:3]}*{NASTY[0][4:]} wise"

    spans = linear.explain(normalise(text, linear.lexicon), "toxicity")

    assert [text[span.start : span.end] for span in spans] == [text.split()[2]]


def test_an_encoder_that_is_not_the_named_one_is_not_joined(data, models, tmp_path, capsys):
    (tmp_path / "params.toml").write_text(PARAMS.replace("{pin}", "0" * 64))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(export, "PARAMS", tmp_path / "params.toml")
        patch.setattr("training.fitting.MODELS", models)

        assert main(["fit", "--data", str(data), "--out", str(tmp_path)]) == 1

    assert "tiny-1" in capsys.readouterr().err
    assert not (tmp_path / "tiny").exists()


def test_fitting_twice_gives_the_same_bytes(tiny, data, models, tmp_path):
    assert fit(data, models, tmp_path) == 0

    again = tmp_path / "tiny"
    assert {f.name: f.read_bytes() for f in again.iterdir()} == {
        f.name: f.read_bytes() for f in tiny[0].iterdir()
    }


def test_a_pipeline_is_not_opened_unless_it_is_the_pinned_one(tiny, monkeypatch):
    def opened(_):
        raise AssertionError("opened before its digest was checked")

    monkeypatch.setattr("joblib.load", opened)

    with pytest.raises(ModelInvalid):
        export.load_pipeline(tiny[0], expected_sha256="0" * 64)


def test_a_pipeline_of_another_scikit_learn_is_not_opened(tiny, monkeypatch):
    monkeypatch.setattr(export, "installed", lambda _: "99.0.1")

    with pytest.raises(export.WrongLibraries, match=r"99\.0\.1"):
        export.load_pipeline(tiny[0], expected_sha256=tiny[1])


def test_fitting_elsewhere_leaves_the_pin_alone(tiny):
    assert shipped.VERSION != "tiny"


def test_the_pin_is_written_where_the_code_reads_it(tmp_path):
    source = tmp_path / "shipped.py"
    source.write_text('"""Doc."""\n\nVERSION = "old"\nMANIFEST_SHA256 = "00"\n\nx = 1\n')

    export.pin(source, "new", "ab" * 32)

    text = source.read_text()
    assert f'VERSION = "new"\nMANIFEST_SHA256 = "{"ab" * 32}"\n' in text
    assert text.startswith('"""Doc."""')
    assert text.endswith("\n\nx = 1\n")


def test_no_label_sees_which_group_is_named_and_some_not_even_that_one_is(tiny):
    scorer = LinearScorer.open(tiny[0], expected_sha256=tiny[1])
    texts = ("good jews wise", "good muslims wise", "good wise")

    jews, muslims, nobody = scorer.score([normalise(text) for text in texts])

    assert jews == muslims
    assert jews["toxicity"] == nobody["toxicity"]
    assert jews["identity_attack"] != nobody["identity_attack"]


def test_training_without_data_says_what_to_fetch_in_one_message(tmp_path, capsys):
    assert main(["fit", "--data", str(tmp_path)]) == 1

    error = capsys.readouterr().err
    assert "jigsaw_train.csv.gz" in error
    assert "Kaggle" in error
    assert "Traceback" not in error


def test_the_shipped_manifest_and_card_state_the_promised_quality():
    folder = shipped.find_shipped()
    manifest = json.loads((folder / MANIFEST).read_text())
    home = manifest["metrics"]["held_out"]
    card = (folder / "card.md").read_text()

    assert home["mean_auc"] >= 0.970
    assert home["mean_auc_interval"][0] < home["mean_auc"] < home["mean_auc_interval"][1]
    assert all(figures["calibration_error"] <= 0.02 for figures in home["labels"].values())
    assert f"{home['mean_auc']:.4f}" in card
    assert all(label in card for label in LABELS)


def test_the_shipped_model_is_of_these_params():
    folder = shipped.find_shipped()

    assert (folder / "params.toml").read_text() == export.PARAMS.read_text()


def test_every_set_the_shipped_model_learned_from_is_attributed():
    manifest = json.loads((shipped.find_shipped() / MANIFEST).read_text())
    notice = (ROOT / "NOTICE").read_text()

    for source in manifest["data"]:
        assert source["name"] in notice
        assert source["licence"] in notice
    assert manifest["version"] in notice


def test_a_wheel_carries_the_model_the_code_pins():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    carried = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]

    manifest = json.loads((shipped.find_shipped() / MANIFEST).read_text())
    encoder = manifest["joined"]["version"]
    assert carried == {
        f"models/{shipped.VERSION}": "modsvc/_model",
        f"models/{encoder}": "modsvc/_encoder",
    }


def test_the_artifact_made_in_memory_is_the_one_that_is_read_back(tiny):
    pipeline = export.load_pipeline(tiny[0], expected_sha256=tiny[1])
    made = export.to_artifact(pipeline, "tiny")
    read = open_artifact(tiny[0], expected_sha256=tiny[1])

    for name in ("idf", "rows", "weights", "mark_weights", "calibration"):
        assert np.array_equal(getattr(made, name), getattr(read, name))
        assert getattr(made, name).dtype == getattr(read, name).dtype


def test_parameters_survive_building():
    pipeline = build(export.read_params())

    assert pipeline["heads"].n_kept == export.read_params()["heads"]["n_kept"]
    assert "jews" in pipeline["views"].identity_terms


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=50), st.data())
def test_the_calibration_error_lies_between_none_and_one(scores, data):
    target = data.draw(
        st.lists(st.sampled_from([0.0, 1.0]), min_size=len(scores), max_size=len(scores))
    )

    error = calibration_error(np.array(target), np.array(scores))

    assert 0 <= error <= 1


def test_scores_that_are_the_truth_have_no_calibration_error():
    truth = np.array([0.0, 1.0, 1.0, 0.0])

    assert calibration_error(truth, truth) == 0
    assert calibration_error(truth, 1 - truth) == 1


def test_views_differ_by_the_identity_terms_alone():
    views = NgramViews(["moon"], min_texts=1).fit(["the moon is up", "the sun is up"])

    moon, sun = (
        views.transform(["the moon is up", "the sun is up"]).toarray()[:, :-6].reshape(2, 2, -1)
    )

    assert np.array_equal(sun[0], sun[1])
    assert (moon[1] > 0).sum() < (moon[0] > 0).sum()


def test_the_benchmarks_pipeline_screens_as_any_scorer_does():
    comment = make_comment("What a lovely bridge.")

    decision = screen(comment, scorer=PipelineScorer(), policy=default_policy())

    assert decision.scores.keys() == set(LABELS)
    assert decision.model_version == "pipeline"
