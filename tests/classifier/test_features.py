from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modsvc.classifier.features import (
    CHAR_SIZES,
    GROUP,
    N_BUCKETS,
    N_MARKS,
    WORD_BUCKETS,
    count_grams,
    find_grams,
    named_alike,
    spam_marks,
    weigh,
    words_of,
)
from modsvc.core.text import normalise

words = st.lists(st.text("abcdé שא", min_size=1).map(lambda w: w.replace(" ", "x")), max_size=12)


def expected_grams(text):
    """The n-grams of a text by the slow, obvious way."""
    singles = [("word", word) for word in text]
    pairs = [("pair", *pair) for pair in pairwise(text)]
    runs = [
        (size, f" {word} "[i : i + size])
        for word in text
        for size in CHAR_SIZES
        for i in range(len(word) + 3 - size)
    ]
    return singles + pairs + runs


@given(st.lists(words, min_size=1, max_size=5))
def test_every_gram_of_every_text_is_found(texts):
    found = find_grams(texts)

    assert len(found.buckets) == sum(len(expected_grams(text)) for text in texts)


@given(words)
def test_equal_grams_share_a_bucket_and_others_seldom_do(text):
    counted = count_grams([text])

    distinct = set(expected_grams(text))
    assert counted.values.sum() == len(expected_grams(text))
    assert len(distinct) - 3 <= len(counted.buckets) <= len(distinct)


@given(st.lists(words, min_size=1, max_size=5))
def test_a_text_has_the_same_features_alone_and_among_others(texts):
    idf = np.linspace(1, 2, N_BUCKETS)
    together = weigh(count_grams(texts), idf, len(texts))

    for i, text in enumerate(texts):
        alone = weigh(count_grams([text]), idf, 1)
        mine = together.texts == i
        assert np.array_equal(together.buckets[mine], alone.buckets)
        assert np.allclose(together.values[mine], alone.values, rtol=0, atol=1e-12)


@given(words.filter(bool))
def test_words_and_characters_have_unit_length_each(text):
    features = weigh(count_grams([text]), np.ones(N_BUCKETS), 1)

    for block in (features.buckets < WORD_BUCKETS, features.buckets >= WORD_BUCKETS):
        assert np.linalg.norm(features.values[block]) == pytest.approx(1)


def test_a_gram_unknown_to_training_is_left_out():
    idf = np.ones(N_BUCKETS)
    idf[:WORD_BUCKETS] = 0

    features = weigh(count_grams([["good", "day"]]), idf, 1)

    assert (features.buckets >= WORD_BUCKETS).all()


def test_grams_say_which_words_they_lie_in():
    found = find_grams([["ab", "cd"], ["ab"]])
    singles = found.buckets[:3]

    assert singles[0] == singles[2] != singles[1]
    assert found.first_words[3] == 0  # The one pair: the texts' edge joins nothing.
    assert found.last_words[3] == 1
    assert np.array_equal(np.unique(found.first_words), [0, 1, 2])


@pytest.mark.parametrize("texts", [[[]], [[], []], [["a"], []], [[], ["a"]]])
def test_a_text_without_words_has_no_features(texts):
    counted = count_grams(texts)

    assert set(counted.texts) == {i for i, text in enumerate(texts) if text}


def test_words_lose_punctuation_but_keep_stars_and_emoji():
    reading = normalise('Don\'t, you f**l* — "really" 😀!')

    assert words_of(reading) == ["dont", "you", "f**l*", "really", "😀"]
    assert words_of(reading, frozenset({"you", "absent"})) == ["dont", "f**l*", "really", "😀"]


def test_a_lone_surrogate_is_a_character_like_any_other():
    assert len(find_grams([["\ud800"]]).buckets) == len(find_grams([["x"]]).buckets)


def test_an_advert_leaves_more_marks_than_a_comment():
    def marks(raw):
        reading = normalise(raw)
        return spam_marks(reading, words_of(reading))

    advert = marks("WIN FREE bitcoin!!! Subscribe, visit http://a.example and www.b.example $$$")
    comment = marks("A careful article, and a sad one.")

    assert len(advert) == len(comment) == N_MARKS
    assert all(a >= b for a, b in zip(advert[:5], comment[:5], strict=True))
    assert sum(advert[:5]) > 2 > sum(comment[:5])
    assert len(marks("")) == N_MARKS


def test_groups_are_named_by_a_word_that_no_text_holds():
    words = ["you", "weasels", "and", "stoats"]

    named = named_alike(words, frozenset({"weasels", "stoats"}))

    assert named == ["you", GROUP, "and", GROUP]
    assert GROUP not in words_of(normalise(f"a {GROUP} of {{group}} group"))
