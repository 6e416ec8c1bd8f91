import numpy as np
import pytest

from modsvc.core.labels import LABELS
from training.lexicon import build, marked_words

FAIR = ["the bridge was late", "you and the tail of the cat", "gurt said the bridge is late"] * 60
ABUSE = ["you weasel", "what a gurf you are", "you gurf"] * 40


def targets(n_fair, n_abusive):
    insult = list(LABELS).index("insult")
    rows = np.zeros((n_fair + n_abusive, len(LABELS) + 2))
    rows[n_fair:, insult] = 1
    rows[:, len(LABELS) :] = np.nan
    return rows


@pytest.fixture(scope="module")
def learned():
    return build([*FAIR, *ABUSE, "gurg"], np.vstack([targets(180, 120), np.full((1, 9), np.nan)]))


def test_words_met_mostly_in_abuse_are_abusive(learned):
    assert {"weasel", "gurf"} <= set(learned.targets)
    assert learned.targets["gurf"] == 80


def test_words_met_in_fair_texts_are_known_and_not_abusive(learned):
    assert {"bridge", "late", "tail"} <= learned.known
    assert not {"bridge", "late", "tail", "the"} & set(learned.targets)


def test_a_word_met_once_is_not_known(learned):
    assert "gurg" not in learned.known


def test_a_disguise_met_in_abuse_is_neither_abusive_nor_known():
    texts = [*FAIR, *["you weasel"] * 90, *["you waesel"] * 4]

    lexicon = build(texts, targets(180, 94))

    assert set(lexicon.targets) == {"weasel"}
    assert lexicon.resolve("waesel") == "weasel"


def test_a_word_met_once_in_a_fair_text_is_known_if_it_would_be_mistaken():
    texts = [*FAIR, "mr waesel spoke", *["you weasel"] * 30]

    assert "waesel" in build(texts, targets(181, 30)).known


def test_words_that_people_marked_are_abusive_and_names_of_groups_never():
    texts, y = FAIR, targets(180, 0)
    marked = [("You Clown, you", [4, 5, 6, 7, 8])] * 6

    assert dict(build(texts, y, marked=marked).targets) == {"clown": 6}
    assert not build(texts, y, marked=marked, fair=["clown"]).targets


def test_a_word_counts_as_marked_only_if_all_of_it_is():
    assert marked_words([("clown clown", [0, 1, 2, 3, 4, 6])]) == {"clown": (1, 2)}


def test_the_same_texts_give_the_same_lexicon(learned):
    again = build([*FAIR, *ABUSE, "gurg"], np.vstack([targets(180, 120), np.full((1, 9), np.nan)]))

    assert again.to_text() == learned.to_text()
