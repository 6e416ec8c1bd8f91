"""Contenders are judged on the sets at hand, and what is not at hand is named."""

import csv
import gzip
from itertools import product

import numpy as np
import pytest

from modsvc.core.labels import LABELS
from training.evaluate import evaluate
from training.judge import judge_peers, open_bench
from training.peers import PLAIN, Peers, _Indexed, fit_plain, open_peers
from training.sets import TESTS, TRAINING

from .conftest import NASTY, made_up

ORDER = list(LABELS)


def by_nasty_words(texts):
    """A scorer that knows the invented insults, and advertises its doubt."""
    nasty = np.array([any(word in text for word in NASTY) for text in texts])
    scores = np.where(nasty, 0.9, 0.01)
    return np.tile(scores[:, None], (1, len(LABELS)))


@pytest.fixture(scope="module")
def bench(data, tmp_path_factory):
    """The training sets, and of the others the one that carries another system's score."""
    folder = tmp_path_factory.mktemp("bench")
    for file in data.iterdir():
        (folder / file.name).symlink_to(file)
    rng = np.random.default_rng(3)
    with gzip.open(folder / "wiki_context_gn.csv.gz", "wt", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "text", "label", "perspective_toxicity"])
        for i in range(60):
            on = i % 4 == 0
            writer.writerow([f"w{i}", made_up(rng, nasty=on), int(on), rng.random()])
    return open_bench(folder)


def measured(bench, score=by_nasty_words):
    return evaluate(score, bench.corpus["test"], bench.sets, bands=None, bootstrap=5, seed=1)


def test_sets_that_are_not_at_hand_are_named_and_not_made_up(bench):
    names = {each.name for each in bench.sets}

    assert names == {source.name for source in TRAINING} | {"wiki_context_gn"}
    assert set(bench.absent) == {source.name for source in TESTS} - names
    assert measured(bench)["tests"].keys() == names


def test_of_a_set_that_is_fitted_on_only_the_held_out_side_is_judged(bench):
    held_out = set(bench.corpus["test"].texts)
    for each in bench.sets:
        if each.fitted_on:
            assert set(each.texts) <= held_out
    assert {each.name for each in bench.sets if not each.fitted_on} == {"wiki_context_gn"}


def test_a_scorer_that_knows_the_words_is_told_from_one_that_guesses(bench):
    good = measured(bench)
    bad = measured(bench, lambda texts: np.full((len(texts), len(LABELS)), 0.5))

    assert good["held_out"]["mean_auc"] > 0.75
    assert bad["held_out"]["mean_auc"] == 0.5
    assert good["tests"]["wiki_context_gn"]["auc"] == 1
    assert good["tests"]["wiki_context_gn"]["found"] == 1


def test_another_systems_own_score_is_judged_on_the_same_rows(bench):
    found = measured(bench)["tests"]["wiki_context_gn"]

    assert 0 < found["auc_of_perspective"] < 1
    assert found["ahead_of_perspective"] == found["auc"] - found["auc_of_perspective"]


def test_peers_are_asked_about_the_same_rows(bench):
    plain = fit_plain(bench.corpus["fit"])
    peers = Peers(plain, opened={PLAIN: lambda texts: plain.predict_proba(texts)[:, 1]})

    found = judge_peers(bench, {}, peers)

    assert found["sets"].keys() == {each.name for each in bench.sets}
    assert found["sets"]["wiki_context_gn"].keys() == {PLAIN, "Perspective"}
    assert found["sets"]["wiki_context_gn"][PLAIN]["auc"] > 0.9


def test_a_peer_that_is_not_installed_is_named_with_what_would_bring_it(bench, monkeypatch):
    monkeypatch.setattr("training.peers.find_spec", lambda _: None)

    peers = open_peers(bench.corpus["fit"])

    assert list(peers.opened) == [PLAIN]
    assert peers.absent.keys() == {"alt-profanity-check", "better-profanity"}
    assert all("--group peers" in why for why in peers.absent.values())


def test_an_indexed_word_list_answers_as_the_list_does():
    alternatives = {"a": ("a", "4", "@"), "u": ("u", "", "oo")}

    class Pattern(str):  # As better-profanity has them: each sign may be written in several ways.
        def __eq__(self, other):
            ways = (alternatives.get(sign, (sign,)) for sign in str(self))
            return other in {"".join(way) for way in product(*ways)}

        __hash__ = None

    patterns = [Pattern("apple"), Pattern("us"), Pattern("sum")]

    indexed = _Indexed(patterns, alternatives)

    for word in ("apple", "4pple", "pple", "us", "s", "oos", "sm", "soom", "sam", "", "apple"):
        assert (word in indexed) == (word in patterns), word
