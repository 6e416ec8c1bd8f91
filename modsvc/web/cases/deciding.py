"""Deciding cases, one or a group, deciding otherwise, and undoing what one did."""

from __future__ import annotations

from flask import current_app, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from modsvc.core.decision import STATUS, Action
from modsvc.core.review import APPROVAL, REJECTIONS
from modsvc.errors import Conflict
from modsvc.services.decide_cases import MOST_TOGETHER, DecideCases, Done, Seen
from modsvc.web.cases import forms
from modsvc.web.cases.showing import CASE, bp
from modsvc.web.queue import MAX_ID, to_next_case

ACT = f"/acts/<int(max={MAX_ID}):act_id>"
NO_REASON = "Choose a reason for rejecting."
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
        done = _decider().one(g.site, g.visitor.id, seen, code)
    except Conflict:
        return forms.too_late(case_id)
    # What was chosen, whatever is in force: that may be another's, whom this one looked after.
    flash_done(f"Case {case_id}: the comment was {_status(code)}.", done.act_id)
    return to_next_case()


@bp.post(f"{CASE}/together")
def together(case_id: int) -> ResponseReturnValue:
    """Decide a case and those like it with one act."""
    code, seen = _code(), forms.listed("case")
    if code is None or not seen:
        return _stay(case_id, NO_REASON if code is None else "Choose the comments to decide.")
    if len(seen) > MOST_TOGETHER:
        raise BadRequest(f"At most {MOST_TOGETHER} cases are decided together.")
    form = request.form.get("form", "")[:64] or None
    done = _decider().many(g.site, g.visitor.id, seen, code, form=form)
    flash_done(_sentence(done, _status(code)), done.act_id)
    return redirect(url_for("cases.show", case_id=case_id), 303)


@bp.post(f"{CASE}/overturn")
def overturn(case_id: int) -> ResponseReturnValue:
    """Decide otherwise what was decided, if that still is in force."""
    code, position = _code(), forms.number("position")
    if position is None:
        raise BadRequest(forms.INCOMPLETE)
    if code is None:
        return _stay(case_id, NO_REASON)
    try:
        done = _decider().overturn(g.site, g.visitor.id, case_id, code, position=position)
    except Conflict:
        return forms.too_late(case_id)
    flash_done(f"Case {case_id}: the comment is {_status(code)} now.", done.act_id)
    return redirect(url_for("cases.show", case_id=case_id), 303)


@bp.post(f"{ACT}/undo")
def undo(act_id: int) -> ResponseReturnValue:
    """Put back as they were the cases that an act of the visitor's decided."""
    done = _decider().undo(g.site, g.visitor.id, act_id)
    count = len(done.decided)
    flash(
        "Undone: the case is as it was."
        if count == 1
        else f"Undone: {count} cases are as they were."
    )
    _flash_refused(done)
    if count == 1 and not done.refused:
        return redirect(url_for("cases.show", case_id=done.decided[0]), 303)
    return redirect(url_for("queue.show"), 303)


def flash_done(text: str, act_id: int | None) -> None:
    """Say on the next page what was done, with the way to undo it."""
    flash(text, "message" if act_id is None else f"undo {act_id}")


def _sentence(done: Done, status: str) -> str:
    _flash_refused(done)
    count = len(done.decided)
    return f"{count} comment{' was' if count == 1 else 's were'} {status}."


def _flash_refused(done: Done) -> None:
    for case_id, why in list(done.refused.items())[:NAMED]:
        flash(f"Case {case_id} was left as it is: {why}.")
    if len(done.refused) > NAMED:
        flash(f"So were {len(done.refused) - NAMED} more.")


def _stay(case_id: int, text: str) -> ResponseReturnValue:
    flash(text)
    return redirect(url_for("cases.show", case_id=case_id), 303)


def _status(code: str) -> str:
    return STATUS[Action.APPROVE if code == APPROVAL else Action.REJECT]


def _code() -> str | None:
    code = request.form.get("code") or None
    if code is not None and code != APPROVAL and code not in REJECTIONS:
        raise BadRequest("This is no reason that a comment can be rejected for.")
    return code


def _decider() -> DecideCases:
    decider: DecideCases = current_app.extensions["modsvc"].decide_cases
    return decider
