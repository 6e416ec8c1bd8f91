"""Connections: one engine a process, reads and writes apart, driver errors wrapped once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.engine import URL, Connection, Engine, make_url

from modsvc.errors import SettingsInvalid, StoreUnavailable

BUSY_TIMEOUT_MS = 5_000
CONNECT_TIMEOUT_S = 3
# PostgreSQL gives up rather than hang; one stuck statement must not take the threads with it.
PG_OPTIONS = (
    "-c synchronous_commit=on -c timezone=UTC -c lock_timeout=2s -c statement_timeout=5s "
    "-c idle_in_transaction_session_timeout=30s"
)


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
        with wrapped(), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Open a transaction that writes: committed at the end, or undone when anything raises.

        Raises
        ------
        StoreUnavailable
            The database cannot be reached or written; nothing was done.
        """
        with wrapped(), self.engine.connect() as connection:
            # SQLite takes its one write lock at once, and so never finds out too late.
            connection.execution_options(modsvc_begin="BEGIN IMMEDIATE")
            with connection.begin():
                yield connection

    def now(self, connection: Connection) -> datetime:
        """Tell the database's time: the one clock between processes."""
        if self.is_sqlite:
            return datetime.now(UTC)  # The database is this machine.
        return connection.execute(sa.select(sa.func.clock_timestamp())).scalar_one()  # type: ignore[no-any-return]  # SQLAlchemy types no function it does not know.

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


@contextmanager
def wrapped() -> Iterator[None]:
    """Turn a driver's failure into StoreUnavailable, without its message: that may quote rows."""
    try:
        yield
    except (exc.OperationalError, exc.InterfaceError, exc.InternalError, exc.TimeoutError) as error:
        kind = type(getattr(error, "orig", None) or error).__name__
        raise StoreUnavailable(f"the database cannot be used ({kind}); nothing was done") from None


def _checked(text: str) -> URL:
    try:
        url = make_url(text)
    except exc.ArgumentError:
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
    Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(url, connect_args={"check_same_thread": False})

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # We say BEGIN ourselves, below.
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        cursor.execute("PRAGMA journal_mode=WAL")
        # Every commit reaches the disk before it is answered, a power cut notwithstanding.
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        # Erased means overwritten, not merely unlinked.
        cursor.execute("PRAGMA secure_delete=ON")
        cursor.close()

    @sa.event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        connection.exec_driver_sql(options.get("modsvc_begin", "BEGIN"))

    return engine


def _postgres(url: URL) -> Engine:
    try:
        return sa.create_engine(
            url,
            pool_pre_ping=True,
            pool_size=8,
            max_overflow=24,
            pool_timeout=CONNECT_TIMEOUT_S,
            connect_args={"connect_timeout": CONNECT_TIMEOUT_S, "options": PG_OPTIONS},
        )
    except ModuleNotFoundError:
        raise SettingsInvalid(
            "PostgreSQL needs its driver: install modsvc with the extra, modsvc[postgres]"
        ) from None
