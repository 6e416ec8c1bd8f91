"""`modsvc words`: what a site holds and rejects comments for, however it is spelled."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TextIO

import click

from modsvc.cli.admin import now
from modsvc.cli.opening import open_database, writing
from modsvc.errors import NotFound, SettingsInvalid

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.engine import Connection

    from modsvc.core.word_lines import Usual, Wanted
    from modsvc.store.words import Line

ACTION = click.option(
    "--action",
    type=click.Choice(("hold", "reject")),
    default="hold",
    show_default=True,
    help="What becomes of a comment that has it.",
)
LANGUAGE = click.option(
    "--language", default="", metavar="CODE", help="Such as en or he; any if left out."
)
NOTE = click.option("--note", default="", help="Why; moderators read it.")
LAST_DAY = click.option("--last-day", default="", metavar="YYYY-MM-DD", help="In UTC.")
SITE = click.option("--site", "site_id", required=True, metavar="ID")


@click.group()
def words() -> None:
    """What a site holds and rejects comments for, however it is spelled."""


@words.command("list")
@SITE
@click.option("--hits", is_flag=True, help="Say too in how many comments each was found.")
def list_words(site_id: str, *, hits: bool) -> None:
    """Print a site's words, one on each line, as `import` reads them."""
    with open_database().read() as db:
        for line in _all(db, site_id):
            day = _last_day(line)
            cells = [line.phrase, line.action.word, line.language, " ".join(line.note.split()), day]
            if hits:
                cells += [str(line.hits), str(line.last_hit or "")]
            click.echo("\t".join(cells))


@words.command("add")
@click.argument("phrases", nargs=-1, required=True, metavar="PHRASE...")
@SITE
@ACTION
@LANGUAGE
@NOTE
@LAST_DAY
def add(
    phrases: tuple[str, ...], site_id: str, action: str, language: str, note: str, last_day: str
) -> None:
    """Add words or phrases, looked for from the next comment on."""
    from modsvc.core.word_lines import Refused, Wanted, read_phrase
    from modsvc.core.words import Entry

    usual = _usual(action, language, note, last_day)
    wanted = []
    for phrase in phrases:
        try:
            entry = Entry(read_phrase(phrase), usual.action, usual.language, usual.ends_at)
        except Refused as error:
            raise SettingsInvalid(f"{phrase!r} {error}; nothing was added") from None
        wanted.append(Wanted(entry, usual.note))
    _add(site_id, wanted)


@words.command("remove")
@click.argument("phrases", nargs=-1, required=True, metavar="PHRASE...")
@SITE
@LANGUAGE
def remove(phrases: tuple[str, ...], site_id: str, language: str) -> None:
    """Remove words or phrases, in every language unless one is named."""
    from modsvc.store import words

    with writing() as db:
        ids = []
        for phrase in phrases:
            found = [
                line.id
                for line in words.page(db, site_id, search=phrase, limit=None)
                if line.phrase == phrase and language in ("", line.language)
            ]
            if not found:
                raise NotFound(f"{phrase!r} is not on the list of {site_id}; nothing was removed")
            ids += found
        gone = words.remove(db, site_id, ids, by=None, now=now())
    click.echo(f"removed {len(gone)}")


@words.command("import")
@click.argument("file", type=click.File("r", encoding="utf-8-sig"), required=False)
@SITE
@click.option("--seed", metavar="LANGUAGE", help="In place of FILE, a list of ours.")
@ACTION
@LANGUAGE
@NOTE
@LAST_DAY
def import_words(
    file: TextIO | None,
    site_id: str,
    seed: str | None,
    action: str,
    language: str,
    note: str,
    last_day: str,
) -> None:
    """Add the words of FILE, a phrase on each line, or a list to begin with.

    A line may have five columns with tabs between them: phrase, hold or reject, the language's
    code, a note, and the last day. What it leaves out is as the options say. If any line cannot be
    used none is: each such is named, and the exit status is 1.
    """
    from modsvc.core.word_lines import read_lines

    if (file is None) == (seed is None):
        raise SettingsInvalid("name a file, or say --seed LANGUAGE")
    usual = _usual(action, language or seed or "", note, last_day)
    try:
        text = file.read() if file is not None else "\n".join(_seed(seed or ""))
    except UnicodeDecodeError as error:
        raise SettingsInvalid(f"{file.name if file else ''} is not UTF-8: {error.reason}") from None
    wanted, mistakes = read_lines(text, usual, now().date(), most=sys.maxsize)
    if mistakes:
        for mistake in mistakes:
            click.echo(f"line {mistake.line} {mistake.why}", err=True)
        click.echo(f"nothing was added: {len(mistakes)} of the lines cannot be used", err=True)
        sys.exit(1)
    _add(site_id, wanted)


def _usual(action: str, language: str, note: str, last_day: str) -> Usual:
    from modsvc.core.word_lines import (
        Refused,
        Usual,
        read_action,
        read_language,
        read_last_day,
        read_note,
    )

    try:
        return Usual(
            read_action(action),
            read_language(language),
            read_note(note),
            read_last_day(last_day, now().date()),
        )
    except Refused as error:
        raise SettingsInvalid(f"the command {error}; nothing was added") from None


def _seed(language: str) -> list[str]:
    from modsvc.words import read_seed, seeds

    if language not in seeds():
        there = ", ".join(seeds())
        raise NotFound(f"there is no list to begin with for {language!r}; there are {there}")
    return read_seed(language)


def _add(site_id: str, wanted: list[Wanted]) -> None:
    from modsvc.services.edit_words import add_new

    with writing() as db:
        done = add_new(db, site_id, wanted, lexicon=None, by=None, now=now())
    known = f", on the list already and left as it is: {len(done.known)}" if done.known else ""
    click.echo(f"added {len(done.added)}{known}")


def _all(db: Connection, site_id: str) -> Iterator[Line]:
    from modsvc.store import policies, words

    policies.standing(db, site_id)  # A site that is not there is named.
    yield from words.page(db, site_id, limit=None)


def _last_day(line: Line) -> str:
    from modsvc.core.word_lines import last_day

    return last_day(line.ends_at).isoformat() if line.ends_at else ""
