"""Errors as Google's APIs write them, and Perspective's own kinds of them.

https://google.aip.dev/193
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response

from modsvc.api.answers import JSON, encode
from modsvc.protocols.faults import add_headers, status_and_sentence

# The HTTP status that goes with each of theirs.
STATUSES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    405: "UNIMPLEMENTED",
    409: "ABORTED",
    413: "INVALID_ARGUMENT",
    415: "INVALID_ARGUMENT",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
}
_OWN = "type.googleapis.com/google.commentanalyzer.v1alpha1.Error"
_INFO = "type.googleapis.com/google.rpc.ErrorInfo"


class Refused(Exception):
    """A request that is answered with an error. `kind` is Perspective's own name for it."""

    def __init__(
        self,
        message: str,
        kind: str = "INVALID_REQUEST",
        *,
        status: int = 400,
        more: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.details: list[dict[str, object]] = [{"@type": _OWN, "errorType": kind, **(more or {})}]


class KeyRefused(Refused):
    """The key is missing or unknown."""

    def __init__(self, message: str, reason: str, *, status: int) -> None:
        super().__init__(message, status=status)
        self.details = [{"@type": _INFO, "reason": reason, "domain": "googleapis.com"}]


class LanguageRefused(Refused):
    """No attribute is measured in the language asked for, or found."""

    def __init__(self, attribute: str, languages: list[str]) -> None:
        named = ", ".join(languages)
        super().__init__(
            f"Attribute {attribute} does not support request languages: {named}",
            "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE",
            more={
                "languageNotSupportedByAttributeError": {
                    "detectedLanguages": languages,
                    "attribute": attribute,
                }
            },
        )


def body_of(error: Exception) -> tuple[int, dict[str, object]]:
    """Say any error as a status and what is answered with it."""
    if isinstance(error, Refused):
        return error.status, _body(error.status, str(error), error.details)
    status, said = status_and_sentence(error)
    return status, _body(status, said)


def answer_to(error: Exception) -> Response:
    """Turn any error into its answer."""
    status, body = body_of(error)
    response = Response(encode(body), status, content_type=JSON)
    add_headers(response, error)
    return response


def _body(
    status: int, message: str, details: list[dict[str, object]] | None = None
) -> dict[str, object]:
    error: dict[str, object] = {
        "code": status,
        "message": message,
        "status": STATUSES.get(status, "UNKNOWN"),
    }
    return {"error": error | ({"details": details} if details else {})}
