import csv
import gzip

import numpy as np
import pytest

from modsvc.core.labels import LABELS
from training.data import (
    DataInvalid,
    is_held_out,
    load,
    load_fair,
    load_training,
    twin_key,
)
from training.sets import SETS, TESTS, TRAINING, LabelledSet

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

    ids, rows = load(tmp_path, SOURCE)

    order = list(LABELS)
    assert ids == ["a", "b"]
    assert rows.texts == ["line one\nline two, quoted", "NULL"]
    assert rows.targets[:, order.index("insult")].tolist() == [1, 0]
    assert rows.targets[:, order.index("spam")].tolist() == [0, 0]
    assert np.isnan(rows.targets[:, order.index("threat")]).all()


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
        load_training(tmp_path)

    for source in TRAINING:
        assert source.file_name in str(caught.value)
        assert source.official in str(caught.value)
    assert str(tmp_path) in str(caught.value)


def test_nothing_is_fitted_on_a_set_that_may_not_be_shipped():
    assert all(source.may_ship for source in TRAINING)
    assert not any(source.columns or source.given for source in TESTS)
    assert {s.name for s in TRAINING} | {s.name for s in TESTS} == {s.name for s in SETS}


def test_about_one_row_in_five_is_held_out_by_its_id_alone():
    share = np.mean([is_held_out(f"row-{i}") for i in range(5_000)])

    assert 0.18 < share < 0.22


def test_held_out_rows_are_those_of_the_rule_and_none_is_fitted_on(data):
    rows, held_out = load_training(data)

    expected = sum(is_held_out(f"jigsaw_train-{i}") for i in range(150))
    assert len(held_out["jigsaw_train"]) == expected
    assert len(rows) + sum(map(len, held_out.values())) == 150 * len(TRAINING)
    assert not set(rows.texts) & {text for each in held_out.values() for text in each.texts}


def test_twins_of_held_out_rows_and_of_each_other_are_left_out(tmp_path, monkeypatch):
    ids = [f"r{i}" for i in range(50)]
    out = next(i for i in ids if is_held_out(i))
    first, second = [i for i in ids if not is_held_out(i)][:2]
    other = LabelledSet("other", "", "", "", "", may_ship=True, columns={"insult": "rude"})
    monkeypatch.setattr("training.data.TRAINING", (SOURCE, other))
    write(tmp_path, [[out, "So, it IS raining!", "0", "0"], [first, "Is it dry?", "0", "0"]])
    write(
        tmp_path,
        [[first, "so it is raining", "1", "1"], [second, "is it dry", "0", "0"]],
        name="other",
    )

    rows, held_out = load_training(tmp_path)

    assert rows.texts == ["Is it dry?"]
    assert held_out["tiny"].texts == ["So, it IS raining!"]


def test_our_own_fair_comments_name_every_term_and_are_no_abuse():
    rows = load_fair(["martians", "venusians"])

    assert not any("{" in text or text.startswith("#") for text in rows.texts)
    assert sum("martians" in text for text in rows.texts) == 8
    assert len(set(rows.texts)) == len(rows)
    assert np.nansum(rows.targets) == 0
    assert not rows.natural.any()


def test_twins_share_their_letters_not_their_spelling():
    assert twin_key("It's 5 o'clock, FÓLKS") == twin_key("its o clock\nfolks!!")
    assert twin_key("x" + "word " * 200) != twin_key("y" + "word " * 200)
    assert twin_key("word " * 200) == twin_key("word " * 300)
