"""Two stages judge as one: a linear model made by hand, and a real encoder of a few numbers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modsvc.classifier.both import BothScorer, bounded, join, suspicion_of
from modsvc.classifier.encoder import Encoder
from modsvc.classifier.explaining import LONG
from modsvc.classifier.scorer import LinearScorer
from modsvc.core.text import normalise
from modsvc.errors import ModelInvalid
from training.joint import fit_join

from .encoders import seal, tiny

TEXTS = ["you fool", "you kind fool", "beware", "you daft weasels", "", "kind " * 200 + "fool"]
# Half of the linear logit, all of the encoder's `insult` for the label of that name, an offset, and
# how sure the linear model can be.
WEIGHTS = np.array([[0.5, 1.0], [1.0, 0.0], [0.0, 0.0], [-1.0, 0.0], [2.0, 9.0]])


@pytest.fixture
def encoder(tmp_path):
    (folder := tmp_path / "encoder").mkdir()
    made = tiny(folder)
    return Encoder.open(folder, expected_sha256=seal(made))


@pytest.fixture
def joined(model, encoder):
    """The linear model by hand, fitted to be joined with the encoder."""
    model.arrays["joined"] = WEIGHTS
    model.manifest["joined"] = {
        "version": encoder.version,
        "manifest_sha256": "0" * 64,
        "heads": list(encoder.heads),
    }
    return model


class CountingEncoder:
    """An encoder that knows how many texts it was asked about."""

    def __init__(self, encoder):
        self.version, self.heads, self.asked = encoder.version, encoder.heads, 0
        self._encoder = encoder

    def logits(self, texts, suspicion=None):
        self.asked += len(texts)
        return self._encoder.logits(texts, suspicion)


def open_linear(model):
    return LinearScorer.open(model.folder, expected_sha256=model.seal(model))


def test_the_version_and_the_stages_name_both(joined, encoder):
    both = BothScorer(open_linear(joined), encoder)

    assert both.version == "by-hand+tiny-1"
    assert both.stages == ("linear", "encoder")


def test_of_a_long_text_the_encoder_reads_what_the_linear_model_suspects(joined, encoder):
    both = BothScorer(open_linear(joined), encoder)
    fair = "kind " * 42
    suspected, unseen = (normalise(fair + word + " kind" * 42) for word in ("fool", "beware"))
    alone = both.logits([normalise("kind")])[0, 0]

    assert encoder.logits([suspected.text, unseen.text])[:, 0].tolist() == [4, -3]
    assert both.logits([suspected])[0, 0] > alone + 8
    assert both.logits([unseen])[0, 0] < alone + 1


def test_a_page_of_adverts_is_not_read_in_the_place_of_an_attack():
    class Linear:
        labels = ("insult", "spam")

        def logits(self, readings):
            return np.array(
                [[1.0, 9.0] if "buy" in each.text else [2.0, -9.0] for each in readings]
            )

    assert suspicion_of(Linear())(["buy now", "you fool"]).tolist() == [1.0, 2.0]


def test_the_logits_of_both_stages_are_weighed_together(joined, encoder):
    linear = open_linear(joined)
    both = BothScorer(linear, encoder)
    [reading] = map(normalise, ["you fool"])

    [[insult, identity_attack]] = both.logits([reading])
    [[alone, other]] = linear.logits([reading])

    assert alone > 0 > other
    sure = 2 * np.tanh(alone / 2)
    assert insult == pytest.approx(0.5 * sure + encoder.logits(["you fool"])[0, 0] - 1)
    assert identity_attack == pytest.approx(other)
    assert both.score([reading])[0]["insult"] == pytest.approx(1 / (1 + np.exp(-insult)))


def test_a_comment_scores_the_same_alone_and_among_others(joined, encoder):
    both = BothScorer(open_linear(joined), encoder)
    readings = [normalise(text) for text in TEXTS]

    together = both.score(readings)

    assert [both.score([reading])[0] for reading in readings] == together
    assert both.score([]) == []


def test_the_words_that_both_stages_weigh_are_pointed_out(joined, encoder):
    both = BothScorer(open_linear(joined), encoder)

    [span] = both.explain(normalise("kind, but a F.o.o.l"), "insult")

    assert "kind, but a F.o.o.l"[span.start : span.end] == "F.o.o.l"


def test_the_words_of_a_long_comment_are_put_to_the_test_without_the_encoder(joined, encoder):
    counting = CountingEncoder(encoder)
    both = BothScorer(open_linear(joined), counting)
    short, long = (normalise("kind " * n + "fool") for n in (10, LONG // 5))

    assert len(both.explain(short, "insult")) == 1
    asked = counting.asked
    assert len(both.explain(long, "insult")) == 1

    assert asked > 0
    assert counting.asked == asked


def test_a_model_that_was_not_fitted_for_an_encoder_is_not_joined_with_it(joined, encoder, model):
    joined.manifest["joined"]["heads"] = ["insult", "spam"]
    with pytest.raises(ModelInvalid, match=r"by-hand was not fitted.*tiny-1"):
        BothScorer(open_linear(joined), encoder)

    del model.manifest["joined"]
    with pytest.raises(ModelInvalid, match=r"by-hand was not fitted.*tiny-1"):
        BothScorer(open_linear(model), encoder)


def test_joint_weights_of_another_shape_are_refused(joined):
    joined.arrays["joined"] = WEIGHTS[:-1]

    with pytest.raises(ModelInvalid, match=r"joined\.npy"):
        open_linear(joined)


@settings(max_examples=20)
@given(st.integers(0, 2**32 - 1))
def test_a_fitted_join_is_half_of_each_stage_at_the_natural_rate(seed):
    rng = np.random.default_rng(seed)
    target = (rng.random((400, 1)) < 0.2).astype(float)
    linear = 3 * target - 2 + rng.normal(size=(400, 1))
    encoder = np.hstack([10 * target + 5 * rng.normal(size=(400, 1)), rng.normal(size=(400, 1))])

    weights = fit_join(
        linear,
        encoder,
        target,
        np.ones(400, bool),
        target.mean(axis=0),
        labels=["insult"],
        heads=["insult", "hate"],
        mixing={"insult": {"hate": 0.5}},
        surest=3.0,
    )

    scores = 1 / (1 + np.exp(-join(linear, encoder, weights)))
    assert scores.mean() == pytest.approx(target.mean(), abs=1e-3)
    assert (weights[:2] > 0).all()
    assert weights[2] == pytest.approx(0.5 * weights[1])
    assert weights[-1] == 3


NORMAL = st.floats(-700, 700, allow_subnormal=False)


@given(st.lists(NORMAL, min_size=1, max_size=30), st.floats(0.5, 20))
def test_a_bounded_logit_keeps_its_order_and_its_side(logits, surest):
    before = np.sort(np.array(logits))

    after = bounded(before, surest)

    rounding = 1 + 1e-9
    assert (np.diff(after) >= -1e-9 * np.abs(after[1:])).all()
    assert after.max() <= surest * rounding
    assert (after[before <= 0] == before[before <= 0]).all()
    assert (after[before > 0] <= before[before > 0] * rounding).all()


def test_however_sure_words_are_the_encoder_can_overrule_them():
    linear, encoder = np.array([[0.5, 1.0], [50.0, 1.0]]), np.full((2, 2), -5.0)

    unsure, sure = 1 / (1 + np.exp(-join(linear, encoder, WEIGHTS)))[:, 0]

    assert unsure < sure < 0.05
