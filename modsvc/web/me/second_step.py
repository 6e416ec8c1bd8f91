"""A person's second step: set up with an app, shown as a picture and as text, and switched off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flask
from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from modsvc.services.second_step import Outcome, spaced
from modsvc.web.log_in import NO_CODE, refused, too_many
from modsvc.web.visitors import for_people

if TYPE_CHECKING:
    from modsvc.services.second_step import SecondStep

# The nonce of the secret that is offered, in the session's cookie; it is no secret itself.
OFFERED = "offered"

bp = Blueprint("second_step", __name__, url_prefix="/me/second-step")
for_people(bp, setting_up=True)


def service() -> SecondStep:
    """Give what turns second steps on and off."""
    found: SecondStep = current_app.extensions["modsvc"].second_step
    return found


@bp.get("")
def show() -> ResponseReturnValue:
    """Offer a second step, or show that there is one."""
    return _page()


@bp.post("")
def turn_on() -> ResponseReturnValue:
    """Turn the second step on by a first code."""
    nonce = flask.session.get(OFFERED)
    if nonce is None or g.visitor.has_second_step:
        return redirect(url_for("second_step.show"), 303)
    code = request.form.get("code", "")
    outcome = service().turn_on(g.visitor.id, nonce, code, request.remote_addr)
    if outcome.counts:
        flask.session.pop(OFFERED, None)
    return _answer(outcome, is_new=True)


@bp.post("/codes")
def renew() -> ResponseReturnValue:
    """Make new recovery codes."""
    code = request.form.get("code", "")
    return _answer(service().renew(g.visitor.id, code, request.remote_addr))


@bp.post("/off")
def turn_off() -> ResponseReturnValue:
    """Turn the second step off by a code."""
    code = request.form.get("code", "")
    outcome = service().turn_off(g.visitor.id, code, request.remote_addr)
    if outcome.counts:
        flash(_("The second step is off: your password alone lets you in."))
        return redirect(url_for("second_step.show"), 303)
    return _answer(outcome)


def picture(text: str) -> Markup:
    """Draw a QR code. Black on white in every theme: not all apps read it the other way round."""
    import segno  # It takes a twentieth of a second, which few processes ever need.

    code = segno.make(text, error="m", micro=False)
    return Markup(  # noqa: S704  It is drawn of squares; no text of anybody's is in it.
        code.svg_inline(omitsize=True, border=4, dark="#000", light="#fff")
    )


def _answer(outcome: Outcome, *, is_new: bool = False) -> ResponseReturnValue:
    if not outcome.counts:
        said = too_many(outcome.wait) if outcome.wait else NO_CODE
        return refused(_page(said), outcome.wait)
    # Not led on to another page: they are shown this once, and kept nowhere.
    codes = [spaced(code) for code in outcome.recovery_codes]
    return render_template("recovery_codes.html", codes=codes, is_new=is_new)


def _page(problem: str | None = None) -> str:
    visitor = g.visitor
    if visitor.has_second_step:
        left = service().left(visitor.id)
        return render_template("second_step.html", left=left, problem=problem)
    nonce = flask.session.setdefault(OFFERED, service().offer())
    address = service().address(visitor.id, visitor.name, nonce)
    return render_template(
        "second_step_offered.html",
        address=address,
        picture=picture(address),
        secret=spaced(service().secret(visitor.id, nonce)),
        problem=problem,
    )
