import numpy as np
import pytest

from modsvc.core.labels import LABELS
from tests.fakes import WordScorer
from tests.strategies import default_policy
from training.casebook import Case, Pair
from training.functions import (
    bands_of,
    judge,
    judge_pairs,
    stopped_by_scores,
    stopped_by_screening,
    strengths,
)

CASES = [
    Case("rude/01", "a dreadful man", abusive=True, labels=("insult",)),
    Case("rude/02", "a goodly man", abusive=True, labels=("insult",)),
    Case("kind/01", "a goodly man", abusive=False, labels=()),
    Case("kind/02", "no dreadful man", abusive=False, labels=()),
]


def scores_of(**given):
    return np.array([[given.get(label, 0.0) for label in LABELS]])


def test_bands_are_the_policys_and_a_label_that_never_holds_has_none():
    assert bands_of(default_policy())["threat"] == default_policy().bands["threat"].hold


@pytest.mark.parametrize(("score", "stopped"), [(0.49, False), (0.5, True), (1.0, True)])
def test_a_score_that_reaches_its_band_stops_the_comment(score, stopped):
    assert stopped_by_scores(scores_of(threat=score), {"threat": 0.5}).tolist() == [stopped]


def test_a_label_without_a_band_stops_nothing():
    assert not stopped_by_scores(scores_of(insult=1.0), {"threat": 0.5}).any()


def test_what_the_service_would_hold_is_stopped_rules_included():
    comments = [case.comment for case in (*CASES, Case("odd/01", ".", abusive=False, labels=()))]

    stopped = stopped_by_screening(comments, WordScorer(), default_policy())

    assert stopped.tolist() == [True, False, False, True, True]


def test_abuse_is_right_when_stopped_and_fair_speech_when_let_through():
    figures = judge(CASES, [True, False, False, True])

    for name in ("rude", "kind", "all abuse", "all fair"):
        halves = [figures[name][half] for half in ("tuned", "kept")]
        assert [half["n"] for half in halves] == [1, 1]
        assert sum(half["right"] for half in halves) == 1
    kept_rude = next(case for case in CASES[:2] if case.kept)
    assert figures["rude"]["kept"]["right"] == (kept_rude is CASES[0])
    assert figures["rude"]["abusive"]
    assert not figures["kind"]["abusive"]


def test_the_strength_is_that_of_the_label_nearest_its_band():
    bands = {"threat": 0.2, "insult": 0.5}

    ranked = strengths(np.vstack([scores_of(insult=0.4, threat=0.1), scores_of(spam=1.0)]), bands)

    assert ranked.tolist() == [pytest.approx(0.8), 0]


def test_context_that_spoils_a_right_answer_is_counted_as_harm():
    pairs = [
        Pair("attack/01", "a dreadful man", abusive=True, alone=True, parent="a goodly man"),
        Pair("attack/02", "you as well", abusive=True, alone=None, parent="a dreadful man"),
        Pair("topic/01", "a dreadful film", abusive=False, alone=True, title="A dreadful film"),
    ]

    spoilt = judge_pairs(pairs, [False, True, True], [True, False, True])
    mended = judge_pairs(pairs, [True, True, False], [False, False, True])

    assert [spoilt[name]["harmed"] for name in ("attack", "topic", "all")] == [1, 1, 2]
    assert mended["all"]["harmed"] == 0
    assert sum(mended["attack"][half]["right"] for half in ("tuned", "kept")) == 2
    assert sum(mended["all"]["alone"][half]["n"] for half in ("tuned", "kept")) == 2
