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
from modsvc.web.packing import pack

__all__ = ["answer_to", "register"]

# The pages that are packed: none of them shows a link or a code that lets somebody in.
WORK = (
    queue.bp,
    cases.bp,
    cases.mine.bp,
    search.bp,
    policy.bp,
    policy.try_bp,
    words.bp,
    *desk.BLUEPRINTS,
)


def register(app: Flask, settings: Settings) -> None:
    """Register the pages. What is registered before is the API, which takes keys and no cookies."""
    pages = (language.bp, log_in.bp, *WORK, people.bp, join.bp, me.bp, me.second_step_bp)
    session.register(app, settings, pages=pages)
    language.register(app, pages=pages)
    wording.register(app)
    for bp in (assets.bp, *pages):
        app.register_blueprint(bp)
    for bp in WORK:
        app.after_request_funcs[bp.name].append(pack)
