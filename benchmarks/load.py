"""The load: wrk where it is installed, else a client of our own; both on a core of their own."""

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

from benchmarks.harness import percentile

SERVER_CORE, CLIENT_CORE = 0, 1
SCRIPT = Path(__file__).with_name("post.lua")


@dataclass(frozen=True)
class Load:
    """What a load came to. `requests` counts those that were answered."""

    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float
    errors: int

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


def post(port: int, key: str, bodies: Path, tag: str, *, conns: int, seconds: float) -> Load:
    """POST comments over `conns` connections; `bodies` holds a JSON object without id a line."""
    url = f"http://127.0.0.1:{port}/v1/comments"
    with on_core(CLIENT_CORE):
        if not shutil.which("wrk"):
            return asyncio.run(_post(port, key, bodies, tag, conns, seconds))
        command = ["wrk", "-t1", f"-c{conns}", f"-d{round(seconds)}s", "-s", str(SCRIPT), url, "--"]
        done = subprocess.run(
            [*command, bodies, key, tag], capture_output=True, text=True, check=True
        )
    return Load(**json.loads(done.stdout.splitlines()[-1]))


async def _post(port: int, key: str, bodies: Path, tag: str, conns: int, seconds: float) -> Load:
    lines = bodies.read_text(encoding="utf-8").splitlines()
    times: list[float] = []
    errors = 0
    start = time.perf_counter()

    async def one(number: int) -> None:
        nonlocal errors
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        count = 0
        while time.perf_counter() - start < seconds:
            line = lines[(number + count * conns) % len(lines)]
            body = f'{{"id":"{tag}-{number}-{count}",{line[1:]}'.encode()
            count += 1
            asked = time.perf_counter()
            writer.write(
                b"POST /v1/comments HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                b"Content-Type: application/json\r\nAuthorization: Bearer %b\r\n"
                b"Content-Length: %d\r\n\r\n%b" % (key.encode(), len(body), body)
            )
            head = await reader.readuntil(b"\r\n\r\n")
            lengths = [h for h in head.lower().split(b"\r\n") if h.startswith(b"content-length:")]
            await reader.readexactly(int(lengths[0].partition(b":")[2]))
            times.append(time.perf_counter() - asked)
            errors += not head.startswith(b"HTTP/1.1 20")
        writer.close()

    await asyncio.gather(*(one(number) for number in range(conns)))
    p50, p99 = percentile(times, 0.5) * 1e3, percentile(times, 0.99) * 1e3
    return Load(len(times), time.perf_counter() - start, p50, p99, errors)
