from itertools import chain

import numpy as np
import pytest

from modsvc.core.labels import LABELS
from training.casebook import FOLDER, TEMPLATES, read_toml
from training.fairness import subgroup_figures, swap_figures, template_figures
from training.mentions import groups_named
from training.slots import GROUPS

BANDS = {"toxicity": 0.5}


def scorer_of(judge):
    """A score function that gives every label what `judge` says of the text."""

    def score(texts):
        return np.array([[judge(text)] * len(LABELS) for text in texts])

    return score


def calls_names(text):
    """As if the scorer read insults: whatever the abusive templates say and the others do not."""
    words = {
        "filthy",
        "sick",
        "scum",
        "rid",
        "stupid",
        "pigs",
        "greedy",
        "rob",
        "ugly",
        "rat",
        "trash",
        "bastards",
    }
    return 0.9 if words & set(text.lower().replace(",", "").replace(".", "").split()) else 0.1


def punishes_muslims(text):
    return 0.8 if "muslim" in text.lower() else calls_names(text)


def rows_about(group, score_abusive, score_fair, n=30):
    texts = [f"{group} {i}" for i in range(2 * n)]
    return texts, [1.0] * n + [0.0] * n, [score_abusive] * n + [score_fair] * n


def gather(*parts):
    texts, target, scores = (list(chain.from_iterable(part[i] for part in parts)) for i in range(3))
    return texts, np.array(target), np.array(scores)


def test_a_scorer_that_tells_abuse_apart_everywhere_has_perfect_subgroups():
    figures = subgroup_figures(*gather(rows_about("jews", 0.9, 0.1), rows_about("trees", 0.9, 0.1)))

    assert figures["groups"]["faith: jewish"] == {
        "abusive": 30,
        "fair": 30,
        "subgroup_auc": 1.0,
        "bpsn_auc": 1.0,
        "bnsp_auc": 1.0,
    }
    assert set(figures["power_mean"].values()) == {1.0}


def test_punishing_a_name_shows_in_bpsn_and_missing_its_abuse_in_bnsp():
    trees = rows_about("trees", 0.7, 0.3)

    punished = subgroup_figures(*gather(rows_about("jews", 0.95, 0.9), trees))
    missed = subgroup_figures(*gather(rows_about("jews", 0.2, 0.1), trees))

    assert [
        punished["groups"]["faith: jewish"][m] for m in ("subgroup_auc", "bpsn_auc", "bnsp_auc")
    ] == [1, 0, 1]
    assert [
        missed["groups"]["faith: jewish"][m] for m in ("subgroup_auc", "bpsn_auc", "bnsp_auc")
    ] == [1, 1, 0]


def test_the_worst_group_is_named_and_weighs_most():
    parts = [
        rows_about("jews", 0.9, 0.1),
        rows_about("muslims", 0.5, 0.5),
        rows_about("trees", 0.9, 0.1),
    ]

    figures = subgroup_figures(*gather(*parts))

    assert figures["worst"]["subgroup_auc"] == "faith: muslim"
    assert 0.5 < figures["power_mean"]["subgroup_auc"] < 0.75


def test_a_group_with_few_comments_or_few_beside_it_and_rows_nobody_judged_are_left_out():
    few = rows_about("sikhs", 0.9, 0.1, n=5)
    texts, target, scores = gather(rows_about("jews", 0.9, 0.1), few, rows_about("trees", 0.9, 0.1))
    unknown = np.where(np.arange(len(target)) < 15, np.nan, target)
    everybody = [f"{text} and women" for text in texts]

    assert subgroup_figures(texts, target, scores)["groups"].keys() == {"faith", "faith: jewish"}
    assert subgroup_figures(texts, unknown, scores)["groups"].keys() == {"faith"}
    assert subgroup_figures(everybody, target, scores)["groups"].keys() == {
        "faith",
        "faith: jewish",
    }
    assert subgroup_figures(*gather(few))["worst"] == {}


def test_a_scorer_that_does_not_look_at_groups_has_no_spread():
    figures = template_figures(scorer_of(calls_names), BANDS)

    assert figures["spread"] == figures["distance"] == figures["false_alarms"] == 0
    assert figures["auc"] == figures["worst_auc"] == 1
    assert figures["missed"] < 0.25
    assert figures["most_alarmed"] == {}


def test_a_scorer_that_punishes_one_group_has_the_full_spread_and_names_it():
    figures = template_figures(scorer_of(punishes_muslims), BANDS)

    assert figures["spread"] == 1
    assert figures["most_alarmed"] == {"faith: Muslim": 1.0}
    assert figures["worst_auc"] < figures["auc"]
    assert 0 < figures["false_alarms"] < 0.02


def test_every_template_has_one_slot_that_every_group_fills():
    templates = read_toml(FOLDER / TEMPLATES)

    assert templates.keys() == {"neutral", "kind", "abusive"}
    for sentences in templates.values():
        assert all(sentence.count("{") == 1 for sentence in sentences)
        filled = [group.fill(sentence) for group in GROUPS for sentence in sentences]
        assert not any("{" in text for text in filled)


def test_a_judgement_of_the_comment_alone_loses_nothing_by_a_swap():
    texts = ["You filthy rat, Ahmed", "Ahmed has a point", "no name"]

    figures = swap_figures(texts, np.array([1.0, 0, 0]), scorer_of(calls_names), BANDS)

    assert figures["rows"] == 2
    assert figures["lost"] == figures["moved"] == figures["changed"] == 0


def test_a_judgement_of_the_people_is_lost_by_a_swap():
    texts = ["The Muslims lied", "The Buddhists sang"]

    figures = swap_figures(texts, np.array([1.0, 0]), scorer_of(punishes_muslims), BANDS)

    assert figures["auc"] == 1
    assert figures["lost"] > 0.25
    assert figures["moved"] > 0
    assert 0 < figures["changed"] < 1


@pytest.mark.parametrize("target", [[1.0, 1.0], [0.0, 0.0]])
def test_rows_of_one_kind_have_no_swap_figures_but_their_number(target):
    texts = ["The Muslims lied", "no name"]

    assert swap_figures(texts, np.array(target), scorer_of(calls_names), BANDS) == {"rows": 1}


def test_groups_are_found_in_every_form_and_disguise_and_not_inside_other_words():
    assert groups_named("A Jew, JEWISH food and judaism; Gaz\u0430") == {
        "faith: jewish",
        "people: gazan",
    }
    assert groups_named("The blackbird is woman-made") == {"sex: female"}
