"""Errors as pages: the one place where they become a status and a sentence for a person."""

from __future__ import annotations

import logging

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf.csrf import CSRFError  # type: ignore[import-untyped]  # It has no types.
from werkzeug.exceptions import HTTPException

from modsvc.core.faults import place
from modsvc.errors import Conflict, ModsvcError, NotFound, StoreError
from modsvc.web.language import translated

log = logging.getLogger(__name__)

RETRY_AFTER_S = 5
BROKEN = 500
TITLES = {
    400: lazy_gettext("That did not arrive as it should"),
    403: lazy_gettext("Not for you"),
    404: lazy_gettext("Nothing here"),
    405: lazy_gettext("Not this way"),
    409: lazy_gettext("Too late"),
    413: lazy_gettext("Too much"),
    503: lazy_gettext("Not now"),
}
SENTENCES = {
    400: lazy_gettext("Go back, load the page again and try once more. Nothing was changed."),
    404: lazy_gettext("There is no such page."),
    405: lazy_gettext("This address does not do that."),
    413: lazy_gettext("The form is larger than any of ours. Nothing was changed."),
    503: lazy_gettext(
        "The database cannot be used at the moment. Nothing was changed; try again shortly."
    ),
}


def answer_to(error: Exception) -> ResponseReturnValue:
    """Turn any error into its page."""
    if isinstance(error, HTTPException):
        status = error.code or BROKEN
        # werkzeug's own sentences are for programmers; those of our code are for people.
        own = error.description if error.description != type(error).description else None
        headers = [(n, v) for n, v in error.get_headers(request.environ) if n == "Allow"]
        if isinstance(error, CSRFError):
            own = None
        return page(status, own), status, headers
    if isinstance(error, NotFound):
        return page(404, sentence(error)), 404
    if isinstance(error, Conflict):
        return page(409, sentence(error)), 409
    if isinstance(error, StoreError):
        log.error("page.refused: %s: %s", request.endpoint, error)
        return page(503), 503, {"Retry-After": str(RETRY_AFTER_S)}
    shown = error if isinstance(error, ModsvcError) else place(error)
    log.error("page.failed: %s %s: %s", request.method, request.endpoint, shown)
    return page(BROKEN), BROKEN


def page(status: int, text: str | None = None) -> str:
    """Render an error's page. It needs no session and no database: they may be what failed."""
    title = TITLES.get(status, _("Something of ours broke"))
    text = text or SENTENCES.get(status, _("It has been logged. Nothing more is known here."))
    return render_template("error.html", status=status, title=title, text=text)


def sentence(error: ModsvcError) -> str:
    """Write an error's message as a sentence."""
    return sentence_of(translated(error.args[0]) if error.args else "")


def sentence_of(text: str) -> str:
    """Write a text that begins small and does not end as a sentence."""
    return f"{text[:1].upper()}{text[1:]}."
