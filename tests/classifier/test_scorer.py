import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modsvc.classifier.artifact import open_artifact
from modsvc.classifier.scorer import LinearScorer
from modsvc.core.labels import LABELS
from modsvc.core.text import normalise
from modsvc.errors import ModelInvalid


def scores_of(scorer, *raws):
    return scorer.score([normalise(raw) for raw in raws])


def test_a_word_with_weight_raises_its_label_alone(scorer):
    [bad, good] = scores_of(scorer, "what a fool", "what a day")

    assert bad["insult"] > 0.5 > good["insult"]
    assert bad["identity_attack"] == good["identity_attack"]


def test_an_identity_term_counts_only_for_the_heads_that_see_it(scorer):
    [named, unnamed] = scores_of(scorer, "the weasels came", "the came")

    assert named["insult"] == unnamed["insult"]
    assert named["identity_attack"] > unnamed["identity_attack"]


def test_a_text_scores_the_same_alone_and_in_any_company(scorer):
    raws = ["fool", "", "the daft weasels", "🙂", "a fool " * 3_000, "nothing here", "weasels"]

    together = scores_of(scorer, *raws * 3)
    alone = [scores_of(scorer, raw)[0] for raw in raws] * 3

    for a, b in zip(together, alone, strict=True):
        assert a == pytest.approx(b, abs=1e-12)


def test_no_readings_give_no_scores(scorer):
    assert scorer.score([]) == []


def test_a_score_that_is_no_number_never_leaves(model):
    artifact = open_artifact(model.folder, expected_sha256=model.seal(model))
    broken = LinearScorer(replace(artifact, weights=np.full((4, 2), np.nan, np.float16)))

    with pytest.raises(ModelInvalid, match="not a number"):
        scores_of(broken, "fool")


def test_threads_may_share_a_scorer(shipped):
    raws = [f"comment {i}: what a {w} day" for i in range(40) for w in ("fine", "stupid", "long")]
    expected = [scores_of(shipped, raw) for raw in raws]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda raw: scores_of(shipped, raw), raws)) == expected


def test_the_shipped_model_knows_every_label(shipped):
    assert shipped.labels == tuple(LABELS)


@settings(max_examples=60, deadline=None)
@given(st.text())
def test_any_text_gets_probabilities_and_spans_inside_it(shipped, raw):
    reading = normalise(raw)
    [scores] = shipped.score([reading])

    assert all(0 <= score <= 1 for score in scores.values())
    for label in shipped.labels:
        spans = shipped.explain(reading, label)
        assert all(0 <= s.start < s.end <= len(raw) and 0 < s.weight <= 1 for s in spans)
        assert all(a.end <= b.start for a, b in pairwise(spans))


def test_abuse_scores_high_however_it_is_spelled(shipped):
    for scores in scores_of(
        shipped,
        "you are a worthless idiot",
        "you are a w0rthless i d 1 0 t",
        "you are a worthless іdіоt",
    ):
        assert scores["toxicity"] > 0.9
        assert scores["insult"] > 0.9


def test_adverts_score_high_as_spam(shipped):
    [advert, comment] = scores_of(
        shipped,
        "Subscribe to my channel and win free bitcoin!!! http://win.example.com",
        "I read both papers at the library; neither asked the minister that question.",
    )

    assert advert["spam"] > 0.9
    assert comment["spam"] < 0.1


@pytest.mark.parametrize(
    "fair",
    [
        "Thank you, a fair and careful article.",
        "The head of intelligence was right to resign; others who failed that day should follow.",
        "Hamas killed 1,200 people in one day, and the army did not come for hours.",
        "Palestinians deserve a state and Israelis deserve security; more war brings neither.",
        "As a Jew I am ashamed of this government and will say so at every election.",
        "As a Muslim woman I felt safe in that city for twenty years.",
        "Black people are stopped by the police four times as often.",
        "My father served under him. He was a decent man who made a terrible mistake.",
    ],
)
def test_a_fair_comment_on_a_hard_subject_is_no_abuse(shipped, fair):
    [scores] = scores_of(shipped, fair)

    assert all(score < 0.35 for score in scores.values())


def test_serving_imports_no_scikit_learn():
    code = (
        "import sys; from modsvc.classifier.scorer import LinearScorer; LinearScorer.open_shipped();"
        "sys.exit(any(m.split('.')[0] in {'sklearn', 'scipy', 'joblib'} for m in sys.modules))"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_texts_of_which_the_model_knows_nothing_are_scored_together_as_alone(model):
    model.arrays["rows"][:] = 0
    scorer = LinearScorer.open(model.folder, expected_sha256=model.seal(model))
    readings = [normalise("plain words"), normalise("others")]

    assert scorer.score(readings) == [scorer.score([reading])[0] for reading in readings]
