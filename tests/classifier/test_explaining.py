from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modsvc.classifier.artifact import open_artifact
from modsvc.classifier.explaining import Explainer, without
from modsvc.classifier.scorer import LinearScorer
from modsvc.classifier.shipped import MANIFEST_SHA256, find_shipped
from modsvc.classifier.tagger import ARRAYS, TaggerArrays
from modsvc.core.labels import LABELS
from modsvc.core.signals import Span
from modsvc.core.text import normalise


def scores_of(scorer, *raws):
    return scorer.score([normalise(raw) for raw in raws])


def shown(scorer, raw, label, **options):
    return [raw[s.start : s.end] for s in scorer.explain(normalise(raw), label, **options)]


def test_explains_by_the_words_that_pushed_strongest_first_kept_in_order(scorer):
    raw = "You daft old fool, you"

    assert shown(scorer, raw, "insult") == ["daft", "fool"]
    assert shown(scorer, raw, "insult", limit=1) == ["fool"]
    spans = scorer.explain(normalise(raw), "insult")
    assert spans[1].weight > spans[0].weight > 0
    assert sum(span.weight for span in spans) <= 1


def test_what_was_tried_for_one_label_is_not_scored_again_for_the_next(scorer):
    asked = []

    def score(readings):
        asked.extend(reading.text for reading in readings)
        return scorer.score(readings)

    explainer = Explainer(scorer.artifact, score)
    first, second = normalise("You daft old fool, you"), normalise("weasels and a fool")
    labels = ("insult", "identity_attack", "insult")
    spans = [explainer.explain(first, label, 64) for label in labels]

    assert len(asked) == len(set(asked))
    assert spans == [scorer.explain(normalise(first.raw), label) for label in labels]
    explainer.explain(second, "insult", 64)
    explainer.explain(first, "insult", 64)
    assert asked.count(first.text) == 2  # Only the text in hand is remembered.


def test_explains_in_the_body_as_sent(scorer):
    assert shown(scorer, "such a f.o.o.l, really", "insult") == ["f.o.o.l"]
    assert shown(scorer, "such a ＦＯＯＬ\u200b, really", "insult") == ["ＦＯＯＬ"]


def test_never_explains_by_a_word_the_head_does_not_see(scorer):
    assert shown(scorer, "weasels and a fool", "insult") == ["fool"]
    assert shown(scorer, "weasels and a fool", "identity_attack") == ["weasels"]


@pytest.mark.parametrize("raw", ["", "…", "a quiet day"])
def test_nothing_pushed_means_no_spans(scorer, raw):
    assert scorer.explain(normalise(raw), "insult") == ()


def test_words_read_from_one_character_are_one_span(scorer, model):
    model.arrays["rows"][:] = 1  # Every n-gram counts.
    model.arrays["weights"][1] = 1
    every = LinearScorer.open(model.folder, expected_sha256=model.seal(model))

    [span] = every.explain(normalise("\ufdfa"), "insult")

    assert (span.start, span.end) == (0, 1)
    assert 0 < span.weight <= 1


def test_with_a_tagger_marks_what_people_would_mark(scorer_marking):
    raw = "You daft old fool, you"

    assert shown(scorer_marking("fool", "you"), raw, "insult") == ["fool"]
    assert shown(scorer_marking("you"), raw, "insult") == ["fool"]


def test_marked_neighbours_are_one_stretch(scorer_marking):
    raw = "You daft fool, you f.o.o.l"

    scorer = scorer_marking("daft", "fool")

    assert shown(scorer, raw, "insult") == ["daft fool", "f.o.o.l"]


def test_marks_more_until_the_score_falls_without_what_is_marked(scorer_marking):
    # A word weighs more the fewer there are, so that without "daft" the insult is clearer.
    raw = "daft fool"
    [as_sent, undaft] = scores_of(scorer_marking("daft"), raw, "fool")

    assert undaft["insult"] > as_sent["insult"]
    assert shown(scorer_marking("daft"), raw, "insult") == ["daft fool"]


def test_a_line_that_stands_many_times_is_marked_whole(scorer_marking):
    raw = "fool " * 200  # Fewer of them insult no less.

    [span] = scorer_marking("fool").explain(normalise(raw), "insult")

    assert (span.start, span.end) == (0, len(raw) - 1)


def test_no_more_is_marked_than_the_limit_to_make_the_score_fall(scorer_marking):
    raw = "daft weasels fool"  # The head sees two words, as in "daft fool" above.
    scorer = scorer_marking("daft")

    assert shown(scorer, raw, "insult", limit=1) == ["daft"]
    assert shown(scorer, raw, "insult", limit=2) == ["daft", "fool"]


def test_what_pushed_most_is_marked_even_if_few_would_mark_it(scorer_marking):
    assert shown(scorer_marking("daft"), "You daft old fool, you", "insult") == ["daft", "fool"]


@pytest.mark.parametrize("limit", [1, 2, 5])
def test_there_are_no_more_spans_than_the_limit(scorer_marking, limit):
    raw = "fool a " * 9

    spans = scorer_marking("fool").explain(normalise(raw), "insult", limit=limit)

    assert len(spans) == limit


def test_a_tagger_never_marks_a_word_the_head_does_not_see(scorer_marking):
    scorer = scorer_marking("weasels", "fool")

    assert shown(scorer, "weasels and a fool", "insult") == ["fool"]
    assert shown(scorer, "weasels and a fool", "identity_attack") == ["weasels"]


def test_without_leaves_all_that_is_not_marked():
    assert without("a fool, a daft one", (Span(2, 6), Span(10, 14))) == "a , a  one"
    assert without("as it was", ()) == "as it was"


@pytest.fixture(scope="module")
def tagging():
    """The shipped model with a tagger of chance weights, so that it marks this and that."""
    rng = np.random.default_rng(3)
    arrays = {
        name: rng.normal(-0.3, 0.5, shape).astype(dtype) for name, (dtype, shape) in ARRAYS.items()
    }
    arrays["thresholds"] = np.array([0.4, 0.1])
    model = open_artifact(find_shipped(), expected_sha256=MANIFEST_SHA256)
    return LinearScorer(replace(model, tagger=TaggerArrays(**arrays)))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.text() | st.sampled_from(["you", "idiot", "i d 1 0 t", "ﷺ", "!"])).map(" ".join),
    st.sampled_from(list(LABELS)),
)
def test_any_text_is_marked_in_order_inside_it_and_twice_the_same(tagging, raw, label):
    spans = tagging.explain(normalise(raw), label)

    assert all(0 <= s.start < s.end <= len(raw) and 0 < s.weight <= 1 for s in spans)
    assert all(a.end <= b.start for a, b in pairwise(spans))
    assert spans == tagging.explain(normalise(raw), label)
    assert len(without(raw, spans)) == len(raw) - sum(s.end - s.start for s in spans)


def test_a_label_the_model_does_not_know_is_an_error(scorer):
    with pytest.raises(ValueError, match="charm"):
        scorer.explain(normalise("what a fool"), "charm")
