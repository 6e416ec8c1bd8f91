import csv
import gzip

import numpy as np
import pytest

from modsvc.classifier.artifact import open_artifact
from modsvc.classifier.shipped import MANIFEST_SHA256, find_shipped
from modsvc.core.signals import Span
from training import export
from training.data import DataInvalid
from training.splits import side_of
from training.tagger import (
    SOURCE,
    character_f1,
    cross_validate,
    fit,
    load_posts,
    mean_f1,
)

from .conftest import write_spans

PARAMS = export.read_params()["tagger"] | {"folds": 3}


@pytest.fixture(scope="module")
def model():
    return open_artifact(find_shipped(), expected_sha256=MANIFEST_SHA256)


def write(folder, rows):
    with gzip.open(folder / SOURCE.file_name, "wt", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "text", "label", "spans"])
        writer.writerows(rows)


@pytest.fixture(scope="module")
def posts(tmp_path_factory):
    """Comments whose nasty words are marked, every third having some."""
    folder = tmp_path_factory.mktemp("spans")
    write_spans(folder, 240, np.random.default_rng(5))
    return load_posts(folder)


def test_posts_are_on_the_side_of_their_id_and_near_copies_together(tmp_path):
    ids = [f"p{i}" for i in range(60)]
    out = next(i for i in ids if side_of(i) == "test")
    kept = next(i for i in ids if side_of(i) == "fit")
    write(
        tmp_path,
        [[out, "What a fool he is!", 1, "[7, 8, 99]"], [kept, "what a fool he is", 1, "[]"]],
    )

    posts = load_posts(tmp_path)

    assert [post.text for post in posts["test"]] == ["What a fool he is!", "what a fool he is"]
    assert len({post.group for post in posts["test"]}) == 1
    assert np.flatnonzero(posts["test"][0].gold).tolist() == [7, 8]
    assert not posts["fit"]


@pytest.mark.parametrize("spans", ["[", "7", "[null]", ""])
def test_a_malformed_mark_is_refused_by_file(tmp_path, spans):
    write(tmp_path, [["a", "text", 1, spans]])

    with pytest.raises(DataInvalid, match=r"toxic_spans_train\.csv\.gz"):
        load_posts(tmp_path)


def test_a_missing_set_is_refused_by_file(tmp_path):
    with pytest.raises(DataInvalid, match=r"toxic_spans_train\.csv\.gz"):
        load_posts(tmp_path)


def test_learns_which_words_people_mark(posts, model):
    figures = cross_validate(posts["fit"], model, PARAMS)

    assert figures["posts"] == len(posts["fit"])
    assert len(figures["f1_of_folds"]) == 3
    assert figures["f1"] > 0.9


def test_fitting_twice_gives_the_same_bytes(posts, model):
    first, second = (fit(posts["fit"], model, PARAMS) for _ in range(2))

    for name in ("rates", "weights", "thresholds"):
        assert getattr(first, name).tobytes() == getattr(second, name).tobytes()


@pytest.mark.parametrize(
    ("gold", "found", "f1"),
    [("..", "..", 1), ("x.", "..", 0), ("..", "x.", 0), ("xx..", ".xx.", 0.5), ("x", "x", 1)],
)
def test_one_post_is_judged_as_the_task_has_it(gold, found, f1):
    gold, found = (np.array([c == "x" for c in marks]) for marks in (gold, found))

    assert character_f1(gold, found) == f1


def test_posts_are_judged_by_what_is_marked_of_them(posts):
    unmarked = [post for post in posts["fit"] if not post.gold.any()]

    assert mean_f1(unmarked, lambda _: ()) == 1
    assert mean_f1(unmarked, lambda _: (Span(0, 3),)) == 0
