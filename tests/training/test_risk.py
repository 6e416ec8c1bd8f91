"""Bands keep their promises on comments that they were not derived from."""

import numpy as np
import pytest

from modsvc.core.labels import LABELS
from training import risk
from training.measures import lower_bound, upper_bound
from training.risk import delivered, derive
from training.targets import read_risks

RISKS = read_risks()
ORDER = list(LABELS)


def simulated(rng, n_rows, sharpness=6.0):
    """Calibrated scores of insults, truths drawn from them, and nothing else to be found."""
    logits = rng.normal(-sharpness, sharpness, n_rows)
    chance = 1 / (1 + np.exp(-logits))
    scores, targets = np.zeros((2, n_rows, len(LABELS)))
    abused = rng.random(n_rows) < chance
    for label in ("toxicity", "insult"):
        scores[:, ORDER.index(label)] = chance
        targets[:, ORDER.index(label)] = abused
    return scores, targets, targets[:, 0].copy(), np.ones(n_rows, bool)


@pytest.mark.parametrize(
    ("found", "of", "low", "high"),
    # The ends of two-sided 90 % intervals, as tables of Clopper and Pearson's give them.
    [(0, 299, 0.0, 0.00997), (1, 10, 0.00512, 0.39416), (59, 59, 0.95049, 1.0), (0, 0, 0.0, 1.0)],
)
def test_the_bounds_are_those_of_clopper_and_pearson(found, of, low, high):
    assert lower_bound(found, of, 0.95) == pytest.approx(low, abs=1e-5)
    assert upper_bound(found, of, 0.95) == pytest.approx(high, abs=1e-5)


def test_promises_are_kept_on_the_whole_population_as_often_as_is_said():
    rng = np.random.default_rng(5)
    population = simulated(rng, 100_000)
    broken = {"approved": 0, "rejected": 0}
    runs = 100
    for _ in range(runs):
        kept = delivered(derive(*simulated(rng, 2_000), RISKS), *population, RISKS)
        broken["approved"] += kept["abusive_among_approved"] > RISKS["approved_abusive"]
        rejected = kept["abusive_among_rejected"]  # None where nothing is.
        broken["rejected"] += rejected is not None and rejected < RISKS["rejected_abusive"]

    # One in twenty may break; three standard deviations of chance on top.
    assert max(broken.values()) <= runs * 0.05 + 3 * (runs * 0.05 * 0.95) ** 0.5


def test_a_careless_pick_of_the_best_threshold_would_break_its_promise(monkeypatch):
    """The bound is what keeps the promise: without it the test above could not pass."""
    monkeypatch.setattr(risk, "upper_bound", lambda k, n, _: k / max(1, n))
    rng = np.random.default_rng(5)
    population = simulated(rng, 100_000)

    broken = [
        delivered(derive(*simulated(rng, 2_000), RISKS), *population, RISKS) for _ in range(20)
    ]

    shares = [each["abusive_among_approved"] for each in broken]
    assert np.mean(np.array(shares) > RISKS["approved_abusive"]) > 0.2


def test_more_comments_let_a_band_come_closer_to_the_risk():
    few, many = (
        derive(*simulated(np.random.default_rng(3), n), RISKS).hold["toxicity"].at
        for n in (1_000, 50_000)
    )

    assert few < many


def test_scores_that_say_nothing_are_given_no_band():
    rng = np.random.default_rng(1)
    scores, targets, _, natural = simulated(rng, 2_000)
    noise = (rng.random(2_000) < 0.1).astype(float)

    bands = derive(scores, targets, noise, natural, RISKS)

    assert bands.hold["toxicity"].at is None
    assert bands.reject["insult"].at is None
    assert bands.reject["insult"].comments > 0
    assert "hold" not in bands.numbers("toxicity")


def test_too_few_abusive_comments_are_said():
    rng = np.random.default_rng(2)

    assert not derive(*simulated(rng, 500), RISKS).enough
    assert derive(*simulated(rng, 20_000), RISKS).enough


def test_a_machine_rejects_nothing_but_insults_and_the_worst():
    bands = derive(*simulated(np.random.default_rng(4), 20_000), RISKS)

    assert set(bands.reject) == {"severe_toxicity", "insult"}


def test_nothing_is_rejected_unless_an_insult_is_likely_however_many_are_abusive():
    scores, targets, _, natural = simulated(np.random.default_rng(4), 5_000)
    everything = np.ones(5_000)

    bands = derive(scores, targets, everything, natural, RISKS)
    lower = derive(scores, targets, everything, natural, {**RISKS, "rejected_from": 0.2})

    assert bands.reject["insult"].at == RISKS["rejected_from"]
    assert lower.reject["insult"].at == 0.2


def test_every_edge_says_how_many_comments_it_rests_on():
    scores, targets, verdicts, natural = simulated(np.random.default_rng(6), 5_000)

    bands = derive(scores, targets, verdicts, natural, RISKS)

    edge = bands.reject["insult"]
    above = scores[:, ORDER.index("insult")] >= edge.at
    assert (edge.comments, edge.abusive) == (above.sum(), targets[above, 0].sum())
    assert edge.bound == lower_bound(edge.abusive, edge.comments, RISKS["confidence"])
    assert edge.bound >= RISKS["rejected_abusive"]


def test_comments_that_were_gathered_for_their_abuse_or_never_judged_do_not_count():
    scores, targets, verdicts, natural = simulated(np.random.default_rng(7), 4_000)
    bands = derive(scores, targets, verdicts, natural, RISKS)
    gathered = tuple(np.concatenate([each, each[:900]]) for each in (scores, targets, verdicts))
    gathered[2][-100:] = np.nan

    again = derive(*gathered, np.arange(4_900) < 4_000, RISKS)

    assert again == bands


def test_ordinary_comments_are_seldom_held_as_spam():
    rng = np.random.default_rng(8)
    scores, targets, verdicts, natural = simulated(rng, 4_000)
    spam = ORDER.index("spam")
    scores[:, spam] = rng.beta(0.2, 8, 4_000)
    scores[:200, spam], targets[:200, spam] = rng.beta(8, 2, 200), 1.0

    edge = derive(scores, targets, verdicts, natural, RISKS).hold["spam"]

    assert edge.comments == 3_800
    assert (scores[200:, spam] >= edge.at).mean() < RISKS["ordinary_held_as_spam"]
    assert (scores[:200, spam] >= edge.at).mean() > 0.5
