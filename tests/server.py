"""A real `modsvc serve` or `modsvc demo` on a free port, stopped when the block ends."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from tests import warm
from tests.calm import calm_file

START_WITHIN_S = 30.0


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Running:
    """A server that answers. `kill` is `kill -9` of it and all its workers."""

    port: int
    process: warm.Process | subprocess.Popen[bytes]

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def call(self, method: str, path: str, body: Any = None, *, key: str | None = None) -> Answer:
        """Call it; a body that is not bytes is sent as JSON."""
        headers = {"Content-Type": "application/json"}
        if key is not None:
            headers["Authorization"] = f"Bearer {key}"
        sent = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            # One that refuses a body may answer, and close, before it has read all of it.
            with suppress(BrokenPipeError):
                connection.request(method, path, sent, headers)
            response = connection.getresponse()
            headers = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, headers, response.read())
        finally:
            connection.close()

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(
    database_url: str, *, workers: int = 1, port: int | None = None, **settings: str
) -> Iterator[Running]:
    """Run `modsvc serve` on the database."""
    port = port or free_port()
    arguments = ["serve", "--bind", f"127.0.0.1:{port}", "--workers", str(workers)]
    settings = {
        "MODSVC_DATABASE_URL": database_url,
        "MODSVC_LOG_LEVEL": "error",
        "MODSVC_POLICY": str(calm_file()),
        **settings,
    }
    with running(arguments, port, settings) as server:
        yield server


@contextmanager
def running(
    arguments: list[str],
    port: int,
    settings: dict[str, str],
    *,
    cwd: Path | None = None,
    out: int | None = None,
    module: str = "modsvc",
) -> Iterator[Running]:
    """Run a command that serves, in a process group of its own, from when it answers."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MODSVC_")}
    process = warm.start(module, arguments, env={**kept, **settings}, cwd=cwd, stdout=out)
    server = Running(port, process)
    try:
        wait_until_it_answers(server)
        yield server
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
        if process.stdout is not None:
            process.stdout.close()


def wait_until_it_answers(server: Running) -> None:
    deadline = time.monotonic() + START_WITHIN_S
    while time.monotonic() < deadline:
        assert server.process.poll() is None, f"it stopped with {server.process.returncode}"
        try:
            server.call("GET", "/healthz")
        except (OSError, HTTPException):
            time.sleep(0.01)
        else:
            return
    raise AssertionError("it does not answer")
