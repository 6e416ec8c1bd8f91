"""`modsvc compare`: thresholds that were set for Perspective, and what they become."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from modsvc.protocols.perspective.compare import rank_agreement, threshold
from tests.cli.conftest import Run

FAIR = ["Thank you, a fair and careful article.", "The bridge opens again on Monday."]
INSULTS = ["You worthless idiot, go to hell.", "What a stupid moron you are."]
SCORES = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 20).map(lambda n: n / 20)), min_size=2, max_size=40
)


@given(SCORES, st.floats(0, 1))
def test_our_threshold_flags_as_many_as_theirs_or_more_where_texts_score_alike(
    pairs: list[tuple[float, float]], at: float
) -> None:
    theirs, ours = np.array(pairs).T

    found = threshold(theirs, ours, at)

    n = int((theirs >= at).sum())
    assert found.flagged == n / len(pairs)
    assert (found.ours is None) == (n == 0)
    if found.ours is not None:
        assert (ours > found.ours).sum() < n <= (ours >= found.ours).sum()
    assert found.agreed == pytest.approx(1 - found.theirs_alone - found.ours_alone)


@given(SCORES)
def test_the_agreement_is_spearmans(pairs: list[tuple[float, float]]) -> None:
    theirs, ours = np.array(pairs).T

    found = rank_agreement(theirs, ours)

    if np.ptp(theirs) == 0 or np.ptp(ours) == 0:
        assert found is None
    else:
        assert found == pytest.approx(spearmanr(theirs, ours).statistic)


def lines(*more: object) -> str:
    told = [{"text": text, "scores": {"TOXICITY": 0.1, "FLIRTATION": 0.9}} for text in FAIR]
    told += [
        {
            "comment": {"text": text},
            "attributeScores": {"TOXICITY": {"summaryScore": {"value": 0.9}}},
        }
        for text in INSULTS
    ]
    return "\n".join(map(json.dumps, [*told, *more]))


def test_a_file_of_answers_says_which_threshold_flags_as_many(run: Run, tmp_path: Path) -> None:
    (tmp_path / "old.jsonl").write_text(lines(), encoding="utf-8")

    done = run("compare", "old.jsonl", "--at", "0.7", "--encoder", "off")

    assert done.returncode == 0
    assert done.stdout.startswith("TOXICITY, our toxicity: 4 texts, rank agreement ")
    assert "FLIRTATION" not in done.stdout
    row = done.stdout.splitlines()[2].split()
    assert row[:2] == ["0.70", "50.0%"]
    assert row[3:] == ["100.0%", "0.0%", "0.0%"]


def test_a_csv_file_is_read_as_well(run: Run) -> None:
    rows = [f'"{text}",0.1,' for text in FAIR] + [f'"{text}",0.9,0.8' for text in INSULTS]

    done = run("compare", "--encoder", "off", stdin="\n".join(["text,toxicity,insult", *rows]))

    assert "TOXICITY, our toxicity: 4 texts" in done.stdout
    assert "INSULT, our insult: 2 texts, rank agreement" in done.stdout


def test_lines_that_cannot_be_read_are_named_and_the_others_count(run: Run) -> None:
    bad = [{"text": " "}, {"text": "x", "scores": {"TOXICITY": 7}}, [], {"scores": 3}]
    german = {"text": "Das ist ein sehr guter Artikel, danke.", "scores": {"TOXICITY": 0.1}}

    done = run("compare", "--encoder", "off", stdin=lines(*bad, german) + "\n{")

    assert done.returncode == 1
    assert [said.split(":")[0] for said in done.stderr.splitlines()[:5]] == [
        "line 5",
        "line 6",
        "line 7",
        "line 8",
        "line 10",
    ]
    assert "no score of ours: 1" in done.stdout
    assert "4 texts" in done.stdout


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("", "needs a column `text`"),
        ("a,b\n1,2", "needs a column `text`"),
        ("text\nx", "nothing to"),
    ],
)
def test_a_file_that_holds_nothing_to_compare_is_refused(run: Run, given: str, said: str) -> None:
    done = run("compare", "--encoder", "off", stdin=given)

    assert done.returncode == 2
    assert said in done.stderr


def test_a_file_may_begin_with_empty_lines_and_hold_cells_of_any_length(run: Run) -> None:
    rows = [f"{text},0.{n}" for n, text in enumerate(["fair", "x" * 200_000, "idiot"])]

    as_json = run("compare", "--encoder=off", stdin="\n\n" + lines() + "\nnothing\n")
    as_csv = run(
        "compare", "--encoder=off", stdin="\n" + "\n".join(["text,TOXICITY", *rows]) + "\n"
    )

    assert as_json.stderr.startswith("line 7: this is not JSON")
    assert "3 texts" in as_csv.stdout, as_csv.stderr
