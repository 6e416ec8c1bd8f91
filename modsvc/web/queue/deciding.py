"""Decide cases from a list, one or many, or all that match; and take back what was done."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from flask import flash, g, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.exceptions import BadRequest

from modsvc.core.review import APPROVAL, REJECTIONS
from modsvc.errors import CaseChanged, Conflict, NotFound
from modsvc.services.decide_cases import MOST_TOGETHER, Done, Seen
from modsvc.web.errors import sentence, sentence_of
from modsvc.web.form_keys import form_key
from modsvc.web.language import translated
from modsvc.web.preferences import is_lead
from modsvc.web.queue.blueprint import MAX_ID, bp, by_script, service
from modsvc.web.queue.filters import NUMBER, View
from modsvc.web.queue.listing import counted
from modsvc.web.wording import moment_of

CASE = re.compile(r"([0-9]{1,19})\.([0-9]{1,9})")
# The names of a form's buttons; the value is a case, or stands for those that are ticked.
APPROVE, REJECT, TICKED = "approve", "reject", "ticked"
# So many reasons why cases were left are shown.
TOLD = 20


@bp.post("/queue/decide")
def decide() -> ResponseReturnValue:
    """Decide the cases that a form names: the ticked ones, or the one whose button was pressed."""
    view, code = View.asked(), _code()
    seen = _seen(_named())
    if code is None:
        flash(_("Nothing was decided: choose a reason for rejecting first."))
        return redirect(view.address(), 303)
    if not seen:
        flash(_("Nothing was decided: tick some comments first."))
        return redirect(view.address(), 303)
    form = form_key(code, *(f"{each.case_id}.{each.revision}" for each in seen))
    return _decide(view, seen, code, form)


@bp.get("/queue/matching")
def ask() -> ResponseReturnValue:
    """Show how many cases match, and ask what to do with them."""
    view = View.asked()
    as_of = service().show_queue.as_of(g.site)
    page = service().show_queue.page(g.site, view.wanted(), size=5)
    return render_template(
        "queue_matching.html",
        view=view,
        page=page,
        as_of=as_of,
        counted=counted,
        most=MOST_TOGETHER,
        now=service().now(),
        approval=APPROVAL,
        rejections=REJECTIONS,
        form=secrets.token_hex(16),
    )


@bp.post("/queue/matching")
def decide_matching() -> ResponseReturnValue:
    """Decide all that match, or as many as one act can have, as they were when counted."""
    view, code = View.asked(), _code()
    if code is None:
        flash(_("Nothing was decided: choose a reason for rejecting first."))
        return redirect(view.address("queue.ask"), 303)
    newest, as_of, at = (_number(request.form.get(name, "")) for name in ("newest", "as_of", "at"))
    found = service().show_queue.matching(
        g.site, view.wanted(), newest=newest, as_of=as_of, at=moment_of(at)
    )
    # Not by the cases: once these are decided, others match.
    form = form_key(code, newest, as_of, urlencode(view.query))
    if found.n_changed:
        flash(
            ngettext(
                "%(num)s comment was left: it has changed since the count.",
                "%(num)s comments were left: they have changed since the count.",
                found.n_changed,
            )
        )
    return _decide(
        view, found.seen, code, form, {"filter": view.query}, is_said=bool(found.n_changed)
    )


@bp.post("/queue/undo")
def undo() -> ResponseReturnValue:
    """Take back what was done with one key or click."""
    view, act = View.asked(), _number(request.form.get("act", ""))
    try:
        done = service().decide_cases.undo(g.site, g.visitor.id, act)
    except (Conflict, NotFound) as error:
        if by_script():
            was_before = isinstance(error, Conflict)
            return jsonify({"why": sentence(error), "undone": was_before}), 409
        flash(_("Nothing was undone: %(why)s.", why=translated(error.args[0])))
        return redirect(view.address(), 303)
    if by_script():
        return jsonify({"back": done.decided, "refused": _told(done.refused)})
    if done.decided or not done.refused:
        flash(
            ngettext(
                "Undone: %(num)s comment waits in the queue again.",
                "Undone: %(num)s comments wait in the queue again.",
                len(done.decided),
            )
        )
    _tell(done.refused)
    return redirect(view.address(), 303)


def _decide(
    view: View,
    seen: Sequence[Seen],
    code: str,
    form: str | None,
    detail: Mapping[str, Any] | None = None,
    *,
    is_said: bool = False,
) -> ResponseReturnValue:
    """Decide cases and answer; where it `is_said` already why some were left, not once more."""
    try:
        done = service().decide_cases.many(
            g.site,
            g.visitor.id,
            seen,
            code,
            is_lead=is_lead(),
            form=form,
            detail=detail,
        )
    except CaseChanged as error:
        if by_script():
            return jsonify({"why": sentence(error)}), 409
        flash(_("Nothing was decided: %(why)s.", why=translated(error.args[0])))
        return redirect(view.address(), 303)
    return _answer(view, done, is_said=is_said)


def _answer(view: View, done: Done, *, is_said: bool) -> ResponseReturnValue:
    if by_script():
        return jsonify(
            {"act": done.act_id, "decided": done.decided, "refused": _told(done.refused)}
        )
    if not (done.seen or done.is_known or is_said):
        flash(_("Nothing was decided: none of them is open any more."))
    _tell(done.refused)
    return redirect(view.address(did=str(done.act_id) if done.act_id else None), 303)


def _tell(refused: Mapping[int, str]) -> None:
    for case_id, why in list(refused.items())[:TOLD]:
        flash(_("Case %(case)s was left: %(why)s.", case=case_id, why=translated(why)))
    if len(refused) > TOLD:
        flash(
            ngettext(
                "%(num)s more was left for such reasons.",
                "%(num)s more were left for such reasons.",
                len(refused) - TOLD,
            )
        )


def _told(refused: Mapping[int, str]) -> dict[str, str]:
    return {str(case_id): sentence_of(translated(why)) for case_id, why in refused.items()}


def _code() -> str | None:
    """Give the reason that the form chose; None where it rejects and chose none."""
    code = request.form.get("code", "")
    if APPROVE in request.form:
        code = APPROVAL
    elif REJECT in request.form:
        code = request.form.get("reason", "")
        if not code:
            return None
    if code != APPROVAL and code not in REJECTIONS:
        raise BadRequest(_("This is no reason that a comment can be rejected for."))
    return code


def _named() -> list[str]:
    """Give the cases that are meant: that of the button, or those that are ticked."""
    of_button = request.form.get(APPROVE) or request.form.get(REJECT) or TICKED
    return request.form.getlist("case") if of_button == TICKED else [of_button]


def _seen(texts: list[str]) -> list[Seen]:
    matches = [CASE.fullmatch(text) for text in texts[:MOST_TOGETHER]]
    if not all(match and int(match[1]) <= MAX_ID for match in matches):
        raise BadRequest(_("The form was not complete. Load the queue again."))
    # Each once, however often it was named.
    return list({m[1]: Seen(int(m[1]), int(m[2])) for m in matches if m}.values())


def _number(text: str) -> int:
    if not NUMBER.fullmatch(text) or int(text) > MAX_ID:
        raise BadRequest(_("The form was not complete. Load the queue again."))
    return int(text)
