"""What any error comes down to, for each protocol to say in its own shape."""

from __future__ import annotations

import logging
from http import HTTPStatus

from flask import Response, request
from werkzeug.exceptions import HTTPException

from modsvc.api.problems import retry_after
from modsvc.core.faults import place
from modsvc.errors import StoreError

log = logging.getLogger(__name__)


def status_and_sentence(error: Exception) -> tuple[int, str]:
    """Give an error's status, and what may be said of it; what is ours to mend is logged."""
    if isinstance(error, HTTPException):
        return error.code or 500, error.description or error.name
    if isinstance(error, StoreError):
        log.error("request.refused: %s: %s", request.endpoint, error)
        return 503, str(error)
    log.error("request.failed: %s %s: %s", request.method, request.endpoint, place(error))
    return 500, "Something of ours broke; it has been logged."


def add_headers(response: Response, error: Exception) -> None:
    """Give an answer the headers that its error asks for, such as `Allow` or `Retry-After`."""
    if isinstance(error, HTTPException):
        headers = error.get_headers(request.environ)
        response.headers.extend((n, v) for n, v in headers if n.lower() != "content-type")
    if response.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers.setdefault("Retry-After", retry_after(error))
