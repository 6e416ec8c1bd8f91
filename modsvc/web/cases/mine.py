"""What is the visitor's own: what they did, what others told them, what was handed to them."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from modsvc.services.work_on_case import MAX_NOTE_CHARS, WorkOnCase
from modsvc.web.cases import forms
from modsvc.web.preferences import is_lead
from modsvc.web.visitors import for_moderators

bp = Blueprint("mine", __name__)
for_moderators(bp)


@bp.get("/done")
def done() -> ResponseReturnValue:
    """Show what the visitor did last; each of it can be undone."""
    return render_template(
        "done.html",
        mine=_work().done(g.site, g.visitor.id),
        now=current_app.extensions["modsvc"].now(),
    )


@bp.get("/for-me")
def for_me() -> ResponseReturnValue:
    """Show the notes that speak to the visitor and the cases that wait for them."""
    lead = is_lead()
    return render_template(
        "for_me.html",
        waiting=_work().for_me(g.site, g.visitor.id, is_lead=lead),
        is_lead=lead,
        max_note_chars=MAX_NOTE_CHARS,
        now=current_app.extensions["modsvc"].now(),
    )


@bp.post("/for-me/seen")
def seen() -> ResponseReturnValue:
    """Note that the visitor has seen what was said to them, as far as the page showed it."""
    until = forms.number("until")
    if until is not None:
        _work().mark_seen(g.site, g.visitor.id, until)
    return redirect(url_for("mine.for_me"), 303)


@bp.post("/for-me/hand-over")
def hand_over() -> ResponseReturnValue:
    """Make all that waits for the visitor somebody else's."""
    to, text = forms.number("to"), forms.note()
    if to is None:
        flash(_("Choose somebody."))
    else:
        count = _work().hand_over(g.site, g.visitor.id, to, text)
        flash(ngettext("%(num)s case was handed over.", "%(num)s cases were handed over.", count))
    return redirect(url_for("mine.for_me"), 303)


@bp.app_template_global()
def new_mentions() -> int:
    """Count the notes to the visitor that they have not seen."""
    return _work().count_new(g.site, g.visitor.id)


def _work() -> WorkOnCase:
    work: WorkOnCase = current_app.extensions["modsvc"].work_on_case
    return work
