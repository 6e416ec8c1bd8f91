"""A case as it is shown; and as it is shown, for once, with what is kept back."""

from __future__ import annotations

import logging

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from modsvc.web import exposure
from modsvc.web.cases.facts import PERSONAL, facts, open_case, severe
from modsvc.web.preferences import AUTHOR
from modsvc.web.queue import MAX_ID
from modsvc.web.visitors import for_moderators

log = logging.getLogger(__name__)

CASE = f"/cases/<int(max={MAX_ID}):case_id>"

bp = Blueprint("cases", __name__)
for_moderators(bp)


@bp.get(CASE)
def show(case_id: int) -> ResponseReturnValue:
    """Show a case. Looking claims nothing."""
    file = open_case(case_id)
    if file.instead is not None:
        return redirect(url_for("cases.show", case_id=file.instead), 303)
    if file.case.is_open:
        exposure.note(case_id, is_severe=severe(file))
    return render_template("case.html", **facts(file))


@bp.get(f"{CASE}/beside")
def beside(case_id: int) -> ResponseReturnValue:
    """Give what stands around a case, for the queue's pages to show beside it."""
    return render_template("case_beside.html", of=f"case-{case_id}-", **facts(open_case(case_id)))


@bp.post(f"{CASE}/personal")
def reveal(case_id: int) -> ResponseReturnValue:
    """Show a case with the personal data in it, for this once.

    It takes a form, which nothing sends that follows links ahead of people. Every moderator may
    ask; were it for some roles alone, here is where they would be told apart.
    """
    return _with(case_id, PERSONAL)


@bp.post(f"{CASE}/author")
def reveal_author(case_id: int) -> ResponseReturnValue:
    """Show a case with its author, for this once, to who judges without knowing them."""
    return _with(case_id, AUTHOR)


@bp.get(f"{CASE}/personal")
@bp.get(f"{CASE}/author")
def hide(case_id: int) -> ResponseReturnValue:
    """Lead whoever comes back to the form's address without the form to the case as it is shown."""
    return redirect(url_for("cases.show", case_id=case_id), 303)


@bp.post(f"{CASE}/rest")
def rest(case_id: int) -> ResponseReturnValue:
    """Take the proposal of a break away, until the next."""
    exposure.rest()
    return redirect(url_for("cases.show", case_id=case_id), 303)


def _with(case_id: int, asked: str) -> str:
    also = {AUTHOR, PERSONAL}.intersection(request.form.getlist("also"))
    shown = frozenset({asked, *also})
    file = open_case(case_id)
    for each in sorted(shown):
        log.info("%s.shown: moderator %d, case %d", each, g.visitor.id, case_id)
    return render_template("case.html", **facts(file, shown))
