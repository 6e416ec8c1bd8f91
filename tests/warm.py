"""Programs of ours in processes of their own, without the second that each spends on importing.

A process imports all that they need, once, and then forks: what runs is a process as any other, with
its own session, environment, folder and streams, and it ends as it would have.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import IO, Any

# And not onnxruntime, which begins a thread that would be missed in a fork.
IMPORTED = ("modsvc.cli", "modsvc.app", "alembic.command", "granian.server", "psycopg")
MOST_BYTES = 1 << 20  # Of what is asked for: arguments and an environment.


class Process:
    """A process that was forked, as `subprocess` would give it."""

    def __init__(self, pid: int, status: int, stdout: IO[bytes] | None) -> None:
        self.pid, self.stdout = pid, stdout
        self.returncode: int | None = None
        self._status = status

    def poll(self) -> int | None:
        return self._ended_within(0)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end, and give its exit status; a signal's number is below 0."""
        status = self._ended_within(timeout)
        if status is None:
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
        return status

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def _ended_within(self, seconds: float | None) -> int | None:
        if self.returncode is None and select.select([self._status], [], [], seconds)[0]:
            self.returncode = int(os.read(self._status, 16))
            os.close(self._status)
        return self.returncode


def start(
    module: str,
    arguments: list[str],
    *,
    env: Mapping[str, str],
    cwd: Path | str | None = None,
    stdin: int = subprocess.DEVNULL,
    stdout: int | None = None,
    stderr: int | None = None,
) -> Process:
    """Run a module as `python -m` does, in a session of its own; streams are as `Popen`'s."""
    ours: IO[bytes] | None = None
    closed = []
    if stdout == subprocess.PIPE:
        reader, stdout = os.pipe()
        ours = os.fdopen(reader, "rb")
        closed.append(stdout)
    nowhere = os.open(os.devnull, os.O_RDWR)
    closed.append(nowhere)
    given = [1 if stdout is None else stdout, 2 if stderr is None else stderr]
    streams = [nowhere if each == subprocess.DEVNULL else each for each in (stdin, *given)]
    status, ended = os.pipe()
    closed.append(ended)
    wanted = {
        "module": module,
        "arguments": arguments,
        "env": dict(env),
        "cwd": str(cwd or Path.cwd()),
    }
    with _AT_A_TIME:
        asking = _imported()
        socket.send_fds(asking, [json.dumps(wanted).encode()], [*streams, ended])
        pid = int(asking.recv(16))
    for each in closed:
        os.close(each)
    return Process(pid, status, ours)


_AT_A_TIME = threading.Lock()


@cache
def _imported() -> socket.socket:
    """Start the process that forks, and give the way to it; it ends when we do."""
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    command = [sys.executable, "-m", "tests.warm", str(its.fileno())]
    root = Path(__file__).parents[1]
    process = subprocess.Popen(command, cwd=root, pass_fds=[its.fileno()])
    its.close()

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    return ours


def _serve(asking: socket.socket) -> dict[str, Any]:
    """Fork whenever asked to, and tell of the ends; what was asked for is given in the fork."""
    woken, wake = os.pipe()
    for end in (woken, wake):
        os.set_blocking(end, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake)
    running: dict[int, int] = {}
    while True:
        ready = select.select([asking, woken], [], [])[0]
        if woken in ready:
            os.read(woken, 1024)
            _tell_ends(running)
        if asking not in ready:
            continue
        wanted, streams, _, _ = socket.recv_fds(asking, MOST_BYTES, 4)
        if not wanted:
            sys.exit()
        pid = os.fork()
        if pid == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for each in (woken, wake, *running.values(), streams.pop()):
                os.close(each)
            os.setsid()  # Whoever hears of it may kill the group.
            asking.send(str(os.getpid()).encode())
            asking.close()
            return {**json.loads(wanted), "streams": streams}
        running[pid] = streams.pop()
        for each in streams:
            os.close(each)


def _tell_ends(running: dict[int, int]) -> None:
    with suppress(ChildProcessError):
        while running:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            ended = running.pop(pid)
            with suppress(BrokenPipeError):  # Nobody waits for it.
                os.write(ended, str(os.waitstatus_to_exitcode(status)).encode())
            os.close(ended)


def _become(wanted: dict[str, Any]) -> None:
    """Run what is wanted, as if this process had been started for it."""
    os.chdir(wanted["cwd"])
    os.environ.clear()
    os.environ.update(wanted["env"])
    for target, stream in enumerate(wanted["streams"]):
        os.dup2(stream, target)
        os.close(stream)
    sys.path[0] = wanted["cwd"]
    sys.argv = ["", *wanted["arguments"]]
    runpy.run_module(wanted["module"], run_name="__main__", alter_sys=True)


def _import_all() -> None:
    for name in IMPORTED:
        importlib.import_module(name)
    gc.freeze()  # Or each fork would copy what its collector looks at.


if __name__ == "__main__":
    _import_all()
    _become(_serve(socket.socket(fileno=int(sys.argv[1]))))
