"""A throw-away PostgreSQL server: real, empty, gone afterwards. Works as root and as anyone else."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import sqlalchemy as sa
from sqlalchemy.engine import URL

USER = "postgres"
# Speed for tests that are not about durability.
FAST = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off"


def binaries() -> Path | None:
    """Find the folder of the newest server's programs."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"),
        key=lambda path: int(re.search(r"/(\d+)/bin", str(path))[1]),
    )
    program = found[-1] if found else shutil.which("pg_ctl")
    return Path(program).parent if program else None


class Server:
    """A server that can be killed and started again."""

    def __init__(self, folder: Path, home: Path, options: str) -> None:
        self._folder, self._home = folder, home
        with socket.socket() as probe:  # A free port; never a fixed one.
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self._options = (
            f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={home} {options}"
        )
        self.url = URL.create(
            "postgresql+psycopg", USER, host="127.0.0.1", port=port, database="postgres"
        )

    def start(self) -> None:
        self._control("-w", "-l", f"{self._home}/log", "-o", self._options, "start")

    def stop(self) -> None:
        """Stop at once, as a crash would."""
        self._control("-m", "immediate", "stop")

    def _control(self, *arguments: str) -> None:
        _as_owner([f"{self._folder}/pg_ctl", "-D", f"{self._home}/data", *arguments])

    def make(self) -> None:
        encoding = ["-A", "trust", "-U", USER, "-N", "-E", "UTF8", "--locale=C.UTF-8"]
        _as_owner([f"{self._folder}/initdb", "-D", f"{self._home}/data", *encoding])


@contextmanager
def server(options: str = FAST) -> Iterator[Server]:
    """Run a server for as long as the block lasts."""
    folder = binaries()
    assert folder is not None, "no PostgreSQL: apt-get install postgresql"
    home = Path(tempfile.mkdtemp(prefix="modsvc-pg-"))
    if os.geteuid() == 0:
        shutil.chown(home, USER)
    try:
        running = Server(folder, home, options)
        running.make()
        running.start()
        try:
            yield running
        finally:
            running.stop()
    finally:
        shutil.rmtree(home, ignore_errors=True)


class Lent:
    """Databases that tests have one after the other: to empty one is far quicker than to make one.

    Each is a copy of a template, and back in its first state whenever it is lent.
    """

    def __init__(self, server: URL, template: str) -> None:
        self._server, self._template = server, template
        self._free: list[str] = []
        self._insides: dict[str, psycopg.Connection] = {}
        with _inside(self._at(template)) as db:
            self._first = db.execute(_SHAPE).fetchone()

    @contextmanager
    def lend(self) -> Iterator[str]:
        """Give a database's URL for as long as the block lasts."""
        name = self._free.pop() if self._free else self._made()
        try:
            yield self._at(name).render_as_string(hide_password=False)
        finally:
            self._take_back(name)

    def _made(self) -> str:
        name = f"t_{uuid.uuid4().hex[:12]}"
        with admin(self._server) as db:
            db.exec_driver_sql(f'CREATE DATABASE "{name}" TEMPLATE "{self._template}"')
        # Kept, since a connection costs more than all that is asked on it.
        self._insides[name] = _inside(self._at(name))
        return name

    def _take_back(self, name: str) -> None:
        db = self._insides[name]
        db.execute(_END_OTHERS)
        if db.execute(_SHAPE).fetchone() == self._first:
            db.execute(_EMPTY)
            self._free.append(name)
            return
        self._insides.pop(name).close()
        with admin(self._server) as server:
            server.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')

    def close(self) -> None:
        for db in self._insides.values():
            db.close()

    def _at(self, name: str) -> URL:
        return self._server.set(database=name)


def _inside(url: URL) -> psycopg.Connection:
    return psycopg.connect(
        host=url.host, port=url.port, user=url.username, dbname=url.database, autocommit=True
    )


_END_OTHERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
# What a test may have changed beside rows: tables, their columns, constraints and triggers.
_SHAPE = """
    SELECT md5(string_agg(part, ',' ORDER BY part)) FROM (
        SELECT format('%s %s %s', relname, relkind, relnatts) FROM pg_class
            WHERE relnamespace = 'public'::regnamespace
        UNION ALL SELECT format('%s %s', tgname, tgenabled) FROM pg_trigger
        UNION ALL SELECT conname::text FROM pg_constraint
    ) parts (part)
"""
# No trigger and no foreign key speaks up meanwhile.
_EMPTY = """
    SET session_replication_role = replica;
    DO $$ DECLARE name text; BEGIN
        FOR name IN SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
                AND relkind = 'r' AND relname <> 'alembic_version'
            LOOP EXECUTE format('DELETE FROM %I', name); END LOOP;
        FOR name IN SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
                AND relkind = 'S'
            LOOP PERFORM setval(format('%I', name)::regclass, 1, false); END LOOP;
    END $$
"""


@contextmanager
def admin(url: URL) -> Iterator[sa.Connection]:
    """Connect for what cannot be done in a transaction: making and dropping databases."""
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _as_owner(command: list[str]) -> None:
    if os.geteuid() == 0:  # The server refuses to run as root.
        command = ["runuser", "-u", USER, "--", *command]
    # Not captured by pipe: the server would inherit it and keep it open.
    done = subprocess.run(command, check=False, stdout=subprocess.DEVNULL, cwd="/")
    assert done.returncode == 0, f"{command[-1]} failed"
