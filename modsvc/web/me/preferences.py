"""What a person likes their pages to be."""

from __future__ import annotations

from dataclasses import replace

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.exceptions import BadRequest

from modsvc.core.preferences import BLURRED, MOST_BEFORE_BREAK, READING, THEMES, Preferences
from modsvc.web import language
from modsvc.web.log_in import local
from modsvc.web.me.blueprint import account, bp
from modsvc.web.zones import named, zones

THEME_WORDS = {
    "system": lazy_gettext("As my device is"),
    "light": lazy_gettext("Light"),
    "dark": lazy_gettext("Dark"),
}
READING_WORDS = {
    "list": lazy_gettext("A list, many on a page"),
    "card": lazy_gettext("Cards, with more of each"),
    "one": lazy_gettext("One at a time, the next at once"),
}
BLURRED_WORDS = {
    "slurs": lazy_gettext("Slurs"),
    "threats": lazy_gettext("Threats"),
    "severe": lazy_gettext("Whatever is severe"),
}
# The languages the pages are in; the first is what the browser asks for.
LANGUAGES = {
    "": lazy_gettext("As my browser asks"),
    **{e.code: e.name for e in language.LANGUAGES.values()},
}
UNPROCESSABLE = 422


@bp.get("")
def show() -> ResponseReturnValue:
    """Show what the visitor likes."""
    return _page(g.visitor.preferences)


@bp.post("")
def save() -> ResponseReturnValue:
    """Keep what the visitor likes."""
    form = request.form
    chosen = replace(
        g.visitor.preferences,
        theme=_one_of(form.get("theme"), THEMES),
        language=_one_of(form.get("language"), tuple(LANGUAGES)),
        zone=_one_of(form.get("zone"), zones()),
        reading=_one_of(form.get("reading"), READING),
        blurred=frozenset(form.getlist("blurred")) & frozenset(BLURRED),
        blind="blind" in form,
    )
    after = form.get("break_after", "").strip() or "0"
    if not (after.isascii() and after.isdecimal() and int(after[:9]) <= MOST_BEFORE_BREAK):
        problem = _("Write a number from 0 to %(most)s; 0 is never.", most=MOST_BEFORE_BREAK)
        return _page(chosen, break_after=after, problem=problem), UNPROCESSABLE
    account().prefer(g.visitor.id, replace(chosen, break_after=int(after)))
    flash(_("Saved. Your pages are so wherever you log in."))
    answer = redirect(url_for("me.show"), 303)
    language.forget(answer)
    return answer


@bp.post("/theme")
def choose_theme() -> ResponseReturnValue:
    """Keep the colours that the visitor likes, and lead back to where they were."""
    theme = _one_of(request.form.get("theme"), THEMES)
    account().prefer(g.visitor.id, replace(g.visitor.preferences, theme=theme))
    return redirect(local(request.form.get("back", "")), 303)


@bp.app_template_global()
def theme_names() -> dict[str, str]:
    """Name the colours that a page can have."""
    return THEME_WORDS


def _page(shown: Preferences, break_after: str | None = None, problem: str | None = None) -> str:
    return render_template(
        "me.html",
        shown=shown,
        break_after=str(shown.break_after) if break_after is None else break_after,
        problem=problem,
        themes=THEME_WORDS,
        readings=READING_WORDS,
        blurs=BLURRED_WORDS,
        languages=LANGUAGES,
        zones=named(shown.zone),
        most=MOST_BEFORE_BREAK,
    )


def _one_of(said: str | None, known: tuple[str, ...]) -> str:
    if said not in known:
        raise BadRequest(_("The form was not complete. Load the page again."))
    return said
