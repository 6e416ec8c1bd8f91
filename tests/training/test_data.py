import csv
import gzip

import numpy as np
import pytest

from training.data import DataInvalid, load, load_corpus
from training.sets import HEADS, SETS, TESTS, TRAINING, LabelledSet, chosen
from training.splits import side_of

SOURCE = LabelledSet(
    "tiny", "", "", "", "", may_ship=True, columns={"insult": "rude"}, given={"spam": 0.0}
)


def write(folder, rows, name="tiny"):
    with gzip.open(folder / f"{name}.csv.gz", "wt", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "text", "label", "rude"])
        writer.writerows(rows)


def test_columns_become_targets_and_what_is_not_said_is_unknown(tmp_path):
    write(tmp_path, [["a", "line one\nline two, quoted", "1", "1"], ["b", "NULL", "0", "0.0"]])

    rows = load(tmp_path, SOURCE)

    assert rows.ids == ["a", "b"]
    assert rows.texts == ["line one\nline two, quoted", "NULL"]
    assert rows.target("insult").tolist() == [1, 0]
    assert rows.target("spam").tolist() == [0, 0]
    assert rows.verdicts.tolist() == [1, 0]
    assert np.isnan(rows.target("threat")).all()


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (["b", "", "0", "0"], "row 2, column text: missing or empty"),
        (["", "text", "0", "0"], "row 2, column id: missing or empty"),
        (["b", "text", "0", "2"], "row 2, column rude: '2' is neither 0 nor 1"),
        (["b", "text", "0"], "row 2, column rude: missing or empty"),
        (["a", "text", "0", "0"], "column id: some ids occur twice"),
    ],
)
def test_a_malformed_row_is_refused_by_file_row_and_column(tmp_path, row, message):
    write(tmp_path, [["a", "text", "0", "0"], row])

    with pytest.raises(DataInvalid, match=r"tiny\.csv\.gz") as caught:
        load(tmp_path, SOURCE)

    assert message in str(caught.value)


@pytest.mark.parametrize("content", [b"id,text\n", b"\x1f\x8b\x08\x00", b""])
def test_a_file_that_is_no_gzipped_csv_with_rows_is_refused(tmp_path, content):
    (tmp_path / "tiny.csv.gz").write_bytes(content)

    with pytest.raises(DataInvalid, match=r"tiny\.csv\.gz"):
        load(tmp_path, SOURCE)


def test_missing_sets_are_all_named_with_the_place_they_are_had_from(tmp_path):
    with pytest.raises(DataInvalid) as caught:
        load_corpus(tmp_path)

    for source in TRAINING:
        assert source.file_name in str(caught.value)
        assert source.official in str(caught.value)
    assert str(tmp_path) in str(caught.value)


def test_nothing_is_fitted_on_a_set_that_may_not_be_shipped():
    assert all(source.may_ship and source.fitted for source in TRAINING)
    assert not {s.name for s in TRAINING} & {s.name for s in TESTS}
    assert chosen() == TRAINING


def test_a_set_that_may_be_shipped_and_is_not_fitted_says_why():
    assert all(s.note for s in SETS if s.may_ship and not s.fitted)


def test_a_set_that_may_not_be_shipped_is_fitted_only_when_asked_for_by_name():
    assert [source.name for source in chosen(["olid_train"])][len(TRAINING) :] == ["olid_train"]


@pytest.mark.parametrize("name", ["jigsaw_train", "nothing", "news_comments_unlabelled"])
def test_asking_for_a_set_that_is_fitted_anyway_or_cannot_be_is_an_error_that_names_those_that_can(
    name,
):
    with pytest.raises(ValueError, match=rf"{name}: no such set.*ucc_news_train"):
        chosen([name])


def test_every_set_fills_heads_that_there_are():
    assert all({*source.columns, *source.given} <= set(HEADS) for source in SETS)


def test_rows_are_on_the_side_of_their_id_and_none_is_lost(data):
    corpus = load_corpus(data)

    for side, rows in corpus.items():
        assert {side_of(row_id) for row_id in rows.ids} == {side}
    assert sum(map(len, corpus.values())) == 150 * len(TRAINING)


def test_a_comment_in_two_sets_is_kept_once_and_its_near_copies_stay_on_its_side(
    tmp_path, monkeypatch
):
    ids = [f"r{i}" for i in range(50)]
    out = next(i for i in ids if side_of(i) == "test")
    first, second, third = [i for i in ids if side_of(i) == "fit"][:3]
    other = LabelledSet("other", "", "", "", "", may_ship=True, columns={"insult": "rude"})
    monkeypatch.setattr("training.sets.TRAINING", (SOURCE, other))
    long = "the rain in the hills above our town has not stopped since the first day of the month"
    write(tmp_path, [[out, f"So it IS, {long}!", "0", "0"], [first, "Is it dry?", "0", "0"]])
    copies = [
        [first, f"so it is {long}", "1", "1"],
        [second, "is it dry", "0", "0"],
        [third, f"Well, {long}", "0", "0"],
    ]
    write(tmp_path, copies, name="other")

    corpus = load_corpus(tmp_path)

    assert corpus["fit"].texts == ["Is it dry?"]
    assert corpus["test"].texts == [f"So it IS, {long}!", f"Well, {long}"]
    assert corpus["calibrate"].texts == []
