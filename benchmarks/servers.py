"""Both services, started alike: one process on one core, on a migrated database of its own."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from benchmarks.load import SERVER_CORE, on_core
from modsvc.app import DEFAULT_POLICY
from modsvc.store import schema, sites
from modsvc.store.db import Database
from modsvc.store.tables import decisions

START_WITHIN_S = 60
SITE = "gazette"
BIN = Path(sys.executable).parent
ROOT = Path(__file__).parents[1]
COMMANDS = {
    "modsvc": [BIN / "modsvc", "serve", "--bind", "127.0.0.1:{port}"],
    # As most people serve Flask; as many threads as keep its one core busy.
    "reference": [
        *(BIN / "gunicorn", "-w1", "-kgthread", "--threads=8", "-b127.0.0.1:{port}"),
        *("--log-level=error", "benchmarks.reference:create_app()"),
    ],
}


@dataclass(frozen=True)
class Running:
    """A service that answers."""

    name: str
    port: int
    key: str
    database: Database
    pid: int
    ready_after_s: float

    def stored(self) -> int:
        """Count the decisions in its database."""
        with self.database.read() as db:
            return db.execute(sa.select(sa.func.count()).select_from(decisions)).scalar_one()

    def cpu_s(self) -> float:
        """Give the processor seconds its processes have used so far."""
        ticks = sum(sum(map(int, _stat(pid)[11:13])) for pid in _family(self.pid))
        return ticks / os.sysconf("SC_CLK_TCK")

    def memory_mib(self) -> float:
        """Give its processes' memory, shared pages counted in shares (PSS)."""
        return sum(map(_pss_mib, _family(self.pid)))


def patient_policy(folder: Path) -> Path:
    """Write the default policy, but that one author may send as much, and as like, as they can."""
    text = DEFAULT_POLICY.read_text(encoding="utf-8")
    for line, instead in (
        (r"^(max_(?:author|article|address|others)_\w+) = \d+$", r"\1 = 1000000"),
        (r'^("repeats.rejected"|"author.rejections") .*$', r"\1 = {}"),
        (r"^(earned_rate) = .*$", r"\1 = 1.0"),
    ):
        text = re.sub(line, instead, text, flags=re.MULTILINE)
    path = folder / "patient.toml"
    path.write_text(text, encoding="utf-8")
    return path


@contextmanager
def serving(
    folder: Path, name: str, *, encoder: str = "off", url: str | None = None
) -> Iterator[Running]:
    """Run a service for as long as the block lasts.

    The usual design has no encoder: where the two are compared both judge by the linear model.

    Parameters
    ----------
    url : str or None
        Names a database that was filled before, and has the site; else an empty one is made.
    """
    database = Database(url or f"sqlite:///{folder / name}.db")
    schema.migrate(database)
    now = datetime.now(UTC)
    with database.write() as db:
        if url is None:
            sites.add_site(db, SITE, "The Gazette", now)
        key = sites.add_key(db, SITE, "benchmark", frozenset(sites.SCOPES), now)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ,
        "MODSVC_DATABASE_URL": database.url.render_as_string(hide_password=False),
        "MODSVC_LOG_LEVEL": "error",
        "MODSVC_ENCODER": encoder,
        "MODSVC_POLICY": str(patient_policy(folder)),
    }
    with on_core(SERVER_CORE), (folder / f"{name}.log").open("wb") as log:
        start = time.perf_counter()
        process = subprocess.Popen(
            [str(part).format(port=port) for part in COMMANDS[name]],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        _wait_until_ready(process, port, folder / f"{name}.log")
        ready = time.perf_counter() - start
        yield Running(name, port, key, database, process.pid, ready)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(START_WITHIN_S)
        database.close()


@contextmanager
def serving_both(folder: Path) -> Iterator[dict[str, Running]]:
    """Run both; the one that is not asked costs nothing."""
    with ExitStack() as stack:
        yield {name: stack.enter_context(serving(folder, name)) for name in COMMANDS}


def _wait_until_ready(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + START_WITHIN_S
    while time.monotonic() < until and process.poll() is None:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=START_WITHIN_S)
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.005)
        finally:
            connection.close()
    raise RuntimeError(f"it did not start: {log.read_text(encoding='utf-8')[-2_000:]}")


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [pid, *(each for child in children for each in _family(int(child)))]


def _stat(pid: int) -> list[str]:
    """Give what /proc says of a process after its name, which may hold anything."""
    return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(") ")[2].split()


def _pss_mib(pid: int) -> float:
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    line = next(line for line in rollup.splitlines() if line.startswith("Pss:"))
    return int(line.split()[1]) / 1024
