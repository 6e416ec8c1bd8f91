"""What stands for modsvc where a WordPress is to get an odd answer, or none."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class StandIn:
    """Answers in modsvc's place, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Any]] = []
        self.status, self.body = 200, b""
        self.feed = b'{"decisions": [], "next": "0"}'
        self.headers: dict[str, str] = {}
        self.is_slow = False
        self.closed = threading.Event()

    def decide(self, action: str, code: str = "insult", by: str = "policy") -> None:
        """Give every comment this decision."""
        self.status, self.headers, self.is_slow = 201, {}, False
        reasons = [{"code": code, "action": action}]
        decision = {"action": action, "reasons": reasons, "decided_by": by}
        moment = datetime.now(UTC).isoformat()
        self.body = json.dumps({**decision, "decided_at": moment}).encode()

    def tell(self, comment: str, action: str, by: str, *, following: str) -> None:
        """Have the feed tell of one decision."""
        self.decide(action, by=by)
        decision = {"id": comment, **json.loads(self.body)}
        self.feed = json.dumps({"decisions": [decision], "next": following}).encode()


@contextmanager
def answering(stand_in: StandIn) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            stand_in.asked.append((self.path, self.rfile.read(length)))
            if stand_in.is_slow:
                stand_in.closed.wait(20)
            else:
                self.answer(stand_in.status, stand_in.body, stand_in.headers)

        def do_GET(self) -> None:
            stand_in.asked.append((self.path, b""))
            self.answer(200, stand_in.feed, {})

        def answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        stand_in.closed.set()
        server.shutdown()
        server.server_close()
        thread.join()
