import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modsvc.core.text import normalise
from training.splits import cluster, side_of, twin_key

STORY = (
    "the mayor of our town has promised a new bridge for the third time and nobody believes it any"
    " more, since the last two are still where the surveyors left them in the spring of that year"
)


def clusters(*texts):
    return cluster([normalise(text) for text in texts]).tolist()


@pytest.mark.parametrize(("side", "share"), [("fit", 0.6), ("calibrate", 0.2), ("test", 0.2)])
def test_the_id_alone_deals_rows_to_the_sides_in_their_shares(side, share):
    found = np.mean([side_of(f"row-{i}") == side for i in range(5_000)])

    assert abs(found - share) < 0.02


def test_twins_share_their_letters_not_their_spelling():
    it_is, it_was = normalise("It's 5 o'clock, FÓLKS"), normalise("its o clock\nfolks!!")

    assert twin_key(it_is) == twin_key(it_was)
    assert twin_key(normalise("word " * 200)) == twin_key(normalise("word " * 300))
    assert twin_key(normalise("x" + "word " * 200)) != twin_key(normalise("y" + "word " * 200))


def test_copies_with_a_few_words_changed_belong_together():
    changed = STORY.replace("third", "fourth")

    assert clusters(STORY, "something else entirely, about the weather", changed) == [0, 1, 0]


def test_comments_on_the_same_subject_do_not_belong_together():
    assert clusters(STORY, "nobody believes the mayor, and the new bridge is too dear") == [0, 1]


def test_copies_of_copies_belong_to_the_first():
    words = STORY.split()
    drift = [" ".join([*words[:i], "x", *words[i:]]) for i in (0, 9)]
    both = " ".join(["x", *words[:9], "x", *words[9:]])

    assert clusters(STORY, drift[0], both, drift[1]) == [0, 0, 0, 0]


def test_texts_without_letters_are_no_copies_of_each_other():
    assert clusters("...", "!!!", "12 34 56", "😀 😀 😀") == [0, 1, 2, 3]


@given(st.lists(st.text(max_size=80), max_size=12))
def test_every_cluster_is_named_after_its_first_member(texts):
    found = clusters(*texts)

    assert all(leader <= i and found[leader] == leader for i, leader in enumerate(found))
