"""Who calls: a bearer key belongs to one site and has scopes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import current_app, g, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Forbidden, Unauthorized

# Longer than any key of ours: not worth a hash.
MAX_KEY_CHARS = 200


def need(scopes: Mapping[str, str]) -> Callable[[], None]:
    """Refuse requests without a key that has the method's scope; `g.site` says whose it is."""

    def before_request() -> None:
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not 0 < len(key) <= MAX_KEY_CHARS:
            raise _unauthorised("send a key as Authorization: Bearer KEY")
        known = current_app.extensions["modsvc"].authenticate(key.strip())
        if known is None:
            raise _unauthorised("this key is unknown or was revoked")
        scope = scopes.get("GET" if request.method == "HEAD" else request.method)
        if scope not in known.scopes:
            raise Forbidden(f"this key lacks the scope {scope}")
        g.site = known.site

    return before_request


def _unauthorised(detail: str) -> Unauthorized:
    return Unauthorized(detail, www_authenticate=WWWAuthenticate("bearer", {"realm": "modsvc"}))
