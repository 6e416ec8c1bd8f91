"""Whose a case is: claimed, released, passed on, escalated, assigned."""

from __future__ import annotations

from flask import current_app, flash, g, jsonify, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from modsvc.errors import Conflict, NobodyLeads
from modsvc.services.work_on_case import WorkOnCase
from modsvc.web.cases import forms
from modsvc.web.cases.showing import CASE, bp
from modsvc.web.errors import sentence
from modsvc.web.preferences import is_lead
from modsvc.web.queue import by_script, to_next_case


@bp.post(f"{CASE}/claim")
def claim(case_id: int) -> ResponseReturnValue:
    """Take a case, or keep it for longer; its page says so when somebody else has it."""
    review = current_app.extensions["modsvc"].review_case
    review.claim(g.site, case_id, g.visitor.id, is_lead=is_lead())
    return redirect(url_for("cases.show", case_id=case_id), 303)


@bp.post(f"{CASE}/release")
def release(case_id: int) -> ResponseReturnValue:
    """Give a case back to the queue."""
    current_app.extensions["modsvc"].review_case.release(g.site, case_id, g.visitor.id)
    flash(_("Case %(case)s is free again.", case=case_id))
    return redirect(url_for("queue.show"), 303)


@bp.post(f"{CASE}/pass")
def pass_on(case_id: int) -> ResponseReturnValue:
    """Leave a case to others, for good, and go on to the next."""
    try:
        _work().pass_on(g.site, case_id, g.visitor.id, is_lead=is_lead())
    except Conflict as error:
        return _refused(case_id, error)
    return _gone(
        case_id, _("Case %(case)s goes to somebody else. Nobody counts this.", case=case_id)
    )


@bp.post(f"{CASE}/escalate")
def escalate(case_id: int) -> ResponseReturnValue:
    """Leave a case to leads."""
    text = forms.note()
    try:
        _work().escalate(g.site, case_id, g.visitor.id, text, is_lead=is_lead())
    except Conflict as error:
        return _refused(case_id, error)
    return _gone(case_id, _("Case %(case)s waits for a lead.", case=case_id))


@bp.post(f"{CASE}/assign")
def assign(case_id: int) -> ResponseReturnValue:
    """Make a case somebody's, with a note to them; or everybody's again."""
    to, text = forms.number("to"), forms.note()
    try:
        _work().assign(g.site, case_id, g.visitor.id, to, text, is_lead=is_lead())
    except Conflict as error:
        return forms.too_late(case_id, error)
    if to is None:
        flash(_("Case %(case)s is for everybody again.", case=case_id))
    else:
        name = next(each.name for each in _work().colleagues(g.site) if each.id == to)
        flash(_("Case %(case)s waits for %(who)s.", case=case_id, who=name))
    return redirect(url_for("cases.show", case_id=case_id), 303)


def _gone(case_id: int, said: str) -> ResponseReturnValue:
    """Answer a form by which a case has left its moderator."""
    if by_script():
        return jsonify({"said": said})
    flash(said)
    return to_next_case(but=case_id)


def _refused(case_id: int, error: Conflict) -> ResponseReturnValue:
    if by_script():
        return jsonify({"why": sentence(error)}), 409
    if isinstance(error, NobodyLeads):
        flash(sentence(error))
        return redirect(url_for("cases.show", case_id=case_id), 303)
    return forms.too_late(case_id, error)


def _work() -> WorkOnCase:
    work: WorkOnCase = current_app.extensions["modsvc"].work_on_case
    return work
