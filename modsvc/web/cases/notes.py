"""Notes on a case: between moderators, never sent to the site."""

from __future__ import annotations

from flask import current_app, flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from modsvc.web.cases import forms
from modsvc.web.cases.showing import CASE, bp


@bp.post(f"{CASE}/note")
def note(case_id: int) -> ResponseReturnValue:
    """Keep a note; whoever is named in it after an @ finds it under what is for them."""
    text = forms.note()
    if text:
        current_app.extensions["modsvc"].work_on_case.note(g.site, case_id, g.visitor.id, text)
        flash(_("The note is kept."))
    else:
        flash(_("Write something first."))
    return redirect(url_for("cases.show", case_id=case_id), 303)
