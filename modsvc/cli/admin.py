"""`modsvc site` and `moderator`: who may do what."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click

from modsvc.cli.opening import open_database, writing
from modsvc.core.roles import ROLES
from modsvc.errors import NotFound, SettingsInvalid

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from modsvc.store.people import Moderator

LINK_LASTS = timedelta(hours=24)
NOBODY = "nobody"
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


@site.command("change")
@click.argument("site_id", metavar="ID")
@click.option(
    "--second-step-from",
    "role",
    required=True,
    type=click.Choice((*ROLES, NOBODY)),
    help="The least role that must log in with a second step.",
)
def change_site(site_id: str, role: str) -> None:
    """Change who must log in with a second step: a role and all above it, or nobody."""
    from modsvc.store import sites

    with writing() as db:
        if not sites.ask_second_step_from(db, site_id, None if role == NOBODY else role):
            raise NotFound(f"there is no site {site_id!r}")
    click.echo("changed; whoever has none yet is led to set it up, at once")


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

    _checked_role(role)
    hashed = _ask_for_password() if ask else None
    with writing() as db:
        new = people.add(db, name, now(), password_hash=hashed)
        for site_id in site_ids:
            people.join_site(db, new, site_id, role)
            people.note_change(db, site_id, "joined", now(), by=None, moderator=new, role=role)
        token = log_ins.make_link(db, new, now() + LINK_LASTS)
    click.echo(f"{url.rstrip('/')}/log-in/link/{token}")


@moderator.command("link")
@click.argument("name")
@click.option("--url", default="http://127.0.0.1:8080", show_default=True)
def make_link(name: str, url: str) -> None:
    """Print a new log-in link for a moderator; earlier ones stop working."""
    from modsvc.store import log_ins

    with writing() as db:
        found = _found(db, name)
        token = log_ins.make_link(db, found.id, now() + LINK_LASTS)
    click.echo(f"{url.rstrip('/')}/log-in/link/{token}")


@moderator.command("password")
@click.argument("name")
def set_password(name: str) -> None:
    """Give a moderator a new password; they are logged out everywhere."""
    from modsvc.store import log_ins, people

    hashed = _ask_for_password()
    with writing() as db:
        found = _found(db, name)
        people.set_password_hash(db, found.id, hashed)
        log_ins.end_sessions(db, found.id)
    click.echo("set; every session of theirs was ended")


@moderator.command("role")
@click.argument("name")
@click.argument("role")
@click.option("--site", "site_id", required=True, metavar="ID")
def give_role(name: str, role: str, site_id: str) -> None:
    """Let a moderator work at a site in a role, whatever they were there."""
    from modsvc.store import people

    _checked_role(role)
    with writing() as db:
        found = _found(db, name)
        people.join_site(db, found.id, site_id, role)
        people.note_change(db, site_id, "role", now(), by=None, moderator=found.id, role=role)
    click.echo(f"{name} is {role} of {site_id}")


@moderator.command("reset-totp")
@click.argument("name")
def reset_totp(name: str) -> None:
    """Take a moderator's second step away, for one who lost app and recovery codes.

    They are logged out everywhere, and log in by their password or by a link (moderator link).
    Make sure that it is they who ask.
    """
    from modsvc.store import log_ins, second_steps

    with writing() as db:
        found = _found(db, name)
        if not second_steps.turn_off(db, found.id):
            raise NotFound(f"{name!r} has no second step")
        log_ins.end_sessions(db, found.id)
    click.echo("taken away; every session of theirs was ended")


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


def _checked_role(role: str) -> None:
    if role not in ROLES:
        raise SettingsInvalid(f"there is no role {role!r}; there are {', '.join(ROLES)}")


def _found(db: Connection, name: str) -> Moderator:
    from modsvc.store import people

    found = people.find(db, name)
    if found is None:
        raise NotFound(f"there is no moderator {name!r}")
    return found


def _ask_for_password() -> str:
    from modsvc.services.passwords import hash_password

    try:
        return hash_password(click.prompt("Password", hide_input=True, confirmation_prompt=True))
    except ValueError as error:
        raise SettingsInvalid(str(error)) from None
