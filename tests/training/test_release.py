import pytest

from training.release import compare, findings_table, passes
from training.stages import BOTH, ONE
from training.tables import markdown, plain, targets_table
from training.targets import Target, find, read_figures

HIGHER = Target("fair.auc", "fairness", "higher", may_lose=0.01, limit=0.8)
LOWER = Target("cost", "µs", "lower", (300, 120), (6_000, 3_000), may_lose=10)


def figures(auc=0.9, cost=200.0):
    return {"fair": {"auc": auc}, "cost": cost}


def test_a_candidate_as_good_as_the_shipped_model_passes():
    findings = compare([HIGHER, LOWER], figures(), figures())

    assert passes(findings)
    assert [finding.refused for finding in findings] == [None, None]


@pytest.mark.parametrize(
    ("candidate", "named", "refused"),
    [
        (figures(auc=0.885), "fairness", "worse by 0.0150"),
        (figures(cost=215.0), "µs", "worse by 15.0"),
        (figures(auc=0.79), "fairness", "past the limit of 0.8 by 0.0100"),
        ({"cost": 200.0}, "fairness", "not measured"),
        (figures(auc=float("nan")), "fairness", "not measured"),
    ],
)
def test_a_candidate_worse_on_one_figure_is_refused_with_its_name_and_by_how_much(
    candidate, named, refused
):
    findings = compare([HIGHER, LOWER], candidate, figures())

    assert not passes(findings)
    assert [(f.target.name, f.refused) for f in findings if f.refused] == [(named, refused)]
    _, rows = findings_table(findings)
    assert [row[-1] for row in rows if row[0] == named] == [refused]


def test_a_little_worse_is_within_the_noise_and_any_better_is_welcome():
    assert passes(compare([HIGHER, LOWER], figures(auc=0.895, cost=205.0), figures()))
    assert passes(compare([HIGHER, LOWER], figures(auc=0.99, cost=20.0), figures()))


def test_the_limit_holds_even_where_the_shipped_model_is_past_it():
    assert not passes(compare([HIGHER], figures(auc=0.79), figures(auc=0.7)))


def test_a_candidate_of_which_nothing_was_measured_does_not_pass():
    assert not passes(compare([HIGHER], {}, {}))


def test_a_figure_without_a_gate_is_not_compared():
    assert compare([Target("cost", "µs", "lower")], figures(cost=9_999), figures()) == []


def test_a_figure_is_found_by_its_dotted_key_or_not_at_all():
    assert find(figures(), "fair.auc") == 0.9
    assert find(figures(), "fair") is None
    assert find(figures(), "fair.auc.mean") is None
    assert find({"cost": None}, "cost") is None


def test_the_table_says_what_is_met_and_by_how_much_the_rest_misses():
    measured = {ONE: figures(auc=0.5, cost=250.0), BOTH: figures(auc=0.5, cost=7_000.0)}

    head, rows = targets_table([HIGHER, LOWER], measured)

    assert head == ["figure", ONE, BOTH, "firm target", "stretch target", "met"]
    assert rows[0] == [
        "fairness",
        "0.5000",
        "0.5000",
        "report / report",
        "report / report",
        "– / –",
    ]
    assert rows[1][3:] == ["≤ 300 / ≤ 6000", "≤ 120 / ≤ 3000", "firm / missed by 1,000"]


def test_the_table_has_one_stage_where_there_is_one():
    head, rows = targets_table([LOWER], {ONE: figures(cost=100.0)})

    assert head == ["figure", ONE, "firm target", "stretch target", "met"]
    assert rows == [["µs", "100", "≤ 300", "≤ 120", "stretch"]]


def test_what_was_not_measured_is_said_and_not_called_met():
    _, rows = targets_table([LOWER], {ONE: {}})

    assert rows == [["µs", "–", "≤ 300", "≤ 120", "–"]]


def test_tables_line_up_and_a_bar_does_not_end_a_cell():
    head, rows = ["a", "b"], [["long name", "1"], ["x|y", "22"]]

    assert plain(head, rows).splitlines() == ["a           b", "long name   1", "x|y        22"]
    assert markdown(head, rows).splitlines()[-1] == "| x\\|y | 22 |"


def test_every_target_is_reachable_in_the_right_direction():
    for target in read_figures():
        for firm, stretch in filter(None, (target.one, target.both)):
            assert target.worse_by(stretch, firm) <= 0, target.key
        if target.limit is not None:
            assert target.may_lose is not None, target.key


def test_figures_are_asked_for_once():
    keys = [target.key for target in read_figures()]

    assert len(set(keys)) == len(keys)
