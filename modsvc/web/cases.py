"""A case: what was said, why it is here, and what to do about it."""

from __future__ import annotations

import logging
import re

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest

from modsvc.core.personal import find_personal
from modsvc.core.review import APPROVAL, REJECTIONS
from modsvc.errors import Conflict
from modsvc.services.review_case import CaseFile, ReviewCase
from modsvc.web.queue import MAX_ID, to_next_case
from modsvc.web.visitors import for_moderators
from modsvc.web.wording import status

log = logging.getLogger(__name__)

COUNTER = re.compile(r"[0-9]{1,9}")
CASE = f"/cases/<int(max={MAX_ID}):case_id>"

bp = Blueprint("cases", __name__)
for_moderators(bp)


@bp.get(CASE)
def show(case_id: int) -> ResponseReturnValue:
    """Show a case. Looking claims nothing."""
    return render_template("case.html", **_facts(_review().open(g.site, case_id)))


@bp.post(f"{CASE}/personal")
def reveal(case_id: int) -> ResponseReturnValue:
    """Show a case with the personal data in it, for this once.

    It takes a form, which nothing sends that follows links ahead of people. Every moderator may
    ask; were it for some roles alone, here is where they would be told apart.
    """
    file = _review().open(g.site, case_id)
    log.info("personal.shown: moderator %d, case %d", g.visitor.id, case_id)
    return render_template("case.html", **_facts(file, revealed=True))


@bp.get(f"{CASE}/personal")
def hide(case_id: int) -> ResponseReturnValue:
    """Lead whoever comes back to the form's address without the form to the case as it is shown."""
    return redirect(url_for("cases.show", case_id=case_id), 303)


@bp.post(f"{CASE}/claim")
def claim(case_id: int) -> ResponseReturnValue:
    """Take a case, or keep it for longer; its page says so when somebody else has it."""
    _review().claim(g.site, case_id, g.visitor.id)
    return redirect(url_for("cases.show", case_id=case_id), 303)


@bp.post(f"{CASE}/release")
def release(case_id: int) -> ResponseReturnValue:
    """Give a case back to the queue."""
    _review().release(g.site, case_id, g.visitor.id)
    flash(_("Case %(case)s is free again.", case=case_id))
    return redirect(url_for("queue.show"), 303)


@bp.post(f"{CASE}/decide")
def decide(case_id: int) -> ResponseReturnValue:
    """Approve or reject, if the case still is what the form showed; then go on to the next."""
    code = request.form.get("code")
    if code is None:
        flash(_("Choose a reason for rejecting."))
        return redirect(url_for("cases.show", case_id=case_id), 303)
    if code != APPROVAL and code not in REJECTIONS:
        raise BadRequest(_("This is no reason that a comment can be rejected for."))
    try:
        decision = _review().decide(
            g.site,
            case_id,
            g.visitor.id,
            code,
            claim_token=_counter("claim_token"),
            revision=_counter("revision"),
        )
    except Conflict:
        facts = _facts(_review().open(g.site, case_id))
        return render_template("conflict.html", **facts), 409
    flash(
        _(
            "Case %(case)s: the comment was %(status)s.",
            case=case_id,
            status=status(decision.action),
        )
    )
    return to_next_case()


def _review() -> ReviewCase:
    review: ReviewCase = current_app.extensions["modsvc"].review_case
    return review


def _facts(file: CaseFile, *, revealed: bool = False) -> dict[str, object]:
    """Give what the templates are told about a case; the personal data in it if `revealed`."""
    told = (
        file.body,
        file.author.name or "",
        file.author.id,
        file.parent.body if file.parent else "",
    )
    held = file.claimed_by_name is not None
    return {
        "file": file,
        "case": file.case,
        "revealed": revealed,
        "personal": any(map(find_personal, told)),
        "mine": held and file.case.claimed_by == g.visitor.id,
        "now": current_app.extensions["modsvc"].now(),
        "approval": APPROVAL,
        "rejections": REJECTIONS,
        # Spans count in the text that was judged: an edit that comes in between has its own.
        "spans_fit": file.in_force.revision == file.case.revision,
    }


def _counter(name: str) -> int:
    text = request.form.get(name, "")
    if not COUNTER.fullmatch(text):
        raise BadRequest(_("The form was not complete. Load the case again."))
    return int(text)
