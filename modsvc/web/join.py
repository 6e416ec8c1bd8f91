"""Joining a site by an invitation: as somebody new, or as one who is logged in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_login import current_user  # type: ignore[import-untyped]  # It has no types.
from werkzeug.exceptions import NotFound

from modsvc.errors import AlreadyExists, RoleLost
from modsvc.services.manage_people import MAX_NAME_CHARS
from modsvc.services.passwords import MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS
from modsvc.web import session
from modsvc.web.errors import sentence, sentence_of
from modsvc.web.language import translated
from modsvc.web.people import ROLE_WORDS

if TYPE_CHECKING:
    from modsvc.services.manage_people import ManagePeople
    from modsvc.store.invitations import Invitation

CONFLICT, UNPROCESSABLE = 409, 422
SPENT = lazy_gettext(
    "This invitation was used already, withdrawn, or is too old. Ask for a new one."
)
TAKEN = lazy_gettext(
    "Somebody has this name already. Choose another; or, if it is you, log in first."
)
UNEQUAL = lazy_gettext("The two passwords differ.")

# Its address is beneath that of the people's page; its pages are for people who are no one yet.
bp = Blueprint("join", __name__, url_prefix="/people/join")


def service() -> ManagePeople:
    """Give what says who works where."""
    found: ManagePeople = current_app.extensions["modsvc"].manage_people
    return found


@bp.get("/<token>")
def show(token: str) -> ResponseReturnValue:
    """Show what the invitation is to."""
    return _page(token, _invitation(token))


@bp.post("/<token>")
def join(token: str) -> ResponseReturnValue:
    """Join as somebody new."""
    invitation, form = _invitation(token), request.form
    name, password = form.get("name", ""), form.get("password", "")
    if password != form.get("again", ""):
        return _page(token, invitation, name=name, problem=UNEQUAL), UNPROCESSABLE
    try:
        session_token = service().join_as_new(token, name, password, session.device())
    except ValueError as error:
        said = sentence_of(translated(error.args[0]))
        return _page(token, invitation, name=name, problem=said), UNPROCESSABLE
    except AlreadyExists:
        return _page(token, invitation, name=name, problem=TAKEN), CONFLICT
    session.enter(session_token)
    flash(_("Welcome."))
    return redirect(url_for("queue.show", site=invitation.site), 303)


@bp.post("/<token>/as-me")
def join_as_me(token: str) -> ResponseReturnValue:
    """Join as whoever is logged in."""
    invitation = _invitation(token)
    if not current_user.is_authenticated:
        return redirect(url_for("log_in.form", next=url_for("join.show", token=token)), 303)
    try:
        site = service().join(token, current_user.visitor.id)
    except RoleLost as error:
        return _page(token, invitation, problem=sentence(error)), CONFLICT
    flash(_("You work here now, too."))
    return redirect(url_for("queue.show", site=site), 303)


def _invitation(token: str) -> Invitation:
    found = service().invitation(token)
    if found is None:
        raise NotFound(str(SPENT))
    return found


def _page(token: str, invitation: Invitation, *, name: str = "", problem: str | None = None) -> str:
    known = current_user.visitor if current_user.is_authenticated else None
    return render_template(
        "join.html",
        token=token,
        invitation=invitation,
        role=ROLE_WORDS[invitation.role],
        known=known,
        name=name,
        problem=problem,
        longest_name=MAX_NAME_CHARS,
        least=MIN_PASSWORD_CHARS,
        most=MAX_PASSWORD_CHARS,
    )
