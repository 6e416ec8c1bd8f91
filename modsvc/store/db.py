"""Connections: one engine a process, reads and writes apart, driver errors wrapped once."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.engine import URL, Connection, Engine, make_url

from modsvc.errors import SchemaOutdated, SettingsInvalid, StoreUnavailable
from modsvc.store.forking import at_fork

BUSY_TIMEOUT_MS = 5_000
CONNECT_TIMEOUT_S = 3
# One for each thread that serves, the writer, and some to spare; opened as they are needed.
POOL_SIZE = 24
# PostgreSQL gives up rather than hang; one stuck statement must not take the threads with it.
PG_OPTIONS = (
    "-c synchronous_commit=on -c timezone=UTC -c lock_timeout=2s -c statement_timeout=5s "
    "-c idle_in_transaction_session_timeout=30s"
)

# What a statement or a value of ours can cause, and no state of the database: bugs, and loud.
NO_SUCH_TABLE = "42P01"  # PostgreSQL's code; SQLite calls it an operational error.
OUR_MISTAKES = (exc.DataError, exc.IntegrityError, exc.NotSupportedError, exc.ProgrammingError)


class Database:
    """A database by its URL; nothing is opened until the first read or write.

    Raises
    ------
    SettingsInvalid
        The URL cannot be read, or names a database we do not speak.
    """

    def __init__(self, url: str) -> None:
        self.url = _checked(url)
        self.engine = _sqlite(self.url) if self.is_sqlite else _postgres(self.url)
        at_fork(self._leave_to_parent)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is a SQLite file, and not PostgreSQL."""
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Open a transaction that only reads.

        Raises
        ------
        StoreUnavailable
            The database cannot be reached.
        """
        with self._transaction("BEGIN") as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Open a transaction that writes: committed at the end, or undone when anything raises.

        Raises
        ------
        StoreUnavailable
            The database cannot be reached or written; nothing was done.
        """
        # SQLite takes its one write lock at once, and so never finds out too late.
        with self._transaction("BEGIN IMMEDIATE") as connection:
            yield connection

    @contextmanager
    def _transaction(self, sqlite_begin: str) -> Iterator[Connection]:
        with wrapped(), self.engine.connect() as connection, connection.begin():
            if self.is_sqlite:
                self._see_that_it_is_there(connection)
                # Said here and not by a listener: one listener would cost every statement a tenth.
                connection.exec_driver_sql(sqlite_begin)
            yield connection
            if self.is_sqlite:
                self._see_that_it_is_there(connection)

    def _see_that_it_is_there(self, connection: Connection) -> None:
        """Refuse a SQLite file that was moved or removed: it still takes writes, for nobody."""
        try:
            facts = os.stat(self._path)  # noqa: PTH116  Twice a write: a Path costs more than the call.
            here = (facts.st_dev, facts.st_ino)
        except OSError:
            here = None
        if here is None or connection.info.setdefault("file", here) != here:
            connection.invalidate()
            raise StoreUnavailable("the database's file was moved or removed; nothing was done")

    @property
    def _path(self) -> str:
        return str(self.url.database)

    def create(self) -> None:
        """Make an empty SQLite file where there is none; PostgreSQL's databases are its own.

        Raises
        ------
        SettingsInvalid
            There can be no file there.
        """
        if not self.is_sqlite:
            return
        try:
            Path(self._path).parent.mkdir(parents=True, exist_ok=True)
            Path(self._path).touch()
        except OSError as error:
            raise SettingsInvalid(
                f"MODSVC_DATABASE_URL names the file {self._path}, which cannot be written: "
                f"{error.strerror}"
            ) from None

    def now(self, connection: Connection) -> datetime:
        """Tell the database's time: the one clock between processes."""
        if self.is_sqlite:
            return datetime.now(UTC)  # The database is this machine.
        return connection.execute(sa.select(sa.func.clock_timestamp())).scalar_one()  # type: ignore[no-any-return]  # SQLAlchemy types no function it does not know.

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    def _leave_to_parent(self) -> None:
        # Open connections do not cross a fork: both would talk on the same one.
        self.engine.dispose(close=False)


@contextmanager
def wrapped() -> Iterator[None]:
    """Turn a driver's failure into StoreUnavailable, without its message: that may quote rows."""
    try:
        yield
    except (exc.DBAPIError, exc.TimeoutError) as error:
        cause = getattr(error, "orig", None) or error
        if getattr(cause, "sqlstate", None) == NO_SUCH_TABLE:
            raise SchemaOutdated("a table is missing; run: modsvc migrate") from None
        if isinstance(error, OUR_MISTAKES):
            raise
        kind = type(cause).__name__
        raise StoreUnavailable(f"the database cannot be used ({kind}); nothing was done") from None


def _checked(text: str) -> URL:
    try:
        url = make_url(text)
    except (exc.ArgumentError, ValueError):
        raise SettingsInvalid(
            "MODSVC_DATABASE_URL is not a database URL; write sqlite:///file or "
            "postgresql://user:password@host/name"
        ) from None
    backend = url.get_backend_name()
    if backend == "postgres":
        url, backend = url.set(drivername="postgresql+psycopg"), "postgresql"
    if backend == "postgresql":
        return url.set(drivername="postgresql+psycopg")
    if backend != "sqlite" or not url.database or url.database == ":memory:":
        raise SettingsInvalid(
            f"MODSVC_DATABASE_URL names {url.render_as_string()!r}: modsvc keeps its data in a "
            "SQLite file (sqlite:///modsvc.db) or in PostgreSQL (postgresql://…)"
        )
    return url


def _sqlite(url: URL) -> Engine:
    path = quote(str(Path(str(url.database)).absolute()))

    def connect() -> sqlite3.Connection:
        # Never made by opening it: a file that went missing must not come back empty.
        return sqlite3.connect(f"file:{path}?mode=rw", uri=True, check_same_thread=False)

    engine = sa.create_engine(
        url,
        creator=connect,
        pool_size=POOL_SIZE,
        max_overflow=0,
        pool_timeout=CONNECT_TIMEOUT_S,
    )

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # We say BEGIN ourselves, above.
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        cursor.execute("PRAGMA journal_mode=WAL")
        # Every commit reaches the disk before it is answered, a power cut notwithstanding.
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        # Erased means overwritten, not merely unlinked.
        cursor.execute("PRAGMA secure_delete=ON")
        cursor.close()

    return engine


def _postgres(url: URL) -> Engine:
    try:
        return sa.create_engine(
            url,
            pool_pre_ping=True,
            pool_size=POOL_SIZE,
            max_overflow=0,
            pool_timeout=CONNECT_TIMEOUT_S,
            connect_args={"connect_timeout": CONNECT_TIMEOUT_S, "options": PG_OPTIONS},
        )
    except ModuleNotFoundError:
        raise SettingsInvalid(
            "PostgreSQL needs its driver: install modsvc with the extra, modsvc[postgres]"
        ) from None
