"""Calls an address with something odd in it, and tells what harm was done."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote_plus

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from modsvc.protocols.coral.signing import HEADER, sign
from modsvc.protocols.utf16 import units
from tests.protocols.odd_places import (
    AKISMETS,
    ANALYZE,
    CORAL,
    FORM,
    KINDS,
    MARK,
    MODERATIONS,
    OURS,
    VERIFY,
    WEBHOOK,
    WORDS,
    Address,
)
from tests.protocols.odd_texts import SHORT, TEXTS, VALUES
from tests.protocols.test_coral import SECRET

SENT = {
    name: text.encode("utf-8", "surrogatepass").decode("latin-1")
    for name, text in SHORT.items()
    if text and not set(text) & set("\0\r\n")
}


class Caller:
    """Sends anything to any address with a key, as that protocol's clients do."""

    def __init__(self, client: FlaskClient, key: str) -> None:
        self.client, self.key = client, key

    def json(self, path: str, body: bytes, **more: Any) -> TestResponse:
        headers = dict(more.pop("headers", {}))
        query = {"key": self.key}
        if path == MODERATIONS:
            query, headers["Authorization"] = {}, f"Bearer {self.key}"
        elif path in (CORAL, WEBHOOK):
            headers[HEADER] = sign(SECRET, body)
        return self.client.post(path, data=body, query_string=query, headers=headers, **more)

    def form(self, path: str, body: bytes, **more: Any) -> TestResponse:
        key = "key" if path == VERIFY else "api_key"
        sent = f"{key}={self.key}&".encode() + body
        return self.client.post(path, data=sent, content_type=FORM, **more)


def written(usual: Mapping[str, Any], field: str, odd: bytes) -> bytes:
    """Write a request as JSON with the odd thing in one of its fields."""
    path, _, inner = field.partition(":")
    if inner:
        within = json.dumps({inner: MARK}).encode().replace(f'"{MARK}"'.encode(), odd)
        odd = json.dumps(within.decode("utf-8", "replace")).encode()
    sent = json.dumps(put(usual, path.split("."))).encode()
    return sent.replace(f'"{MARK}"'.encode(), odd)


def put(tree: Any, steps: list[str]) -> Any:
    """Give a copy of a tree with the mark at a path, whatever stood there."""
    if not steps:
        return MARK
    step, *rest = steps
    if step == "0":
        return [put(tree[0] if isinstance(tree, list) and tree else None, rest)]
    members = dict(tree) if isinstance(tree, Mapping) else {}
    if step == "*":
        return {**members, MARK: next(iter(members.values()), "x")}
    return {**members, step: put(members.get(step), rest)}


def requests_of(address: Address) -> Iterator[tuple[str, str, str | None, bytes]]:
    """Yield every odd request to an address: its field, what is odd, the text if it is one."""
    for field in address.fields:
        for name, text in TEXTS.items():
            yield field, name, text, written(address.usual, field, json.dumps(text).encode())
        if not field.endswith("*"):
            for name, value in VALUES.items():
                yield field, name, None, written(address.usual, field, value)


def forms_of(address: Address) -> Iterator[tuple[str, str, bytes]]:
    """Yield every odd form for an address."""
    odd = {name: quoted(text) for name, text in TEXTS.items()}
    odd |= {"bad UTF-8": b"%ff%fe%c3%28", "bare bytes": b"\xff\x80", "half an escape": b"%e2%8"}
    for field in address.fields:
        for name, value in odd.items():
            others = {n: v for n, v in address.usual.items() if n != field}
            pair = value + b"=x" if field == "*" else f"{field}=".encode() + value
            yield field, name, form_of(others) + b"&" + pair


def form_of(fields: Mapping[str, str]) -> bytes:
    return b"&".join(f"{name}={quote_plus(value)}".encode() for name, value in fields.items())


def quoted(text: str) -> bytes:
    return quote_plus(text.encode("utf-8", "surrogatepass")).encode()


def harm(path: str, answer: TestResponse, text: str | None = None) -> str | None:
    """Say what an answer does that none may do; None when it is as it should be."""
    if answer.status_code >= 500 or 300 <= answer.status_code < 400:
        return f"status {answer.status_code}"
    extra = set(answer.headers.keys()) - OURS - (AKISMETS if path.startswith("/1.") else set())
    if extra:
        return f"headers {extra}"
    if not all(value.isascii() and value.isprintable() for value in answer.headers.values()):
        return f"a header of {dict(answer.headers)}"
    if answer.status_code == 204:
        return f"a body, {answer.text!r}" if answer.data else None
    kind = answer.content_type.partition(";")[0]
    if kind not in KINDS[path]:
        return f"content type {answer.content_type}"
    if path.startswith("/1."):
        return answer.text if answer.status_code != 200 and answer.text in WORDS else None
    told = answer.get_json()
    if answer.status_code != 200:
        return None if is_an_error(path, answer.status_code, told) else f"error {told}"
    return None if path != ANALYZE or text is None else misplaced(told, text)


def is_an_error(path: str, status: int, told: Any) -> bool:
    """Tell whether an error is in the shape of its protocol."""
    error = told.get("error")
    if path in (CORAL, WEBHOOK):
        return isinstance(error, str) and bool(error)
    if not isinstance(error, dict) or not error.get("message"):
        return False
    if path == MODERATIONS:
        return set(error) == {"message", "type", "param", "code"}
    return bool(error["code"] == status and error["status"].isupper())


def misplaced(told: Any, text: str) -> str | None:
    """Say which span does not lie in a text, or cuts a character of it in two."""
    sent = text.replace("\0", "")  # NUL is left out; docs/perspective.md says so.
    code_units = sent.encode("utf-16-le")
    for name, found in told["attributeScores"].items():
        spans = [(span["begin"], span["end"]) for span in found["spanScores"]]
        if spans[0] != (0, units(sent)):
            return f"{name} begins with {spans[0]}"
        for begin, end in spans:
            if not 0 <= begin < end <= units(sent):
                return f"{name} has {begin}:{end}"
            code_units[2 * begin : 2 * end].decode("utf-16-le")
    return None


def seen(answer: TestResponse) -> tuple[int, str, object]:
    """What a client sees of an answer, without the id that each has of its own."""
    told = answer.get_json(silent=True)
    if isinstance(told, dict):
        told.pop("id", None)
    return answer.status_code, answer.headers.get("Content-Type", ""), told or answer.data
