from random import Random

import numpy as np
import pytest

from modsvc.core.lexicon import Lexicon
from modsvc.core.text import normalise
from training.evasion import measure
from training.obfuscate import KINDS, obfuscate

WORDS = {"pillock": 90, "scoundrel": 60, "blockhead": 50}


@pytest.mark.parametrize("kind", KINDS)
def test_a_disguise_changes_the_word_and_nothing_around_it(kind):
    text = "O pillock, thou Scoundrel! pillocks"
    disguised = obfuscate(text, WORDS, kind, Random(1))

    assert disguised != text
    assert disguised.startswith("O ")
    assert disguised.endswith("! pillocks")
    assert ", thou " in disguised
    assert "scoundrel" not in disguised.lower()


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_chance_gives_the_same_disguise(kind):
    assert KINDS[kind]("pillock", Random(5)) == KINDS[kind]("pillock", Random(5))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("word", WORDS)
def test_most_disguises_are_seen_through(kind, word):
    lexicon = Lexicon(["the", "you"], WORDS)
    disguised = [KINDS[kind](word, Random(seed)) for seed in range(50)]

    read = [normalise(f"you {text}!", lexicon).text for text in disguised]

    assert sum(text == f"you {word}!" for text in read) >= 35


def test_what_a_scorer_misses_in_each_disguise_is_told():
    def score(texts):
        return np.array([float("pillock" in text or "scoundrel" in text) for text in texts])

    abusive = ["you pillock", "a scoundrel he is", "you rat"]
    result = measure(score, abusive, ["a fair word"] * 20, WORDS)

    assert (result.at, result.n_texts, result.plain) == (0.0, 2, 1.0)
    assert set(result.found) == set(KINDS)
    assert result.mean == 0.0 == result.worst


def test_the_threshold_lets_the_stated_share_of_clean_texts_through():
    scores = {f"clean {i}": i / 100 for i in range(100)} | {"you pillock": 0.9}

    def score(texts):
        return np.array([scores.get(text, 0.0) for text in texts])

    assert measure(score, ["you pillock"], [*scores][:100], WORDS, false_alarms=0.2).plain == 1.0
    assert measure(score, ["you pillock"], [*scores][:100], WORDS, false_alarms=0.05).plain == 0.0
