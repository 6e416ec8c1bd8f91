"""Deciding cases, one or a group, deciding otherwise, and undoing what one did."""

from __future__ import annotations

from flask import current_app, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from werkzeug.exceptions import BadRequest

from modsvc.core.decision import Action
from modsvc.core.review import APPROVAL, REJECTIONS
from modsvc.errors import CaseChanged, Conflict
from modsvc.services.decide_cases import MOST_TOGETHER, DecideCases, Done, Seen
from modsvc.web.cases import forms
from modsvc.web.cases.showing import CASE, bp
from modsvc.web.form_keys import form_key
from modsvc.web.language import translated
from modsvc.web.preferences import is_lead
from modsvc.web.queue import MAX_ID, to_next_case
from modsvc.web.wording import status

ACT = f"/acts/<int(max={MAX_ID}):act_id>"
NO_REASON = lazy_gettext("Choose a reason for rejecting.")
# How many of the cases that were left as they were are named.
NAMED = 5


@bp.post(f"{CASE}/decide")
def decide(case_id: int) -> ResponseReturnValue:
    """Approve or reject, if the case still is what the form showed; then go on to the next."""
    code = _code()
    if code is None:
        return _stay(case_id, NO_REASON)
    try:
        seen = Seen(case_id, forms.counter("revision"), forms.counter("claim_token"))
        done = _decider().one(g.site, g.visitor.id, seen, code, is_lead=is_lead())
    except Conflict as error:
        return forms.too_late(case_id, error)
    # What was chosen, whatever is in force: that may be another's, whom this one looked after.
    flash_done(
        _("Case %(case)s: the comment was %(status)s.", case=case_id, status=status(_action(code))),
        done.act_id,
    )
    return to_next_case()


@bp.post(f"{CASE}/together")
def together(case_id: int) -> ResponseReturnValue:
    """Decide a case and those like it with one act."""
    code, seen = _code(), forms.listed("case")
    if code is None or not seen:
        return _stay(case_id, NO_REASON if code is None else _("Choose the comments to decide."))
    if len(seen) > MOST_TOGETHER:
        raise BadRequest(_("At most %(most)s cases are decided together.", most=MOST_TOGETHER))
    form = form_key(code, *(f"{each.case_id}.{each.revision}" for each in seen))
    try:
        done = _decider().many(g.site, g.visitor.id, seen, code, is_lead=is_lead(), form=form)
    except CaseChanged as error:
        return _stay(case_id, _("Nothing was decided: %(why)s.", why=translated(error.args[0])))
    flash_done(_sentence(done, _action(code)), done.act_id)
    return redirect(url_for("cases.show", case_id=case_id), 303)


@bp.post(f"{CASE}/overturn")
def overturn(case_id: int) -> ResponseReturnValue:
    """Decide otherwise what was decided, if that still is in force."""
    code, position = _code(), forms.number("position")
    if position is None:
        raise BadRequest(str(forms.INCOMPLETE))
    if code is None:
        return _stay(case_id, NO_REASON)
    try:
        done = _decider().overturn(
            g.site, g.visitor.id, case_id, code, position=position, is_lead=is_lead()
        )
    except Conflict as error:
        return forms.too_late(case_id, error)
    flash_done(
        _(
            "Case %(case)s: the comment is %(status)s now.",
            case=case_id,
            status=status(_action(code)),
        ),
        done.act_id,
    )
    return redirect(url_for("cases.show", case_id=case_id), 303)


@bp.post(f"{ACT}/undo")
def undo(act_id: int) -> ResponseReturnValue:
    """Put back as they were the cases that an act of the visitor's decided."""
    done = _decider().undo(g.site, g.visitor.id, act_id)
    count = len(done.decided)
    if count or not done.refused:
        flash(
            ngettext(
                "Undone: the case is as it was.", "Undone: %(num)s cases are as they were.", count
            )
        )
    _flash_refused(done)
    if count == 1 and not done.refused:
        return redirect(url_for("cases.show", case_id=done.decided[0]), 303)
    return redirect(url_for("queue.show"), 303)


def flash_done(text: str, act_id: int | None) -> None:
    """Say on the next page what was done, with the way to undo it."""
    flash(text, "message" if act_id is None else f"undo {act_id}")


def _sentence(done: Done, action: Action) -> str:
    _flash_refused(done)
    count = len(done.decided)
    if action is Action.APPROVE:
        return ngettext("%(num)s comment was approved.", "%(num)s comments were approved.", count)
    return ngettext("%(num)s comment was rejected.", "%(num)s comments were rejected.", count)


def _flash_refused(done: Done) -> None:
    for case_id, why in list(done.refused.items())[:NAMED]:
        flash(_("Case %(case)s was left as it is: %(why)s.", case=case_id, why=translated(why)))
    if len(done.refused) > NAMED:
        flash(ngettext("So was %(num)s more.", "So were %(num)s more.", len(done.refused) - NAMED))


def _stay(case_id: int, text: str) -> ResponseReturnValue:
    flash(str(text))
    return redirect(url_for("cases.show", case_id=case_id), 303)


def _action(code: str) -> Action:
    return Action.APPROVE if code == APPROVAL else Action.REJECT


def _code() -> str | None:
    code = request.form.get("code") or None
    if code is not None and code != APPROVAL and code not in REJECTIONS:
        raise BadRequest(_("This is no reason that a comment can be rejected for."))
    return code


def _decider() -> DecideCases:
    decider: DecideCases = current_app.extensions["modsvc"].decide_cases
    return decider
