"""An editor's draft: what it changes, and what is to become of it."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest

from modsvc.core.policy_document import name_of
from modsvc.errors import PolicyChanged, PolicyInvalid
from modsvc.services.edit_policy import MAX_REPLAYED
from modsvc.web.language import translated
from modsvc.web.policy import changes
from modsvc.web.policy.blueprint import (
    CONFLICT,
    UNPROCESSABLE,
    Problem,
    bp,
    counter,
    desk,
    edit,
    now,
)

# How many of the newest comments an editor may ask to be replayed.
AMOUNTS = (1_000, 5_000, MAX_REPLAYED)
MAX_NOTE_CHARS = 500


@bp.get("/draft")
def show_draft() -> ResponseReturnValue:
    """Show what the draft changes."""
    return _page()


@bp.post("/draft/save")
def save() -> ResponseReturnValue:
    """Save the draft as a version: in force from the next comment on, or only looking on."""
    note, how = request.form.get("note", "").strip(), request.form.get("how")
    if how not in ("in_force", "looks_on") or len(note) > MAX_NOTE_CHARS:
        raise BadRequest(_("The form was not complete. Load the page again."))
    seen, shadow = request.form.get("seen", ""), how == "looks_on"
    try:
        number = edit().save(g.site, g.visitor.id, seen=seen, note=note, shadow=shadow)
    except PolicyInvalid:
        return _page(UNPROCESSABLE, note)
    except PolicyChanged as error:
        return _page(CONFLICT, note, translated(error.args[0]))
    if how == "looks_on":
        flash(
            _(
                "Version %(number)s looks on from the next comment on. It decides nothing.",
                number=number,
            )
        )
        return redirect(url_for("policy.show_shadow"), 303)
    flash(_("Version %(number)s is in force from the next comment on.", number=number))
    return redirect(url_for("policy.show_version", number=number), 303)


@bp.post("/draft/go-on")
def go_on() -> ResponseReturnValue:
    """Go on with a draft where somebody else has changed the rules, with their changes or not."""
    merged = request.form.get("do") == "merge"
    try:
        edit().rebase(g.site, g.visitor.id, seen=counter(request.form.get("seen")), merged=merged)
    except PolicyChanged as error:
        return _page(CONFLICT, conflict=translated(error.args[0]))
    flash(_("Your draft now holds both changes.") if merged else _("Your draft stands as it was."))
    return redirect(url_for("policy.show_draft"), 303)


@bp.post("/draft/discard")
def discard() -> ResponseReturnValue:
    """Forget the draft."""
    edit().discard(g.site, g.visitor.id)
    flash(_("The draft is discarded. What is in force has not changed."))
    return redirect(url_for("policy.show"), 303)


@bp.post("/draft/replay")
def ask_replay() -> ResponseReturnValue:
    """Ask for the draft to be replayed on the newest comments."""
    here, amount = desk(), request.form.get("newest", "")
    if amount not in map(str, AMOUNTS):
        raise BadRequest(_("The form was not complete. Load the page again."))
    try:
        replay = edit().ask_replay(g.site, g.visitor.id, here.document, int(amount))
    except PolicyInvalid:
        return _page(UNPROCESSABLE)
    return redirect(url_for("policy.show_replay", replay_id=replay), 303)


def _page(status: int = 200, note: str = "", conflict: str | None = None) -> ResponseReturnValue:
    here, default = desk(), edit().default_document
    page = render_template(
        "policy_draft.html",
        desk=here,
        seen=name_of(here.document),
        problem=here.problem and Problem.of(here.problem, here.document),
        changed=changes.in_words(here.in_force_document, here.document, default),
        lines=changes.lines(here.in_force_document, here.document),
        theirs=changes.in_words(here.begun_on, here.in_force_document, default),
        mine=changes.in_words(here.begun_on, here.document, default),
        merges=here.is_stale and here.merged is not None,
        conflict=conflict,
        note=note,
        max_note=MAX_NOTE_CHARS,
        amounts=AMOUNTS,
        now=now(),
        shadow=edit().looked_on(g.site) if here.standing.shadow else None,
    )
    return page, status
