"""Errors as RFC 9457 describes them: the one place where they become a status and a problem."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

from flask import Response, request
from werkzeug.exceptions import HTTPException

from modsvc.api.answers import encode
from modsvc.api.parsing import Unprocessable
from modsvc.core.faults import place
from modsvc.errors import (
    Conflict,
    IdempotencyKeyReused,
    ModsvcError,
    NotFound,
    StoreBusy,
    StoreError,
)

log = logging.getLogger(__name__)

RETRY_AFTER_S = 2
# Each problem's type is a place on our own documentation page.
TYPES: dict[int, tuple[str, str]] = {
    400: ("bad-request", "The request cannot be read"),
    401: ("unauthorised", "A valid key is needed"),
    403: ("forbidden", "The key may not do this"),
    404: ("not-found", "There is no such thing"),
    405: ("method-not-allowed", "The method does not fit the address"),
    409: ("conflict", "It no longer fits what is stored"),
    413: ("too-large", "The body is too large"),
    415: ("unsupported-media-type", "The body is not plain JSON"),
    422: ("unprocessable", "Some fields cannot be used"),
    500: ("internal-error", "Something of ours broke"),
    503: ("unavailable", "Not now; nothing was decided"),
}
# What a mistake in each place of a request is pointed at by.
BODY, QUERY = "json", "query"


def problem(status: int, detail: str | None = None, **more: object) -> dict[str, object]:
    """Say a problem as an object."""
    slug, title = TYPES.get(status, (f"http-{status}", HTTPException(None).name or "Error"))
    answer: dict[str, object] = {"type": f"/docs#{slug}", "title": title, "status": status}
    if detail:
        answer["detail"] = detail
    return answer | more


def validation_problem(messages: dict[str, Any], where: str = BODY) -> dict[str, object]:
    """Say which fields marshmallow refused, by pointers into the body or parameters' names."""
    detail = "some fields cannot be used; `errors` says which and why"
    return problem(422, detail, errors=list(_errors(messages, where)))


def answer(status: int, body: dict[str, object]) -> Response:
    """Make a problem the answer to a request."""
    return Response(encode(body), status, content_type="application/problem+json")


def answer_to(error: Exception) -> Response:
    """Turn any error into its answer."""
    if isinstance(error, Unprocessable):
        where, messages = next(iter(error.messages.items()))
        return answer(422, validation_problem(messages, where))
    if isinstance(error, HTTPException):
        return _http(error)
    if isinstance(error, ModsvcError):
        return _ours(error)
    log.error("request.failed: %s %s: %s", request.method, request.endpoint, place(error))
    return answer(500, problem(500, "it has been logged; the comment was not decided"))


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    response = answer(status, problem(status, error.description))
    # `Allow` of a 405, `WWW-Authenticate` of a 401.
    headers = error.get_headers(request.environ)
    response.headers.extend((n, v) for n, v in headers if n.lower() != "content-type")
    return response


def _ours(error: ModsvcError) -> Response:
    status = STATUS[next(kind for kind in STATUS if isinstance(error, kind))]
    if status >= 500:
        log.error("request.refused: %s: %s", request.endpoint, error)
    response = answer(status, problem(status, str(error)))
    if isinstance(error, StoreError):
        response.headers["Retry-After"] = retry_after(error)
    return response


def retry_after(error: Exception) -> str:
    """Say after how many seconds it is worth asking again."""
    return str(1 if isinstance(error, StoreBusy) else RETRY_AFTER_S)


# The first that fits counts, so children stand before their parents.
STATUS: dict[type[ModsvcError], int] = {
    IdempotencyKeyReused: 422,
    Conflict: 409,
    NotFound: 404,
    StoreError: 503,
    ModsvcError: 500,
}


def _errors(messages: Any, where: str) -> Iterator[dict[str, object]]:
    for path, detail in _leaves(messages, ()):
        if where == BODY:
            pointer = "".join(f"/{_escaped(str(step))}" for step in path)
            yield {"detail": detail, "pointer": f"#{pointer}"}
        else:
            yield {"detail": detail, "parameter": ".".join(map(str, path))}


def _leaves(tree: Any, path: tuple[object, ...]) -> Iterator[tuple[tuple[object, ...], str]]:
    if isinstance(tree, dict):
        for step, branch in tree.items():
            # marshmallow files what concerns the object itself under `_schema`.
            yield from _leaves(branch, path if step == "_schema" else (*path, step))
    elif isinstance(tree, list):
        for leaf in tree:
            yield from _leaves(leaf, path)
    else:
        yield path, str(tree)


def _escaped(step: str) -> str:
    """Write a step of a JSON Pointer (RFC 6901)."""
    return step.replace("~", "~0").replace("/", "~1")
