"""Log-in, log-out, and the links that let somebody in once."""

from __future__ import annotations

import re
from datetime import timedelta
from math import ceil

import flask
from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from modsvc.services.log_in import REFUSED as NOBODY
from modsvc.services.log_in import Attempt, LogIn
from modsvc.web import session

# A path of our own: one slash, then anything but a second one, in visible ASCII without "\",
# which browsers read as a slash.
LOCAL = re.compile(r"/(?!/)[!-\[\]-~]*")
REFUSED = lazy_gettext("This name and password do not fit together.")
NO_CODE = lazy_gettext(
    "This code does not count. Each counts once, for half a minute: wait for the next one."
)
TOO_LATE = lazy_gettext("That took too long. Begin again with your name and password.")
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
    """Let in whoever gives a moderator's name and password, or ask them for a code."""
    name, password = request.form.get("name", ""), request.form.get("password", "")
    attempt = service().with_password(name, password, request.remote_addr, session.device())
    following = request.form.get("next", "")
    if attempt.token is None and attempt.first_step is None:
        said = too_many(attempt.wait) if attempt.wait else REFUSED
        page = render_template("log_in.html", name=name, next=following, problem=said)
        return refused(page, attempt.wait)
    return go_on(attempt, following)


@bp.get("/log-in/code")
def ask_code() -> ResponseReturnValue:
    """Ask for the code of the second step."""
    if session.FIRST_STEP not in flask.session:
        return redirect(url_for("log_in.form"), 303)
    return render_template("log_in_code.html")


@bp.post("/log-in/code")
def use_code() -> ResponseReturnValue:
    """Let in whoever gives a code that counts after the first step."""
    first_step = flask.session.get(session.FIRST_STEP)
    if first_step is None:
        return redirect(url_for("log_in.form"), 303)
    code = request.form.get("code", "")
    attempt = service().with_code(first_step, code, request.remote_addr, session.device())
    following = flask.session.get(session.FOLLOWING, "")
    if attempt.is_past:
        flask.session.clear()
        page = render_template("log_in.html", name="", next=following, problem=TOO_LATE)
        return page, 401
    if attempt.token is None:
        said = too_many(attempt.wait) if attempt.wait else NO_CODE
        return refused(render_template("log_in_code.html", problem=said), attempt.wait)
    return go_on(attempt, following)


@bp.get("/log-in/link/<token>")
def link(token: str) -> ResponseReturnValue:
    """Show a button. Programs that look at links before people do must not use them up."""
    return render_template("link.html", token=token)


@bp.post("/log-in/link/<token>")
def use_link(token: str) -> ResponseReturnValue:
    """Let in whoever has a link that was not used yet."""
    attempt = service().with_link(token, session.device())
    if attempt == NOBODY:
        return render_template("log_in.html", name="", next="", problem=SPENT), 401
    return go_on(attempt, "")


@bp.post("/log-out")
def leave() -> ResponseReturnValue:
    """Let out."""
    session.leave()
    flash(_("You are logged out."))
    return redirect(url_for("log_in.form"), 303)


def go_on(attempt: Attempt, following: str) -> ResponseReturnValue:
    """Lead on whoever was let in, or took the first step of two."""
    if attempt.first_step is not None:
        session.begin(attempt.first_step, following)
        return redirect(url_for("log_in.ask_code"), 303)
    session.enter(str(attempt.token))
    return redirect(local(following), 303)


def refused(page: str, wait: timedelta) -> ResponseReturnValue:
    """Answer a try that failed, or was not made because of those before it."""
    if wait:
        return page, 429, {"Retry-After": str(ceil(wait.total_seconds()))}
    return page, 401


def too_many(wait: timedelta) -> str:
    """Say how long to wait."""
    return _("Too many tries. Try again in %(time)s.", time=_spoken(wait))


def service() -> LogIn:
    """Give what lets people in."""
    found: LogIn = current_app.extensions["modsvc"].log_in
    return found


def local(path: str) -> str:
    """Give the path where it leads to a page of ours, and the queue's where it might not."""
    return path if LOCAL.fullmatch(path) else url_for("queue.show")


def _spoken(wait: timedelta) -> str:
    seconds = ceil(wait.total_seconds())
    if seconds < 60:
        return ngettext("%(num)s second", "%(num)s seconds", seconds)
    return ngettext("%(num)s minute", "%(num)s minutes", ceil(seconds / 60))
