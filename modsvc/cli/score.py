"""`modsvc score`: judges comments from a file, without a database."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from modsvc.errors import SettingsInvalid

if TYPE_CHECKING:
    from modsvc.core.comment import Comment

BATCH = 256
PIECE = 1 << 16


@click.command()
@click.argument("file", type=click.File("rb"), default="-")
@click.option(
    "--encoder",
    type=click.Choice(("all", "off")),
    help="Whether the second stage judges too; if left out, as MODSVC_ENCODER says.",
)
def score(file: BinaryIO, encoder: str | None) -> None:
    """Judge comments, one JSON object a line, by the model and the policy.

    A line in has `id` and `body`, and may have `article`, `parent` and `author`. A line out has
    `id`, `action`, `scores`, `reasons` and `model_version`, in the same order. A line that cannot
    be read becomes {"line": n, "error": …}, and the exit status is 1 at the end.
    """
    from modsvc.app import open_policy
    from modsvc.cli.opening import open_scorer
    from modsvc.config import Settings
    from modsvc.core.screening import screen_many

    if sys.stdout is None:
        raise SettingsInvalid("standard output is closed: there is nowhere to write to")
    settings = Settings.from_environment()
    policy, scorer = open_policy(settings), open_scorer(settings, encoder)
    out = sys.stdout.buffer
    bad = 0
    for batch in batches(read_comments(with_progress(file))):
        good = [comment for _, comment in batch if not isinstance(comment, str)]
        decisions = iter(screen_many(good, scorer=scorer, policy=policy))
        for number, comment in batch:
            if isinstance(comment, str):
                bad += 1
                out.write(line({"line": number, "error": comment}))
            else:
                out.write(line(answer(comment.id, next(decisions))))
        out.flush()
    if bad:
        click.echo(f"modsvc: {bad} line{'s'[: bad != 1]} could not be read", err=True)
        sys.exit(1)


def read_comments(lines: Iterable[bytes]) -> Iterator[tuple[int, Comment | str]]:
    """Read each line as a comment, or say in a sentence why it is none."""
    from modsvc.api.fields import IdOr
    from modsvc.api.lines import read_lines
    from modsvc.api.schemas import ArticleSchema, AuthorSchema, BareCommentSchema
    from modsvc.core.comment import Article, Author

    class LineSchema(BareCommentSchema):
        """A comment of which only the id and the body must be told."""

        article = IdOr(ArticleSchema, load_default=lambda: Article(""))
        author = IdOr(AuthorSchema, load_default=lambda: Author(""))

    return read_lines(lines, LineSchema())


def batches(
    lines: Iterator[tuple[int, Comment | str]],
) -> Iterator[list[tuple[int, Comment | str]]]:
    """Group what was read: many texts at once are scored far cheaper than one by one."""
    while batch := list(islice(lines, BATCH)):
        yield batch


def answer(comment_id: str, decision: Any) -> dict[str, object]:
    """Say a decision as the line that answers a comment."""
    from modsvc.api.answers import reason_answer
    from modsvc.core.decision import DIGITS

    return {
        "id": comment_id,
        "action": decision.action.word,
        "scores": {label: round(value, DIGITS) for label, value in decision.scores.items()},
        "reasons": [reason_answer(reason) for reason in decision.reasons],
        "model_version": decision.model_version,
    }


def line(value: object) -> bytes:
    """Write a value as a line of JSON."""
    import orjson

    return orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE)


def with_progress(
    file: BinaryIO, label: str = "scoring", *, pieces: bool = False
) -> Iterator[bytes]:
    """Give the file's lines, or pieces of it; on a terminal, with a bar that shows how far."""
    size, parts = _size(file), iter(partial(file.read, PIECE), b"") if pieces else file
    if size is None or not sys.stderr.isatty():
        yield from parts
        return
    with click.progressbar(length=size, label=label, file=sys.stderr) as bar:
        for text in parts:
            yield text
            bar.update(len(text))


def _size(file: BinaryIO) -> int | None:
    """Give a regular file's length in bytes; None for a pipe or a terminal."""
    import os
    import stat

    facts = os.fstat(file.fileno())
    return facts.st_size if stat.S_ISREG(facts.st_mode) else None
