"""The load: wrk where it is installed, else a client of our own; both on a core of their own.

Each connection asks again once it is answered, so that the load goes by the server's pace: it shows
how much the server can do. `arrivals.py` makes one that goes by a clock.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.client import Connection, Target, read_lines
from benchmarks.harness import percentile

SERVER_CORE, CLIENT_CORE = 0, 1
SCRIPT = Path(__file__).with_name("post.lua")


@dataclass(frozen=True)
class Load:
    """What a load came to. `requests` counts those that were answered.

    `unanswered` counts those that the client no longer waited for: they are done all the same.
    """

    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float
    errors: int
    unanswered: int = 0

    @property
    def per_second(self) -> float:
        """Answers a second."""
        return self.requests / self.seconds


@contextmanager
def on_core(core: int) -> Iterator[None]:
    """Start processes inside the block to have them on that core; no-op where there is but one."""
    cores = os.sched_getaffinity(0)
    if core in cores and len(cores) > 1:
        os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)


def client_name() -> str:
    """Say which client makes the load."""
    return "wrk" if shutil.which("wrk") else "our own asyncio client (wrk is not installed)"


def post(target: Target, bodies: Path, tag: str, *, conns: int, seconds: float) -> Load:
    """POST over `conns` connections; `bodies` holds a JSON object without id a line."""
    url = f"http://127.0.0.1:{target.port}{target.path}"
    with on_core(CLIENT_CORE):
        if not shutil.which("wrk"):
            return asyncio.run(_post(target, bodies, tag, conns, seconds))
        command = ["wrk", "-t1", f"-c{conns}", f"-d{round(seconds)}s", "--timeout=30s"]
        script = ["-s", str(SCRIPT), url, "--", str(bodies), target.bearer]
        done = subprocess.run(
            [*command, *script, tag if target.with_ids else ""],
            capture_output=True,
            text=True,
            check=True,
        )
    return Load(**json.loads(done.stdout.splitlines()[-1]), unanswered=conns)


async def _post(target: Target, bodies: Path, tag: str, conns: int, seconds: float) -> Load:
    lines = read_lines(bodies)
    times: list[float] = []
    errors = 0
    start = time.perf_counter()

    async def one(number: int) -> None:
        nonlocal errors
        connection = await Connection.open(target)
        count = 0
        while time.perf_counter() - start < seconds:
            line = lines[(number + count * conns) % len(lines)]
            request = target.request(line, f"{tag}-{number}-{count}")
            count += 1
            asked = time.perf_counter()
            is_good = await connection.ask(request)
            times.append(time.perf_counter() - asked)
            errors += not is_good
        connection.close()

    await asyncio.gather(*(one(number) for number in range(conns)))
    p50, p99 = percentile(times, 0.5) * 1e3, percentile(times, 0.99) * 1e3
    return Load(len(times), time.perf_counter() - start, p50, p99, errors)
