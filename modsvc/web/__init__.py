"""Pages for moderators: rendered here, and whole without scripts."""

from __future__ import annotations

from flask import Flask

from modsvc.config import Settings
from modsvc.web import assets, cases, log_in, queue, session, wording
from modsvc.web.errors import answer_to

__all__ = ["answer_to", "register"]


def register(app: Flask, settings: Settings) -> None:
    """Register the pages. What is registered before is the API, which takes keys and no cookies."""
    session.register(app, settings, pages=(log_in.bp, queue.bp, cases.bp))
    wording.register(app)
    for module in (assets, log_in, queue, cases):
        app.register_blueprint(module.bp)
