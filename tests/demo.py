"""A real `modsvc demo`, and what it printed."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.server import Running, free_port, running

LAST_WORDS = b"RESET=1"


@dataclass
class Demo:
    """The demo as its greeting introduces it."""

    server: Running
    text: str

    @property
    def key(self) -> str:
        return self._find(r"msk_[\w-]+")

    @property
    def article(self) -> str:
        return self._find(r"http://127\.0\.0\.1:\d+/$")

    @property
    def link(self) -> str:
        return self._find(r"http://\S+/log-in/link/\S+")

    @property
    def curl(self) -> str:
        """The line to paste, with its continuations."""
        return self.text[self.text.index("curl ") : self.text.index("Ctrl-C")].strip()

    def decisions(self) -> list[dict]:
        answer = self.server.call("GET", "/v1/decisions?limit=500", key=self.key)
        return answer.json["decisions"]

    def _find(self, pattern: str) -> str:
        found = re.search(pattern, self.text, re.MULTILINE)
        assert found is not None, pattern
        return found[0]


@contextmanager
def demo(folder: Path, *arguments: str) -> Iterator[Demo]:
    """Run the demo in a folder, from when it has said all it has to say."""
    port = free_port()
    command = ["demo", "--port", str(port), *arguments]
    with running(command, port, {}, cwd=folder, out=subprocess.PIPE) as server:
        assert server.process.stdout is not None
        told = b""
        while LAST_WORDS not in told:
            line = server.process.stdout.readline()
            assert line, told
            told += line
        yield Demo(server, told.decode())
