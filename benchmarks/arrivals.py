"""A load that goes by a clock: requests come at chance moments, whatever became of those before.

A client that waits for its answer before it asks again goes easy on a slow server, and never times
the requests that would have come in the meantime ("coordinated omission"). Readers do not wait for
each other. So the moments are drawn beforehand, as a Poisson process, and each time is counted from
the moment that was drawn: a wait for a free connection is part of it, and so is a client that is
late itself. The idea is Gil Tene's: https://github.com/giltene/wrk2
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.client import Connection, Target, read_lines
from benchmarks.harness import percentile
from benchmarks.load import CLIENT_CORE, on_core

SEED = 20261231
# asyncio sleeps in whole milliseconds, as long as an answer may take: the rest is waited awake.
_AWAKE_S = 0.002


@dataclass(frozen=True)
class Arrived:
    """What became of the requests; all are answered. `times_ms` is in no order.

    `late_ms` is how late the client itself was, for the latest hundredth (p99).
    """

    per_second: float
    times_ms: list[float]
    late_ms: float
    errors: int

    def percentile_ms(self, share: float) -> float:
        """Give the time that `share` of the requests do not exceed."""
        return percentile(self.times_ms, share)

    def share_over(self, limit_ms: float) -> float:
        """Give the share of the requests that took longer."""
        return sum(each > limit_ms for each in self.times_ms) / len(self.times_ms)


def moments(per_second: float, seconds: float) -> list[float]:
    """Draw the moments at which requests come, in seconds from the start; the same at every run."""
    chance = np.random.default_rng(SEED)
    drawn, at = [], chance.exponential(1 / per_second)
    while at < seconds:
        drawn.append(at)
        at += chance.exponential(1 / per_second)
    return drawn


def arrive(
    target: Target, bodies: Path, tag: str, *, conns: int, per_second: float, seconds: float
) -> Arrived:
    """POST so many requests a second on the mean, over at most `conns` connections."""
    with on_core(CLIENT_CORE):
        lines, due = read_lines(bodies), moments(per_second, seconds)
        requests = [target.request(lines[n % len(lines)], f"{tag}-{n}") for n in range(len(due))]
        return asyncio.run(send_at(target, requests, due, conns=conns))


async def send_at(
    target: Target, requests: list[bytes], due: list[float], *, conns: int
) -> Arrived:
    """Send requests at their moments, in seconds from now, over at most `conns` connections."""
    free: asyncio.LifoQueue[Connection] = asyncio.LifoQueue()
    for _ in range(conns):
        free.put_nowait(await Connection.open(target))
    times: list[float] = []
    late: list[float] = []
    errors = 0

    async def one(moment: float, request: bytes) -> None:
        nonlocal errors
        connection = await free.get()
        is_good = await connection.ask(request)
        times.append((time.perf_counter() - moment) * 1e3)
        errors += not is_good
        free.put_nowait(connection)

    start = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for at, request in zip(due, requests, strict=True):
            while (left := start + at - time.perf_counter()) > 0:
                await asyncio.sleep(max(left - _AWAKE_S, 0))
            late.append(-left * 1e3)
            group.create_task(one(start + at, request))
    took = time.perf_counter() - start
    for _ in range(conns):
        free.get_nowait().close()
    return Arrived(len(times) / took, times, percentile(late, 0.99), errors)
