import csv
import gzip
import json
import shutil

import numpy as np
import pytest

from training.encoder.rows import JUDGED, SPANS
from training.sets import TRAINING
from training.splits import side_of
from training.tagger import SOURCE

NICE = ("good", "calm", "kind", "wise", "fair", "warm", "plain", "clear", "brave", "quiet")
NASTY = ("grumbold", "snorkwit", "flimpish", "dreckle", "mumphead")
ADVERT = ("zapcoin", "subscribe", "http://win.example", "free", "bonus")


def made_up(rng, *, nasty=False, advert=False):
    """A comment of invented words, so that no test text is abuse."""
    words = [*rng.choice(NICE, 8), *(rng.choice(NASTY, 2) if nasty else ())]
    words += [*rng.choice(ADVERT, 3)] if advert else []
    words.append(f"n{rng.integers(10**9)}")  # No two comments are twins.
    return " ".join(rng.permutation(words))


def write_set(folder, source, n_rows, rng):
    """Write one set in its layout; a third of its rows have every label, give or take mistakes."""
    columns = ["id", "text", *dict.fromkeys((*source.columns.values(), "label"))]
    with gzip.open(folder / source.file_name, "wt", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        for i in range(n_rows):
            on = i % 3 == 0
            text = made_up(
                rng,
                nasty=on and "spam" not in source.columns,
                advert=on and "spam" in source.columns,
            )
            row = {"id": f"{source.name}-{i}", "text": text}
            label = int(on != (rng.random() < 0.1))
            writer.writerow({**dict.fromkeys(columns, label), **row})


def write_spans(folder, n_rows, rng):
    """Write comments whose nasty words are marked; every third has some."""
    rows = []
    for i in range(n_rows):
        text = made_up(rng, nasty=i % 3 == 0)
        starts = [text.find(word) for word in NASTY if word in text]
        marks = [at for s in starts for at in range(s, s + len(text[s:].split()[0]))]
        rows.append([f"p{i}", text, int(bool(marks)), json.dumps(marks)])
    with gzip.open(folder / SOURCE.file_name, "wt", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "text", "label", "spans"])
        writer.writerows(rows)


@pytest.fixture(scope="session")
def data(tmp_path_factory):
    """A folder with every training set, of made-up comments."""
    folder = tmp_path_factory.mktemp("data")
    rng = np.random.default_rng(7)
    write_spans(folder, 150, rng)
    for source in TRAINING:
        write_set(folder, source, 150, rng)
        assert any(side_of(f"{source.name}-{i}") == "test" for i in range(150))
    return folder


@pytest.fixture(scope="session")
def labelled(data, tmp_path_factory):
    """The made-up sets, with the two things that only the encoder reads in them."""
    folder = tmp_path_factory.mktemp("encoder") / "data"
    shutil.copytree(data, folder)
    with gzip.open(folder / f"{JUDGED}.csv.gz", "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for i, row in enumerate(rows):
        row["frac_not_toxic"] = 0.25 if row["label"] == "1" else 0.75
        row["spans"] = list(range(5)) if row["label"] == "1" else []
        row["marked_id"] = f"tsd-{i}"
    for name, columns in {
        JUDGED: {"id": "id", "text": "text", "label": "label", "frac_not_toxic": "frac_not_toxic"},
        SPANS: {"id": "marked_id", "text": "text", "spans": "spans"},
    }.items():
        with gzip.open(folder / f"{name}.csv.gz", "wt", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(columns))
            writer.writeheader()
            writer.writerows({to: row[at] for to, at in columns.items()} for row in rows)
    return folder
