"""`modsvc site`, `key` and `moderator`: who may do what."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from modsvc.cli.opening import open_database, writing
from modsvc.errors import NotFound, SettingsInvalid

Command = Callable[..., None]
LINK_LASTS = timedelta(hours=24)
SITE_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


def now() -> datetime:
    """Give the present moment."""
    return datetime.now(UTC)


@click.group()
def site() -> None:
    """The news sites that are served."""


@site.command("add")
@click.argument("site_id", metavar="ID")
@click.option("--name", help="What moderators see; the id if left out.")
def add_site(site_id: str, name: str | None) -> None:
    """Add a site."""
    from modsvc.store import sites

    if not SITE_ID.fullmatch(site_id):
        raise SettingsInvalid(
            f"{site_id!r} is no id for a site: use small letters, digits and hyphens, at most 63"
        )
    with writing() as db:
        sites.add_site(db, site_id, name or site_id, now())
    click.echo(f"added {site_id}; now give it a key: modsvc key add --site {site_id}")


@site.command("list")
def list_sites() -> None:
    """List the sites."""
    from modsvc.store import sites

    with open_database().read() as db:
        for each in sites.list_sites(db):
            click.echo(f"{each.id}\t{each.name}")


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
                type=click.Choice(("hold", "reject")),
                help="OpenAI: the mildest action that is `flagged`; hold unless told.",
            ),
            click.option(
                "--akismet-hold",
                "akismet_hold",
                type=click.Choice(("error-header", "ham", "spam")),
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
            sites.Answering(**options),
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

    usual = asdict(sites.Answering())
    with open_database().read() as db:
        for each in sites.list_keys(db, site_id):
            state = f"revoked {each.revoked_at:%Y-%m-%d %H:%M}" if each.revoked_at else "good"
            scopes = " ".join(sorted(each.scopes))
            answering = ", ".join(
                name if value is True else f"{name}={value}"
                for name, value in asdict(each.answering).items()
                if value != usual[name]
            )
            click.echo(f"{each.prefix}…\t{each.name}\t{state}\t{scopes}\t{answering or '-'}")


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


def _checked_prefix(prefix: str) -> str:
    from modsvc.store import sites

    if len(prefix) < sites.PREFIX_CHARS:
        raise SettingsInvalid(f"give at least the first {sites.PREFIX_CHARS} characters of the key")
    return prefix


def _no_such_key(site_id: str) -> NotFound:
    return NotFound(f"{site_id} has no good key that starts so; see: modsvc key list")


@click.group()
def moderator() -> None:
    """The people who judge held comments."""


@moderator.command("add")
@click.argument("name")
@click.option("--site", "site_ids", required=True, multiple=True, metavar="ID")
@click.option("--role", default="moderator", show_default=True)
@click.option("--password", "ask", is_flag=True, help="Ask for a password.")
@click.option("--url", default="http://127.0.0.1:8080", show_default=True, help="For the link.")
def add_moderator(name: str, site_ids: tuple[str, ...], role: str, url: str, *, ask: bool) -> None:
    """Add a moderator and print a log-in link that works once within a day."""
    from modsvc.store import log_ins, people

    if role not in people.ROLES:
        raise SettingsInvalid(f"there is no role {role!r}; there are {', '.join(people.ROLES)}")
    hashed = _ask_for_password() if ask else None
    with writing() as db:
        new = people.add(db, name, now(), password_hash=hashed)
        for site_id in site_ids:
            people.join_site(db, new, site_id, role)
        token = log_ins.make_link(db, new, now() + LINK_LASTS)
    click.echo(f"{url.rstrip('/')}/log-in/link/{token}")


@moderator.command("link")
@click.argument("name")
@click.option("--url", default="http://127.0.0.1:8080", show_default=True)
def make_link(name: str, url: str) -> None:
    """Print a new log-in link for a moderator; earlier ones stop working."""
    from modsvc.store import log_ins, people

    with writing() as db:
        found = people.find(db, name)
        if found is None:
            raise NotFound(f"there is no moderator {name!r}")
        token = log_ins.make_link(db, found.id, now() + LINK_LASTS)
    click.echo(f"{url.rstrip('/')}/log-in/link/{token}")


@moderator.command("password")
@click.argument("name")
def set_password(name: str) -> None:
    """Give a moderator a new password; they are logged out everywhere."""
    from modsvc.store import log_ins, people

    hashed = _ask_for_password()
    with writing() as db:
        found = people.find(db, name)
        if found is None:
            raise NotFound(f"there is no moderator {name!r}")
        people.set_password_hash(db, found.id, hashed)
        log_ins.end_sessions(db, found.id)
    click.echo("set; every session of theirs was ended")


@moderator.command("list")
def list_moderators() -> None:
    """List the moderators, their sites and roles."""
    from modsvc.store import people

    with open_database().read() as db:
        for name, site_id, role, disabled_at in people.list_all(db):
            state = f"disabled {disabled_at:%Y-%m-%d %H:%M}" if disabled_at else "active"
            click.echo(f"{name}\t{site_id or '-'}\t{role or '-'}\t{state}")


@moderator.command("disable")
@click.argument("name")
def disable_moderator(name: str) -> None:
    """Shut a moderator out, at once and everywhere."""
    from modsvc.store import people

    with writing() as db:
        people.disable(db, name, now())
    click.echo(f"{name} is shut out")


def _ask_for_password() -> str:
    from modsvc.services.log_in import hash_password

    try:
        return hash_password(click.prompt("Password", hide_input=True, confirmation_prompt=True))
    except ValueError as error:
        raise SettingsInvalid(str(error)) from None
