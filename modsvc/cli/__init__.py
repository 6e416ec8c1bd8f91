"""The command `modsvc`. Each command imports what it needs when it runs: `--help` is quick."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from modsvc import __version__
from modsvc.cli import (
    admin,
    compare,
    demo,
    imports,
    keys,
    learn,
    opening,
    policy,
    schema,
    score,
    serve,
    verify,
    words,
)
from modsvc.errors import ModsvcError, StoreUnavailable


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="modsvc")
def commands() -> None:
    """Comment moderation that a news site runs itself.

    Settings are read from MODSVC_* environment variables; the README lists them.
    """


for command in (
    demo.demo,
    serve.serve,
    score.score,
    compare.compare,
    imports.import_comments,
    learn.learn_site,
    schema.migrate,
    admin.site,
    keys.key,
    admin.moderator,
    policy.policy,
    words.words,
    verify.model,
    verify.audit,
):
    commands.add_command(command)


def main() -> None:
    """Run the command line. What was refused on purpose is said in one line, with exit status 2."""
    if sys.stdin is None:  # Closed by whoever started us: there is nothing to read.
        sys.stdin = Path(os.devnull).open()  # noqa: SIM115  It lasts as long as we do.
    try:
        commands()
    except StoreUnavailable as error:
        click.echo(f"modsvc: {error}; the database is {opening.where()}", err=True)
        sys.exit(2)
    except ModsvcError as error:
        click.echo(f"modsvc: {error}", err=True)
        sys.exit(2)
    except OSError as error:
        # A full disk, say, or an output that was closed.
        click.echo(f"modsvc: {error.strerror or error}", err=True)
        # What could not be written would be tried once more at the very end, and said again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        sys.exit(2)
