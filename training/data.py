"""The rows of the labelled sets, checked at the door and split.

One row in five is held out by the SHA-256 of its id, and no training row is the twin of a held-out
one.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from modsvc.core.labels import LABELS
from modsvc.core.text import normalise
from training.sets import TRAINING, LabelledSet

HELD_OUT_IN = 5
FAIR = Path(__file__).with_name("fair.txt")
# Letters compared when looking for twins: mirrors of a set differ in case, punctuation and length.
_TWIN_LETTERS = 150


class DataInvalid(Exception):
    """A labelled set is missing or not what it should be; says which file, row and column."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Comments with their targets, shape (n_rows, n_labels) in the order of LABELS; NaN is unknown.

    `natural` marks rows of a random sample, shape (n_rows,).
    """

    texts: list[str]
    targets: NDArray[np.float64]
    natural: NDArray[np.bool_]

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.texts)

    def take(self, chosen: Sequence[int]) -> Rows:
        """Return the chosen rows, in that order."""
        return Rows([self.texts[i] for i in chosen], self.targets[chosen], self.natural[chosen])


def load_training(folder: Path) -> tuple[Rows, dict[str, Rows]]:
    """Return the rows to fit on, and for each set by name those held out of it.

    Raises
    ------
    DataInvalid
        Files are missing (it says all of them, and where they are had), or one is malformed.
    """
    _check_present(folder, TRAINING)
    fitted: list[Rows] = []
    held_out: dict[str, Rows] = {}
    sides: dict[str, tuple[Rows, list[int], list[int], list[str]]] = {}
    for source in TRAINING:
        ids, rows = load(folder, source)
        out = [i for i, row_id in enumerate(ids) if is_held_out(row_id)]
        kept = [i for i, row_id in enumerate(ids) if not is_held_out(row_id)]
        sides[source.name] = rows, out, kept, [twin_key(text) for text in rows.texts]
        held_out[source.name] = rows.take(out)
    taken = {keys[i] for _, out, _, keys in sides.values() for i in out}
    for rows, _, kept, keys in sides.values():
        first = list(_without_twins(kept, keys, taken))
        fitted.append(rows.take(first))
    return concatenate(fitted), held_out


def load_fair(terms: Iterable[str]) -> Rows:
    """Return our own fair comments, each template once for each of the identity terms."""
    lines = FAIR.read_text(encoding="utf-8").splitlines()
    written = [line for line in lines if line and not line.startswith("#")]
    texts = [
        line.replace("{term}", term)
        for line in written
        for term in (sorted(terms) if "{term}" in line else [""])
    ]
    target = [np.nan if label == "spam" else 0.0 for label in LABELS]
    return Rows(texts, np.tile(target, (len(texts), 1)), np.zeros(len(texts), bool))


def load(folder: Path, source: LabelledSet) -> tuple[list[str], Rows]:
    """Read one set: its rows' ids, and the rows. Raises DataInvalid."""
    path = folder / source.file_name
    columns = {**source.columns, **({"toxicity": source.verdict} if source.verdict else {})}
    ids: list[str] = []
    texts: list[str] = []
    targets: list[list[float]] = []
    order = list(LABELS)
    try:
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            for number, row in enumerate(csv.DictReader(file), 1):
                ids.append(_cell(path, number, row, "id"))
                texts.append(_cell(path, number, row, "text"))
                target = [source.given.get(label, np.nan) for label in order]
                for label, column in columns.items():
                    target[order.index(label)] = _binary(path, number, row, column)
                targets.append(target)
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        raise DataInvalid(f"{path} cannot be read: {error}") from error
    if len(set(ids)) != len(ids):
        raise DataInvalid(f"{path}, column id: some ids occur twice")
    if not ids:
        raise DataInvalid(f"{path} has no rows")
    return ids, Rows(texts, np.array(targets), np.full(len(ids), source.natural))


def is_held_out(row_id: str) -> bool:
    """Say whether a row is one of the one in five that nothing is fitted on."""
    return int.from_bytes(hashlib.sha256(row_id.encode()).digest()) % HELD_OUT_IN == 0


def twin_key(text: str) -> str:
    """Return what twins share: their first letters, as read, without anything between them."""
    return "".join(filter(str.isalpha, normalise(text).text[: 4 * _TWIN_LETTERS]))[:_TWIN_LETTERS]


def digest(folder: Path, source: LabelledSet) -> str:
    """Return the SHA-256 of a set's file."""
    return hashlib.sha256((folder / source.file_name).read_bytes()).hexdigest()


def _without_twins(kept: Iterable[int], keys: Sequence[str], taken: set[str]) -> Iterator[int]:
    """Yield the rows whose key was not taken before, taking it."""
    for i in kept:
        if keys[i] not in taken:
            taken.add(keys[i])
            yield i


def concatenate(parts: Sequence[Rows]) -> Rows:
    """Lay the rows of several parts end to end."""
    return Rows(
        [text for part in parts for text in part.texts],
        np.concatenate([part.targets for part in parts]),
        np.concatenate([part.natural for part in parts]),
    )


def _check_present(folder: Path, sources: Sequence[LabelledSet]) -> None:
    missing = [s for s in sources if not (folder / s.file_name).is_file()]
    if missing:
        wanted = "\n".join(f"  {s.file_name}: {s.official} ({s.licence})" for s in missing)
        raise DataInvalid(
            f"labelled sets are missing from {folder.resolve()}; put each there as a gzipped CSV"
            " with the columns that docs/model.md lists, or name their folder with DATA=…:\n"
            + wanted
        )


def _cell(path: Path, number: int, row: Mapping[str, str | None], column: str) -> str:
    value = row.get(column)
    if not value:
        raise DataInvalid(f"{path}, row {number}, column {column}: missing or empty")
    return value


def _binary(path: Path, number: int, row: Mapping[str, str | None], column: str) -> float:
    value = _cell(path, number, row, column)
    if value not in ("0", "1", "0.0", "1.0"):
        raise DataInvalid(f"{path}, row {number}, column {column}: {value!r} is neither 0 nor 1")
    return float(value)
