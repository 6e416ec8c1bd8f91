"""One entry: how often it is found and where, and what it should be instead."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from modsvc.core.word_lines import MAX_NOTE_CHARS
from modsvc.errors import AlreadyExists, NotFound
from modsvc.services.edit_words import WordFile
from modsvc.services.try_words import Tried
from modsvc.web.language import translated
from modsvc.web.queue import MAX_ID
from modsvc.web.words.adding import UNPROCESSABLE, show_form
from modsvc.web.words.blueprint import bp, now, service
from modsvc.web.words.chart import bars
from modsvc.web.words.form import Form, Read, read_one
from modsvc.web.words.languages import names

ENTRY = f"/words/<int(max={MAX_ID}):entry_id>"
GONE = 409


@bp.get(ENTRY)
def show_entry(entry_id: int) -> ResponseReturnValue:
    """Show an entry."""
    file = service().file(g.site, entry_id)
    return _page(file, Form.of(file.line))


@bp.post(ENTRY)
def change(entry_id: int) -> ResponseReturnValue:
    """Try what an entry should be instead, or put that in its place."""
    form = Form.sent(request.form)
    try:
        file = service().file(g.site, entry_id)
        asked = read_one(form, file.line, now().date())
        if not asked.is_good:
            return _page(file, form, asked), UNPROCESSABLE
        if request.form.get("do") != "save":
            return _page(file, form, asked, service().try_on(g.site, asked.wanted))
        new = service().change(g.site, g.visitor.id, entry_id, asked.wanted[0])
    except NotFound:
        return show_form(form, gone=True), GONE
    except AlreadyExists as error:
        asked.problems.append(_("Nothing was saved: %(why)s.", why=translated(error.args[0])))
        return _page(file, form, asked), UNPROCESSABLE
    flash(
        _("Saved.") if new == entry_id else _("Saved. It is looked for from the next comment on.")
    )
    return redirect(url_for("words.show_entry", entry_id=new), 303)


def _page(file: WordFile, form: Form, asked: Read | None = None, tried: Tried | None = None) -> str:
    return render_template(
        "words_entry.html",
        file=file,
        line=file.line,
        form=form,
        asked=asked,
        tried=tried,
        bars=bars(file.days),
        languages=names(),
        max_note=MAX_NOTE_CHARS,
        now=now(),
    )
