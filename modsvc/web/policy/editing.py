"""The policy before an editor: as a form, and as the text that it is. Both write the same draft."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from modsvc.core.expressions import VARIABLES
from modsvc.core.policy_document import name_of
from modsvc.errors import PolicyChanged
from modsvc.services.edit_policy import Desk
from modsvc.web.policy import changes, form, naming, places, speaking, writing
from modsvc.web.policy.blueprint import (
    CONFLICT,
    UNPROCESSABLE,
    Problem,
    bp,
    desk,
    edit,
    now,
)
from modsvc.web.policy.form import NoForm, Values

UNCHANGED = lazy_gettext("Nothing differs from what is in force, so there is nothing to keep.")


@bp.get("")
def show() -> ResponseReturnValue:
    """Show what is in force, or the editor's draft, as a form."""
    return _form(desk())


@bp.post("")
def write() -> ResponseReturnValue:
    """Keep what was typed into the form as the editor's draft."""
    typed = {name: "\n".join(filter(None, texts)) for name, texts in request.form.lists()}
    seen = typed.pop("seen", "")
    before = desk()
    if name_of(before.document) == seen:
        try:
            _keep(before, _onto(before, typed, seen), seen)
        except PolicyChanged:
            pass
        else:
            return _kept(desk(), "policy.show")
    here = desk()
    return _form(here, _onto(here, typed, seen), CONFLICT)


@bp.get("/text")
def show_text() -> ResponseReturnValue:
    """Show what is in force, or the editor's draft, as text."""
    return _text(desk())


@bp.post("/text")
def write_text() -> ResponseReturnValue:
    """Keep a text as the editor's draft."""
    before = desk()
    document = _with_lines_of(before.document, _kept_text(request.form.get("document", "")))
    try:
        _keep(before, document, request.form.get("seen", ""))
    except PolicyChanged:
        return _text(desk(), document, CONFLICT)
    return _kept(desk(), "policy.show_text")


def _keep(before: Desk, document: str, seen: str) -> None:
    """Keep a draft. One that says what is in force anyway is none."""
    edit().keep(g.site, g.visitor.id, document, seen=seen)
    if document == before.in_force_document:
        edit().discard(g.site, g.visitor.id)


def _kept(here: Desk, page: str) -> ResponseReturnValue:
    """Lead on from a draft that was kept; show one that cannot be used again, with its mistake."""
    if not here.is_draft:
        flash(str(UNCHANGED))
        return redirect(url_for(page), 303)
    if here.problem is None:
        return redirect(url_for("policy.show_draft"), 303)
    show_again = _form if page == "policy.show" else _text
    return show_again(here, status=UNPROCESSABLE)


def _onto(here: Desk, typed: Values, seen: str) -> str:
    """Put what was typed onto what is there now: only what differs from what its form showed.

    Where a document is too broken for that, it is put onto the next best.
    """
    default = edit().default_document
    is_here = name_of(here.document) == seen
    base = here.document if is_here else edit().document_named(g.site, seen)
    if base is not None:
        with suppress(NoForm):
            typed = writing.only_changed(typed, form.read(base, default))
    for ground in (here.document, base, here.in_force_document):
        if ground is not None:
            with suppress(NoForm):
                return writing.write(ground, default, typed)
    return writing.write(default, default, typed)


def _form(here: Desk, document: str | None = None, status: int = 200) -> ResponseReturnValue:
    """Show the form of a document, the desk's own if none is given."""
    default = edit().default_document
    shown = document if document is not None else here.document
    try:
        values = form.read(shown, default)
    except NoForm:
        flash(_("The draft has a mistake that the form cannot show. Mend it here, in the text."))
        return redirect(url_for("policy.show_text"), 303)
    try:
        in_force = form.read(here.in_force_document, default)
    except NoForm:
        in_force = values
    problem = here.problem if document is None else None
    page = render_template(
        "policy.html",
        desk=here,
        seen=name_of(here.document),
        values=values,
        in_force=in_force,
        problem=problem and Problem.of(problem, shown, values),
        is_conflict=status == CONFLICT,
        stages=edit().stages,
        comments={**places.comments(default), **places.comments(shown)},
        limits=_limits(shown, values),
        rows={table: form.rows(values, table) for table in form.ROWS},
        asks=form.ROWS,
        elsewhere=speaking.elsewhere(shown),
        variables=VARIABLES,
        naming=naming,
        speaking=speaking,
        now=now(),
    )
    return page, status


def _limits(document: str, values: Values) -> list[tuple[str, list[str]]]:
    """Group the limits as the document does: each group stands under one comment."""
    above = places.comments(document)
    groups: list[tuple[str, list[str]]] = []
    order = [name for name in places.names(document) if name.startswith("limits.")]
    missing = [name for name in values if name.startswith("limits.") and name not in order]
    for name in (*order, *missing):
        if name not in values:
            continue
        if name in above or not groups:
            groups.append((above.get(name, ""), []))
        groups[-1][1].append(name)
    return groups


def _text(here: Desk, document: str | None = None, status: int = 200) -> ResponseReturnValue:
    """Show a document as text, the desk's own if none is given."""
    shown = document if document is not None else here.document
    problem = here.problem if document is None else None
    facts: dict[str, Any] = {
        "desk": here,
        "seen": name_of(here.document),
        "document": shown,
        "n_lines": len(shown.splitlines()),
        "problem": problem and Problem.of(problem, shown),
        "is_conflict": status == CONFLICT,
        "lines": changes.lines(here.document, shown),
    }
    return render_template("policy_text.html", **facts), status


def _kept_text(text: str) -> str:
    """Give a text without what editing programs put before it; NUL, which no store keeps, shows."""
    return text.removeprefix("\ufeff").replace("\0", "\ufffd")


def _with_lines_of(document: str, text: str) -> str:
    """End the lines of a text as those of a document end; browsers end them in their own way."""
    lines = "\n".join(text.split("\r\n"))
    return lines.replace("\n", "\r\n") if "\r\n" in document else lines
