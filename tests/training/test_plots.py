import numpy as np
import pytest

from training import plots

LABELS = ("toxicity", "severe_toxicity", "obscene", "threat", "insult", "identity_attack")


@pytest.mark.parametrize("plot", [plots.calibration, plots.roc])
def test_a_plot_is_a_small_svg_and_the_same_figures_give_the_same_bytes(plot):
    rng = np.random.default_rng(0)
    scores = rng.random((3_000, len(LABELS)))
    targets = (rng.random(scores.shape) < scores).astype(float)

    drawn = plot(LABELS, targets, scores)

    assert drawn == plot(LABELS, targets, scores)
    assert len(drawn) < 60_000
    assert b"<svg" in drawn
    assert all(label.encode() in drawn for label in LABELS)
