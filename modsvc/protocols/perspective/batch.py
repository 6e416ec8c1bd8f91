"""Several requests in the parts of one, as Google's client libraries batch them.

https://cloud.google.com/compute/docs/api/how-tos/batch describes the form: multipart/mixed, each
part a whole HTTP request, and each answer carrying its request's Content-ID.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from email import policy
from email.message import Message
from email.parser import BytesParser
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

from modsvc.protocols.perspective.errors import Refused

MAX_PARTS = 100


@dataclass(frozen=True, slots=True)
class Part:
    """A request in a batch. `path` has no query; `key` is the one in the query or a header."""

    content_id: str
    method: str
    path: str
    key: str | None
    body: bytes


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer to a part: a status, and a body that is JSON."""

    content_id: str
    status: int
    body: bytes


class NoSuchPart(Refused):
    """The part asks for an address that is not there."""

    def __init__(self, method: str, path: str) -> None:
        super().__init__(f"There is no {method[:20]} {path[:200]} here.", status=404)


def read(content_type: str, body: bytes) -> list[Part]:
    """Read the requests of a batch.

    Raises
    ------
    Refused
        It is no batch, is empty, or holds more than MAX_PARTS requests.
    """
    if not content_type.lower().startswith("multipart/mixed") or not content_type.isascii():
        raise Refused("A batch is sent as multipart/mixed, with a boundary.")
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    message = BytesParser(policy=policy.compat32).parsebytes(head + body)
    parts = message.get_payload()
    if not isinstance(parts, list) or not parts:
        raise Refused("The batch holds no requests; look at its boundary.")
    if len(parts) > MAX_PARTS:
        raise Refused(f"The batch holds {len(parts)} requests; {MAX_PARTS} are allowed.")
    return [_part(part) for part in parts if isinstance(part, Message)]


def write(answers: Sequence[Answered]) -> tuple[bytes, str]:
    """Write the answers, in the order of their requests; give the body and its content type."""
    boundary = f"batch_{secrets.token_hex(16)}"
    lines: list[bytes] = []
    for each in answers:
        phrase = HTTPStatus(each.status).phrase
        lines += [
            f"--{boundary}".encode(),
            b"Content-Type: application/http",
            f"Content-ID: {_answering(each.content_id)}".encode("latin-1", "replace"),
            b"",
            f"HTTP/1.1 {each.status} {phrase}".encode(),
            b"Content-Type: application/json; charset=UTF-8",
            f"Content-Length: {len(each.body)}".encode(),
            b"",
            each.body,
        ]
    lines += [f"--{boundary}--".encode(), b""]
    return b"\r\n".join(lines), f"multipart/mixed; boundary={boundary}"


def _part(part: Message) -> Part:
    content_id = " ".join(str(part.get("Content-ID", "")).split())
    payload = part.get_payload(decode=True)
    raw = payload if isinstance(payload, bytes) else b""
    line, _, rest = raw.lstrip(b"\r\n").partition(b"\n")
    method, _, target = line.decode("latin-1").strip().partition(" ")
    headers, _, body = rest.replace(b"\r\n", b"\n").partition(b"\n\n")
    url = urlsplit(target.rpartition(" ")[0] or target)
    sent = BytesParser(policy=policy.compat32).parsebytes(headers + b"\n\n", headersonly=True)
    key = parse_qs(url.query).get("key", [None])[0] or sent.get("X-Goog-Api-Key")
    return Part(content_id, method, url.path, key, body)


def _answering(content_id: str) -> str:
    """Name the answer's part after its request's: `<response-…>`."""
    return f"<response-{content_id.removeprefix('<')}" if content_id else "<response->"
