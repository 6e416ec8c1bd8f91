"""Pages for moderators: rendered here, and whole without scripts."""

from __future__ import annotations

from flask import Flask

from modsvc.config import Settings
from modsvc.web import (
    assets,
    cases,
    desk,
    join,
    language,
    log_in,
    me,
    people,
    policy,
    queue,
    search,
    session,
    wording,
    words,
)
from modsvc.web.errors import answer_to

__all__ = ["answer_to", "register"]


def register(app: Flask, settings: Settings) -> None:
    """Register the pages. What is registered before is the API, which takes keys and no cookies."""
    work = (queue.bp, cases.bp, cases.mine.bp, search.bp, policy.bp, policy.try_bp, words.bp)
    pages = (
        language.bp,
        log_in.bp,
        *work,
        people.bp,
        join.bp,
        me.bp,
        me.second_step_bp,
        *desk.BLUEPRINTS,
    )
    session.register(app, settings, pages=pages)
    language.register(app, pages=pages)
    wording.register(app)
    for bp in (assets.bp, *pages):
        app.register_blueprint(bp)
