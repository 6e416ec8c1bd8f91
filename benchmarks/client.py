"""A client by hand: where requests go, what they say, and a connection that sends them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Target:
    """An address of a service on loopback that JSON is POSTed to.

    `bearer` is a key that is sent in a header, empty where the path holds one. With `with_ids` the
    bodies are given ids of their own.
    """

    port: int
    path: str
    bearer: str = ""
    with_ids: bool = False

    def request(self, line: str, request_id: str) -> bytes:
        """Write a request from a line that holds a JSON object."""
        body = (f'{{"id":"{request_id}",{line[1:]}' if self.with_ids else line).encode()
        key = f"Authorization: Bearer {self.bearer}\r\n" if self.bearer else ""
        head = (
            f"POST {self.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"{key}Content-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body


class Connection:
    """A connection that stays open. One request at a time."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def open(cls, target: Target) -> Connection:
        """Connect."""
        return cls(*await asyncio.open_connection("127.0.0.1", target.port))

    async def ask(self, request: bytes) -> bool:
        """Send a request, wait for all of its answer, and tell whether that is a good one."""
        head, _ = await self.fetch(request)
        return head.startswith(b"HTTP/1.1 20")

    async def fetch(self, request: bytes) -> tuple[bytes, bytes]:
        """Send a request, and give its answer: head and body."""
        self._writer.write(request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        lengths = [h for h in head.lower().split(b"\r\n") if h.startswith(b"content-length:")]
        n_bytes = int(lengths[0].partition(b":")[2]) if lengths else 0
        return head, await self._reader.readexactly(n_bytes)

    def close(self) -> None:
        """Hang up."""
        self._writer.close()


def read_lines(bodies: Path) -> list[str]:
    """Read the bodies, a JSON object without id a line."""
    return bodies.read_text(encoding="utf-8").splitlines()
