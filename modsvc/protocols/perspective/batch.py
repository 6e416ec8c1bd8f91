"""Several requests in the parts of one, as Google's client libraries batch them.

https://cloud.google.com/compute/docs/api/how-tos/batch describes the form: multipart/mixed, each
part a whole HTTP request, and each answer carrying its request's Content-ID.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from email import policy
from email.message import Message
from email.parser import BytesParser
from http import HTTPStatus
from itertools import islice, pairwise
from urllib.parse import parse_qs, unquote

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
    head = _headers(f"Content-Type: {content_type}".encode("ascii", "replace"))
    try:
        boundary = head.get_boundary()
    except ValueError:  # Written in a character set that is none.
        boundary = None
    if head.get_content_type() != "multipart/mixed" or not boundary:
        raise Refused("A batch is sent as multipart/mixed, with a boundary.")
    # Cut by hand: a parser of whole messages would follow parts within parts, and take millions.
    line = re.escape(f"--{boundary}".encode("ascii", "replace"))
    edges = list(
        islice(re.finditer(rb"(?:\A|\n)" + line + rb"(--)?[ \t]*(?=\r?\n|\Z)", body), MAX_PARTS + 2)
    )
    n_parts = len(edges) - 1 if edges else 0
    if n_parts < 1:
        raise Refused("The batch holds no requests; look at its boundary.")
    if n_parts > MAX_PARTS:
        raise Refused(f"The batch holds too many requests; {MAX_PARTS} are allowed.")
    return [_part(body[a.end() : b.start()]) for a, b in pairwise(edges) if not a[1]]


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


def _part(raw: bytes) -> Part:
    head, request = _cut(raw.lstrip(b"\r\n"))
    line, _, rest = request.lstrip(b"\r\n").partition(b"\n")
    method, _, target = line.decode("latin-1").strip().partition(" ")
    sent, body = _cut(rest)
    # Some of Google's libraries write the whole address of a part, others its path.
    path, _, query = (target.rpartition(" ")[0] or target).partition("?")
    path = unquote(re.sub(r"\Ahttps?://[^/]*", "", path))
    key = parse_qs(query).get("key", [None])[0] or str(_headers(sent).get("X-Goog-Api-Key", ""))
    content_id = " ".join(str(_headers(head).get("Content-ID", "")).split())
    return Part(content_id, method, path, key or None, body)


def _cut(message: bytes) -> tuple[bytes, bytes]:
    """Cut a message into its headers and its body, at the first empty line."""
    edge = re.search(rb"(?:\A|\n)\r?\n", message)
    return (message[: edge.start()], message[edge.end() :]) if edge else (message, b"")


def _headers(lines: bytes) -> Message:
    return BytesParser(policy=policy.compat32).parsebytes(lines + b"\n\n", headersonly=True)


def _answering(content_id: str) -> str:
    """Name the answer's part after its request's: `<response-…>`."""
    return f"<response-{content_id.removeprefix('<')}" if content_id else "<response->"
