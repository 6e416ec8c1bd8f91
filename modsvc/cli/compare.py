"""`modsvc compare`: what becomes of thresholds that were set for Perspective."""

from __future__ import annotations

import codecs
import csv
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, compress, islice
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from modsvc.errors import SettingsInvalid

if TYPE_CHECKING:
    from modsvc.core.screening import Scorer
    from modsvc.protocols.perspective.compare import Threshold

# A text and what Perspective scored it, by attribute.
Row = tuple[str, Mapping[str, float]]
BATCH = 256
AT = (0.5, 0.7, 0.8, 0.9)


@click.command()
@click.argument("file", type=click.File("rb"), default="-")
@click.option(
    "--at",
    type=click.FloatRange(0.0, 1.0),
    multiple=True,
    help=f"A threshold of yours; may be repeated. If left out: {', '.join(map(str, AT))}.",
)
@click.option("--encoder", type=click.Choice(("all", "off")), help="As in modsvc score.")
def compare(file: BinaryIO, at: tuple[float, ...], encoder: str | None) -> None:
    """Compare our scores with those that Perspective gave the same texts.

    FILE holds JSON lines, each with a `text` and `scores` ({"TOXICITY": 0.9, …}), or with a
    request's `comment` and an answer's `attributeScores`; or it is CSV with a column `text` and one
    for each attribute. For each threshold of yours it says how many texts that flags, which of ours
    flags as many, and how far the two agree. Lines that cannot be read are named; the exit status
    is then 1.
    """
    from modsvc.cli.opening import open_scorer
    from modsvc.cli.score import with_progress
    from modsvc.config import Settings

    scorer = open_scorer(Settings.from_environment(), encoder)
    pairs: dict[str, list[tuple[float, float]]] = defaultdict(list)
    bad = unscored = 0
    rows = read(with_progress(file))
    while batch := list(islice(rows, BATCH)):
        good = list(_good(batch))
        bad += len(batch) - len(good)
        ours = score_all([text for text, _ in good], scorer)
        unscored += ours.count(None)
        for (_, told), scores in zip(good, ours, strict=True):
            for attribute, label, theirs in _measured(told):
                if scores and label in scores:
                    pairs[attribute].append((theirs, scores[label]))
    if unscored:
        click.echo(f"texts in another language, which have no score of ours: {unscored:,}\n")
    if not pairs:
        raise SettingsInvalid("there is nothing to compare: no text has a score we measure too")
    for attribute, found in pairs.items():
        click.echo(report(attribute, found, sorted(at) or AT))
    if bad:
        click.echo(f"modsvc: {bad} line{'s'[: bad != 1]} could not be read", err=True)
        sys.exit(1)


def _good(batch: Sequence[tuple[int, Row | str]]) -> Iterator[Row]:
    """Yield what could be read, and name the lines that could not."""
    for number, row in batch:
        if isinstance(row, str):
            click.echo(f"line {number}: {row}", err=True)
        else:
            yield row


def score_all(texts: Sequence[str], scorer: Scorer) -> list[Mapping[str, float] | None]:
    """Score texts; None for each in another language, or that could not be scored."""
    from modsvc.core.screening import score
    from modsvc.core.text import normalise

    readings = [normalise(text, scorer.lexicon) for text in texts]
    english = [scorer.unscored_language(reading, None) is None for reading in readings]
    found = iter(score(list(compress(readings, english)), scorer))
    return [next(found) if is_so else None for is_so in english]


def _measured(told: Mapping[str, float]) -> Iterator[tuple[str, str, float]]:
    """Yield the attributes that are measured here: name, label, and their score."""
    from modsvc.protocols.perspective.attributes import label_of

    for attribute, theirs in told.items():
        label = label_of(attribute)
        if label is not None:
            yield attribute, label, theirs


def read(lines: Iterator[bytes]) -> Iterator[tuple[int, Row | str]]:
    """Read texts with Perspective's scores, or say in a sentence why a line holds none."""
    numbered = enumerate(lines, 1)
    start, first = next(((n, line) for n, line in numbered if line.strip()), (1, b""))
    whole = chain([first.removeprefix(codecs.BOM_UTF8)], (line for _, line in numbered))
    if first.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"{"):
        yield from _read_json(whole, start)
    else:
        yield from _read_csv(whole, start)


def report(attribute: str, pairs: Sequence[tuple[float, float]], at: Sequence[float]) -> str:
    """Lay out one attribute's comparison."""
    import numpy as np

    from modsvc.protocols.perspective.attributes import label_of
    from modsvc.protocols.perspective.compare import rank_agreement, threshold

    a, b = np.array(pairs).T
    agreement = rank_agreement(a, b)
    said = "–" if agreement is None else f"{agreement:.2f}"
    head = f"{attribute}, our {label_of(attribute)}: {len(a):,} texts, rank agreement {said}"
    columns = "theirs from   flags   ours from   agree   theirs alone   ours alone"
    return "\n".join([head, columns, *(_line(threshold(a, b, each)) for each in at), ""])


def _line(found: Threshold) -> str:
    edge = "–" if found.ours is None else f"{found.ours:.3f}"
    return (
        f"{found.theirs:11.2f} {found.flagged:7.1%} {edge:>11} {found.agreed:7.1%} "
        f"{found.theirs_alone:14.1%} {found.ours_alone:12.1%}"
    )


def _read_json(lines: Iterator[bytes], start: int) -> Iterator[tuple[int, Row | str]]:
    import orjson

    for number, line in enumerate(lines, start):
        if not line.strip():
            continue
        try:
            told = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            yield number, f"this is not JSON: {error}"
            continue
        yield number, _row(told if isinstance(told, dict) else {})


def _read_csv(lines: Iterator[bytes], start: int) -> Iterator[tuple[int, Row | str]]:
    # Longer than any cell of ours; the module's own limit would stop the whole file.
    csv.field_size_limit(1 << 30)
    reader = csv.DictReader(line.decode("utf-8", "replace") for line in lines)
    if "text" not in (reader.fieldnames or ()):
        raise SettingsInvalid("a CSV file needs a column `text`, and one for each attribute")
    for row in reader:
        scores = {name: value for name, value in row.items() if name != "text" and value}
        yield start + reader.line_num - 1, _row({"text": row["text"], "scores": scores})


def _row(told: Mapping[str, Any]) -> Row | str:
    """Find the text and the scores, wherever they stand."""
    comment = told.get("comment")
    text = told.get("text") or (comment.get("text") if isinstance(comment, dict) else None)
    if not isinstance(text, str) or not text.strip():
        return "it has no text"
    given = told.get("scores") or told.get("attributeScores")
    scores: dict[str, float] = {}
    for name, value in given.items() if isinstance(given, dict) else ():
        try:
            told_score = value["summaryScore"]["value"] if isinstance(value, dict) else value
            score = float(told_score)
        except (KeyError, TypeError, ValueError):
            continue  # Another column, or a score that was not to be had.
        if 0.0 <= score <= 1.0:
            scores[str(name).upper()] = score
    return (text, scores) if scores else "it has no score from 0 to 1"
