"""`modsvc serve`: the service itself, on granian."""

from __future__ import annotations

import os
import signal
import socket
from functools import partial
from typing import TYPE_CHECKING

import click

from modsvc.errors import SettingsInvalid

if TYPE_CHECKING:
    from flask import Flask

    from modsvc.config import Settings

# Requests wait for the writer's commit, not for the processor: a batch of them shares one flush.
THREADS = 16
STOP_WITHIN_S = 30


@click.command()
@click.option(
    "--bind",
    default="127.0.0.1:8080",
    show_default=True,
    envvar="MODSVC_BIND",
    metavar="HOST:PORT",
    help="Where to listen.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    envvar="MODSVC_WORKERS",
    help="Processes: one on SQLite, which has one writer; about one a core on PostgreSQL.",
)
@click.option("--no-migrate", is_flag=True, help="Refuse to start on an older schema.")
def serve(bind: str, workers: int, *, no_migrate: bool) -> None:
    """Serve sites and moderators.

    Brings the database's schema to this version's first, unless told not to.
    """
    from modsvc.app import open_policy
    from modsvc.config import Settings
    from modsvc.services.judge_late import try_again
    from modsvc.store import schema
    from modsvc.store.db import Database

    host, port = parse_bind(bind)
    check_free(host, port)
    settings = Settings.from_environment()
    # Seen here once and in one line, rather than by every worker.
    open_policy(settings)
    database = Database(settings.database_url)
    if database.is_sqlite and workers > 1:
        click.echo("modsvc: SQLite has one writer, and more workers wait for each other", err=True)
    if no_migrate:
        schema.check(database)
    else:
        schema.migrate(database)
    if count := try_again(database):
        click.echo(f"modsvc: trying again to judge {count} comments by both stages", err=True)
    database.close()
    run(settings, host, port, workers)


def run(settings: Settings, host: str, port: int, workers: int) -> None:
    """Serve until told to stop. In-flight requests are answered first."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    from modsvc import logs

    logs.configure(settings.log_level)
    os.register_at_fork(after_in_child=_stop_when_told)
    server = Granian(
        "modsvc.wsgi:app",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        backpressure=4 * THREADS,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_WITHIN_S,
        log_level=LogLevels.error,
        log_dictconfig=logs.dictconfig(settings.log_level),
    )
    server.serve(target_loader=partial(load, settings))


def _stop_when_told() -> None:
    """Let a worker that is still loading end when it is told to stop.

    Granian gives a worker its own handler once the application is there. Until then a forked one
    has the handler of the process it came from, which takes note and goes on: it would load, serve,
    and be killed in the end.
    """
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def load(settings: Settings, _target: str) -> Flask:
    """Build the application in a worker."""
    from modsvc.app import create_app
    from modsvc.lasting import keep_out_of_collections

    app = create_app(settings)
    keep_out_of_collections()
    app.extensions["modsvc"].start()
    return app


def parse_bind(bind: str) -> tuple[str, int]:
    """Read HOST:PORT; an IPv6 address stands in brackets.

    Raises
    ------
    SettingsInvalid
        It is something else.
    """
    host, _, port = bind.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not host or not port.isascii() or not port.isdigit() or int(port) > 65_535:
        raise SettingsInvalid(f"{bind!r} is not HOST:PORT, such as 127.0.0.1:8080")
    return host, int(port)


def check_free(host: str, port: int) -> None:
    """See that nobody listens there yet.

    Raises
    ------
    SettingsInvalid
        Somebody does, or the address is not this machine's.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        reason = error.strerror or "it is no address"
        raise SettingsInvalid(f"cannot listen on {host}:{port}: {reason}") from None
