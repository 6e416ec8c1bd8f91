"""A person's password, and the sessions they have open."""

from __future__ import annotations

from flask import current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_login import current_user  # type: ignore[import-untyped]  # It has no types.

from modsvc.services.passwords import MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS
from modsvc.store.log_ins import token_digest
from modsvc.web import session
from modsvc.web.errors import sentence_of
from modsvc.web.language import translated
from modsvc.web.log_in import refused, too_many
from modsvc.web.me.blueprint import account, bp

UNPROCESSABLE = 422
WRONG = lazy_gettext("That is not your present password.")
UNEQUAL = lazy_gettext("The two new passwords differ.")


@bp.app_template_filter()
def device_word(device: str) -> str:
    """Name a device, as core/devices.py does in English, in the page's language."""
    browser, on, system = device.partition(" on ")
    return _("%(browser)s on %(system)s", browser=browser, system=system) if on else device


@bp.get("/security")
def show_security() -> ResponseReturnValue:
    """Show the visitor's sessions, and let them change their password."""
    return _page()


@bp.post("/password")
def change_password() -> ResponseReturnValue:
    """Change the visitor's password, which ends their other sessions."""
    form = request.form
    new = form.get("new", "")
    if new != form.get("again", ""):
        return _page(UNEQUAL), UNPROCESSABLE
    try:
        changed = account().change_password(
            g.visitor.id, form.get("current", ""), new, request.remote_addr, session.device()
        )
    except ValueError as error:
        return _page(sentence_of(translated(error.args[0]))), UNPROCESSABLE
    if changed.token is None:
        said = too_many(changed.wait) if changed.wait else WRONG
        return refused(_page(said), changed.wait)
    session.enter(changed.token)
    flash(_("Your password is changed, and you are logged out everywhere else."))
    return redirect(url_for("me.show_security"), 303)


@bp.post("/sessions/end")
def end_session() -> ResponseReturnValue:
    """End one of the visitor's sessions, or all the others."""
    if "others" in request.form:
        account().end_other_sessions(g.visitor.id, current_user.token)
        flash(_("You are logged out everywhere else."))
    elif account().end_session(g.visitor.id, request.form.get("session", "").replace("\0", "")):
        flash(_("That session has ended."))
    else:
        flash(_("That session had ended already."))
    return redirect(url_for("me.show_security"), 303)


def _page(problem: str | None = None) -> str:
    return render_template(
        "me_security.html",
        has_password=account().has_password(g.visitor.id),
        sessions=account().sessions(g.visitor.id),
        present=token_digest(current_user.token),
        now=current_app.extensions["modsvc"].now(),
        least=MIN_PASSWORD_CHARS,
        most=MAX_PASSWORD_CHARS,
        problem=problem,
    )
