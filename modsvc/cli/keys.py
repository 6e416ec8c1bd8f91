"""`modsvc key`: what sites and other systems call with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from modsvc.cli.admin import now
from modsvc.cli.opening import open_database, writing
from modsvc.core.answering import AKISMET_HOLDS, FLAGS_FROM, USUAL, Answering
from modsvc.errors import NotFound, SettingsInvalid

Command = Callable[..., None]
# The option that sets each field of Answering, or sets it to true.
FLAGS = {
    "keeps_comments": "--keep-comments",
    "unmeasured_as_zero": "--zeros",
    "ignores_images": "--ignore-images",
    "flags_from": "--flag-from",
    "akismet_hold": "--akismet-hold",
}


def answering(command: Command) -> Command:
    """Add the options that say how other systems' protocols answer a key."""
    for option in reversed(
        (
            click.option(
                "--keep-comments/--forget-comments",
                "keeps_comments",
                default=None,
                help="What is asked about becomes a comment, with a case where it is held.",
            ),
            click.option(
                "--zeros/--no-zeros",
                "unmeasured_as_zero",
                default=None,
                help="Perspective: what nothing here measures is 0, instead of refused.",
            ),
            click.option(
                "--ignore-images/--refuse-images",
                "ignores_images",
                default=None,
                help="OpenAI: images are left out, instead of refused.",
            ),
            click.option(
                "--flag-from",
                "flags_from",
                type=click.Choice(FLAGS_FROM),
                help="OpenAI: the mildest action that is `flagged`; hold unless told.",
            ),
            click.option(
                "--akismet-hold",
                "akismet_hold",
                type=click.Choice(AKISMET_HOLDS),
                help="Akismet: how what is held is answered; error-header unless told.",
            ),
        )
    ):
        command = option(command)
    return command


@click.group()
def key() -> None:
    """The keys that sites call with."""


@key.command("add")
@click.option("--site", "site_id", required=True, metavar="ID")
@click.option("--name", default="site", show_default=True, help="To tell keys apart in lists.")
@click.option("--scope", "scopes", multiple=True, help="May be repeated; all if left out.")
@click.option("--for-host-name", is_flag=True, help="Akismet: it can stand in a host name.")
@answering
def add_key(
    site_id: str,
    name: str,
    scopes: tuple[str, ...],
    *,
    for_host_name: bool,
    **told: str | bool | None,
) -> None:
    """Make a key and print it, once: only its digest is kept.

    The other options say how other systems' protocols answer it.
    """
    from modsvc.store import sites

    unknown = set(scopes) - set(sites.SCOPES)
    if unknown:
        raise SettingsInvalid(
            f"there is no scope {min(unknown)!r}; there are {', '.join(sites.SCOPES)}"
        )
    options: dict[str, Any] = {name: value for name, value in told.items() if value is not None}
    with writing() as db:
        new = sites.add_key(
            db,
            site_id,
            name,
            frozenset(scopes or sites.SCOPES),
            now(),
            Answering(**options),
            for_host_name=for_host_name,
        )
    click.echo(new)


@key.command("change")
@click.argument("prefix")
@click.option("--site", "site_id", required=True, metavar="ID")
@answering
def change_key(prefix: str, site_id: str, **told: str | bool | None) -> None:
    """Change how other systems' protocols answer a key, by its first characters."""
    from modsvc.store import sites

    options = {name: value for name, value in told.items() if value is not None}
    if not options:
        raise SettingsInvalid("say what to change; see: modsvc key change --help")
    with writing() as db:
        if not sites.change_key(db, site_id, _checked_prefix(prefix), **options):
            raise _no_such_key(site_id)
    click.echo("changed; it counts within a second")


@key.command("list")
@click.option("--site", "site_id", required=True, metavar="ID")
def list_keys(site_id: str) -> None:
    """List a site's keys by their first characters."""
    from modsvc.store import sites

    with open_database().read() as db:
        for each in sites.list_keys(db, site_id):
            state = f"revoked {each.revoked_at:%Y-%m-%d %H:%M}" if each.revoked_at else "good"
            scopes = " ".join(sorted(each.scopes))
            options = _options(each.answering)
            if secrets := len(sites.secrets_of(db, each.id)):
                options.append(f"{secrets} signing secret{'s'[: secrets != 1]}")
            said = ", ".join(options) or "-"
            click.echo(f"{each.prefix}…\t{each.name}\t{state}\t{scopes}\t{said}")


@key.command("revoke")
@click.argument("prefix")
@click.option("--site", "site_id", required=True, metavar="ID")
def revoke_key(prefix: str, site_id: str) -> None:
    """Revoke a key by its first characters, or by the whole."""
    from modsvc.store import sites

    with writing() as db:
        if not sites.revoke_keys(db, site_id, now(), prefix=_checked_prefix(prefix)):
            raise _no_such_key(site_id)
    click.echo("revoked; it stops working within a second")


@key.command("add-secret")
@click.argument("prefix")
@click.option("--site", "site_id", required=True, metavar="ID")
@click.option("--secret", prompt=True, hide_input=True, help="Asked for if left out.")
def add_secret(prefix: str, site_id: str, secret: str) -> None:
    """Let requests with a key be signed with a secret, such as Coral's; beside those it has."""
    from modsvc.store import sites

    if not secret.strip():
        raise SettingsInvalid("the secret is empty")
    with writing() as db:
        if not sites.add_secret(db, site_id, _checked_prefix(prefix), secret.strip(), now()):
            raise _no_such_key(site_id)
    click.echo("added; when the other side signs with it alone, drop the old one")


@key.command("drop-secret")
@click.argument("prefix")
@click.option("--site", "site_id", required=True, metavar="ID")
@click.option("--secret", prompt=True, hide_input=True, help="Asked for if left out.")
def drop_secret(prefix: str, site_id: str, secret: str) -> None:
    """Take a secret from a key; what is signed with it is refused at once."""
    from modsvc.store import sites

    with writing() as db:
        if not sites.drop_secret(db, site_id, _checked_prefix(prefix), secret.strip()):
            raise NotFound(f"no key of {site_id} that starts so has that secret")
    click.echo("dropped")


def _options(answering: Answering) -> list[str]:
    """Give the options by which a key is answered so, as they are written."""
    return [
        flag if getattr(answering, name) is True else f"{flag} {getattr(answering, name)}"
        for name, flag in FLAGS.items()
        if getattr(answering, name) != getattr(USUAL, name)
    ]


def _checked_prefix(prefix: str) -> str:
    from modsvc.store import sites

    if len(prefix) < sites.PREFIX_CHARS:
        raise SettingsInvalid(f"give at least the first {sites.PREFIX_CHARS} characters of the key")
    return prefix


def _no_such_key(site_id: str) -> NotFound:
    return NotFound(f"{site_id} has no good key that starts so; see: modsvc key list")
