"""What is to be added to the list: an editor's own phrases, or a list to begin with.

What it would have found can be seen first. Whatever is refused is shown again as it was written.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup
from werkzeug.exceptions import NotFound

from modsvc.core.word_lines import MAX_LINES, MAX_NOTE_CHARS, Wanted
from modsvc.services.edit_words import Added
from modsvc.services.try_words import Tried
from modsvc.web.hidden import plain
from modsvc.web.names import language_name
from modsvc.web.words.blueprint import bp, now, service
from modsvc.web.words.form import Form, Read, read, read_list
from modsvc.web.words.languages import names
from modsvc.words import read_seed, seeds, sources

UNPROCESSABLE = 422
NAMED = 5


@bp.get("/words/add")
def ask() -> ResponseReturnValue:
    """Ask for phrases."""
    return show_form(Form())


@bp.post("/words/add")
def add() -> ResponseReturnValue:
    """Try phrases, or add them."""
    form = Form.sent(request.form)
    asked = read(form, now().date())
    if not asked.is_good:
        return show_form(form, asked), UNPROCESSABLE
    if request.form.get("do") != "add":
        return show_form(form, asked, service().try_on(g.site, asked.wanted))
    return _added(asked.wanted)


@bp.get("/words/seeds/<language>")
def show_seed(language: str) -> ResponseReturnValue:
    """Show a list to begin with, and whose it is."""
    return _show_seed(language, Form(language=language))


@bp.post("/words/seeds/<language>")
def add_seed(language: str) -> ResponseReturnValue:
    """Try a list to begin with, or add it."""
    phrases = _seed(language)
    form = Form(
        action=request.form.get("action", ""),
        language=language,
        note=_("From the %(language)s list to begin with", language=language_name(language)),
    )
    asked = read_list(form, phrases, now().date())
    if not asked.is_good:
        return _show_seed(language, form, asked), UNPROCESSABLE
    if request.form.get("do") != "add":
        return _show_seed(language, form, asked, service().try_on(g.site, asked.wanted))
    return _added(asked.wanted)


def show_form(
    form: Form, asked: Read | None = None, tried: Tried | None = None, *, gone: bool = False
) -> str:
    """Show the form for phrases, with what is wrong with them or what they would have found.

    `gone` says that they were meant for an entry that somebody else has removed.
    """
    return render_template(
        "words_add.html",
        form=form,
        asked=asked,
        tried=tried,
        gone=gone,
        languages=names(),
        seeds=sorted(seeds().items(), key=lambda each: language_name(each[0])),
        max_lines=MAX_LINES,
        max_note=MAX_NOTE_CHARS,
        now=now(),
    )


def _show_seed(
    language: str, form: Form, asked: Read | None = None, tried: Tried | None = None
) -> str:
    return render_template(
        "words_seed.html",
        language=language,
        phrases=_seed(language),
        sources=sources(language),
        form=form,
        asked=asked,
        tried=tried,
        now=now(),
    )


def _seed(language: str) -> list[str]:
    if language not in seeds():
        raise NotFound(_("There is no list to begin with in that language."))
    return read_seed(language)


def _added(wanted: Sequence[Wanted]) -> ResponseReturnValue:
    done = service().add(g.site, g.visitor.id, wanted)
    flash(_sentence(done))
    return redirect(url_for("words.show", order="newest"), 303)


def _sentence(done: Added) -> str:
    """Say what was added, and what was on the list already."""
    said = []
    if n := len(done.added):
        said.append(
            ngettext(
                "%(num)s phrase was added. From the next comment on it is looked for.",
                "%(num)s phrases were added. From the next comment on they are looked for.",
                n,
            )
        )
    if n := len(done.known):
        known = Markup(", ").join(
            Markup("<bdi>{}</bdi>").format(plain(each.entry.phrase)) for each in done.known[:NAMED]
        )
        more = _("and %(num)s more", num=n - NAMED) if n > NAMED else ""
        text = ngettext(
            "%(num)s was on the list already, or reads as something that is:",
            "%(num)s were on the list already, or read as something that is:",
            n,
        )
        said.append(Markup("{} {}.").format(text, Markup(" ").join(filter(None, (known, more)))))
    return Markup(" ").join(said)
