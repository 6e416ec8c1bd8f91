"""Protocols that other systems speak already: the same judgement in their words.

Each translates at the edge and decides nothing. Whoever speaks one changes an address, no more.
"""

from __future__ import annotations

from flask import Flask, Response

from modsvc.protocols import akismet, coral, openai, perspective

PROTOCOLS = (perspective, openai, akismet, coral)
# Every answer at an address that begins so is in the words of its protocol.
PATHS = tuple(path for protocol in PROTOCOLS for path in protocol.PATHS)


def register(app: Flask) -> None:
    """Register every protocol's addresses."""
    for protocol in PROTOCOLS:
        app.register_blueprint(protocol.bp)


def answer_to(path: str, error: Exception) -> Response | None:
    """Answer an error at an address of a protocol in its own shape; None at any other address."""
    for protocol in PROTOCOLS:
        if path.startswith(protocol.PATHS):
            answer: Response = protocol.answer_to(error)
            return answer
    return None
