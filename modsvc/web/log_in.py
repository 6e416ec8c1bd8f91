"""Log-in, log-out, and the links that let somebody in once."""

from __future__ import annotations

import re
from datetime import timedelta
from math import ceil

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from modsvc.web import session

# A path of our own: one slash, then anything but a second one, in visible ASCII without "\",
# which browsers read as a slash.
LOCAL = re.compile(r"/(?!/)[!-\[\]-~]*")
REFUSED = lazy_gettext("This name and password do not fit together.")
SPENT = lazy_gettext(
    "This link was used already or is too old. Ask for a new one, or use your password."
)

bp = Blueprint("log_in", __name__)


@bp.get("/log-in")
def form() -> ResponseReturnValue:
    """Ask for name and password."""
    return render_template("log_in.html", name="", next=request.args.get("next", ""))


@bp.post("/log-in")
def enter() -> ResponseReturnValue:
    """Let in whoever gives a moderator's name and password."""
    name, password = request.form.get("name", ""), request.form.get("password", "")
    attempt = current_app.extensions["modsvc"].log_in.with_password(
        name, password, request.remote_addr
    )
    following = request.form.get("next", "")
    if attempt.token is None:
        problem = (
            _("Too many tries. Try again in %(time)s.", time=_spoken(attempt.wait))
            if attempt.wait
            else REFUSED
        )
        page = render_template("log_in.html", name=name, next=following, problem=problem)
        if attempt.wait:
            return page, 429, {"Retry-After": str(ceil(attempt.wait.total_seconds()))}
        return page, 401
    session.enter(attempt.token)
    return redirect(local(following), 303)


@bp.get("/log-in/link/<token>")
def link(token: str) -> ResponseReturnValue:
    """Show a button. Programs that look at links before people do must not use them up."""
    return render_template("link.html", token=token)


@bp.post("/log-in/link/<token>")
def use_link(token: str) -> ResponseReturnValue:
    """Let in whoever has a link that was not used yet."""
    session_token = current_app.extensions["modsvc"].log_in.with_link(token)
    if session_token is None:
        return render_template("log_in.html", name="", next="", problem=SPENT), 401
    session.enter(session_token)
    return redirect(url_for("queue.show"), 303)


@bp.post("/log-out")
def leave() -> ResponseReturnValue:
    """Let out."""
    session.leave()
    flash(_("You are logged out."))
    return redirect(url_for("log_in.form"), 303)


def local(path: str) -> str:
    """Give the path where it leads to a page of ours, and the queue's where it might not."""
    return path if LOCAL.fullmatch(path) else url_for("queue.show")


def _spoken(wait: timedelta) -> str:
    seconds = ceil(wait.total_seconds())
    if seconds < 60:
        return ngettext("%(num)s second", "%(num)s seconds", seconds)
    return ngettext("%(num)s minute", "%(num)s minutes", ceil(seconds / 60))
