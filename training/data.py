"""The rows of the labelled sets, checked at the door and split."""

from __future__ import annotations

import csv
import gzip
import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from modsvc.core.text import normalise
from training.sets import HEADS, LabelledSet, chosen
from training.splits import SIDES, Side, cluster, side_of, twin_key


class DataInvalid(Exception):
    """A labelled set is missing or not what it should be; says which file, row and column."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Comments, where they come from, and what they are.

    `targets` has shape (n_rows, n_heads) in the order of HEADS; NaN is unknown. `verdicts`, shape
    (n_rows,), says whether a moderator would act, by the set's own definition. `natural` marks rows
    of a random sample, shape (n_rows,).
    """

    ids: list[str]
    sources: list[str]
    texts: list[str]
    targets: NDArray[np.float64]
    verdicts: NDArray[np.float64]
    natural: NDArray[np.bool_]

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.texts)

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> Rows:
        """Return the rows at these places, in that order, or where a mask is true."""
        at = np.arange(len(self))[rows]
        return Rows(
            [self.ids[i] for i in at],
            [self.sources[i] for i in at],
            [self.texts[i] for i in at],
            self.targets[at],
            self.verdicts[at],
            self.natural[at],
        )

    def of(self, *sources: str) -> Rows:
        """Return the rows of these sets."""
        return self.take(np.array([source in sources for source in self.sources], bool))

    def target(self, head: str) -> NDArray[np.float64]:
        """Return one head's targets, shape (n_rows,)."""
        column: NDArray[np.float64] = self.targets[:, HEADS.index(head)]
        return column


def load_corpus(folder: Path, also: Collection[str] = ()) -> dict[Side, Rows]:
    """Return the rows of all sets that are fitted on, by side.

    `also` names sets to add whose licence forbids to ship what was fitted on them. A comment that
    stands in several sets is kept once, in the first of them; nearly equal ones share a side.

    Raises
    ------
    DataInvalid
        Files are missing (it says all of them, and where they are had), or one is malformed.
    ValueError
        A name in `also` is unknown.
    """
    sources = chosen(also)
    _check_present(folder, sources)
    rows = concatenate([load(folder, source) for source in sources])
    readings = [normalise(text) for text in rows.texts]
    first = cluster(readings)
    keys = [twin_key(reading) for reading in readings]
    taken: set[str] = set()
    sides: dict[Side, list[int]] = {side: [] for side in SIDES}
    for i, (leader, key) in enumerate(zip(first.tolist(), keys, strict=True)):
        if key in taken:
            continue
        if len(key) > 3:  # As in `cluster`.
            taken.add(key)
        sides[side_of(rows.ids[leader])].append(i)
    return {side: rows.take(np.array(at, np.int64)) for side, at in sides.items()}


def load(folder: Path, source: LabelledSet) -> Rows:
    """Read one set. Raises DataInvalid."""
    path = folder / source.file_name
    unknown = [source.given.get(head, np.nan) for head in HEADS]
    ids: list[str] = []
    texts: list[str] = []
    targets: list[list[float]] = []
    verdicts: list[float] = []
    try:
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            for number, row in enumerate(csv.DictReader(file), 1):
                ids.append(_cell(path, number, row, "id"))
                texts.append(_cell(path, number, row, "text"))
                target = unknown.copy()
                for head, column in source.columns.items():
                    target[HEADS.index(head)] = _binary(path, number, row, column)
                targets.append(target)
                verdict = source.verdict
                verdicts.append(_binary(path, number, row, verdict) if verdict else np.nan)
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        raise DataInvalid(f"{path} cannot be read: {error}") from error
    if len(set(ids)) != len(ids):
        raise DataInvalid(f"{path}, column id: some ids occur twice")
    if not ids:
        raise DataInvalid(f"{path} has no rows")
    return Rows(
        ids,
        [source.name] * len(ids),
        texts,
        np.array(targets),
        np.array(verdicts),
        np.full(len(ids), source.natural),
    )


def digest(folder: Path, source: LabelledSet) -> str:
    """Return the SHA-256 of a set's file."""
    return hashlib.sha256((folder / source.file_name).read_bytes()).hexdigest()


def concatenate(parts: Sequence[Rows]) -> Rows:
    """Lay the rows of several parts end to end."""
    return Rows(
        [row_id for part in parts for row_id in part.ids],
        [source for part in parts for source in part.sources],
        [text for part in parts for text in part.texts],
        np.concatenate([part.targets for part in parts]),
        np.concatenate([part.verdicts for part in parts]),
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
