"""Which keys a person uses on the queue's pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.exceptions import BadRequest

from modsvc.core import keyboard
from modsvc.web.keys import DOES
from modsvc.web.me.blueprint import account, bp

UNPROCESSABLE = 422
SET_WORDS = {
    "ours": lazy_gettext("modsvc's"),
    "coral": lazy_gettext("Coral's, for those who come from there"),
    "off": lazy_gettext("None: no single key does anything"),
}


@bp.get("/keys")
def show_keys() -> ResponseReturnValue:
    """Show which keys do what."""
    likes = g.visitor.preferences
    return _page(keyboard.keymap(likes.keys, likes.changed_keys))


@bp.post("/keys/set")
def choose_set() -> ResponseReturnValue:
    """Choose a set of keys, as it comes."""
    chosen = request.form.get("keys")
    if chosen not in keyboard.SETS:
        raise BadRequest(_("The form was not complete. Load the page again."))
    account().prefer(g.visitor.id, replace(g.visitor.preferences, keys=chosen, changed_keys={}))
    flash(_("Keys are off.") if chosen == keyboard.OFF else _("These are your keys now."))
    return redirect(url_for("me.show_keys"), 303)


@bp.post("/keys")
def change_keys() -> ResponseReturnValue:
    """Give actions other keys."""
    likes = g.visitor.preferences
    usual = keyboard.SETS[likes.keys]
    asked = {
        action: " ".join(request.form.get(action, key).split()) for action, key in usual.items()
    }
    if problem := _problem(asked):
        return _page(asked, problem), UNPROCESSABLE
    changed = {action: key for action, key in asked.items() if key != usual[action]}
    account().prefer(g.visitor.id, replace(likes, changed_keys=changed))
    flash(_("These are your keys now."))
    return redirect(url_for("me.show_keys"), 303)


def _problem(keys: Mapping[str, str]) -> str | None:
    for action, key in keys.items():
        if not keyboard.is_key(key):
            return _(
                "“%(action)s” cannot have this key. "
                "Write one letter or sign, or a letter, a blank and another.",
                action=DOES[action],
            )
    clashing = keyboard.clash({action: key for action, key in keys.items() if key})
    if clashing:
        first, second = (DOES[action] for action in clashing)
        return _(
            "One key would start both “%(first)s” and “%(second)s”.", first=first, second=second
        )
    return None


def _page(keys: Mapping[str, str], problem: str | None = None) -> str:
    return render_template(
        "me_keys.html",
        keys=keys,
        usual=keyboard.SETS[g.visitor.preferences.keys],
        sets=SET_WORDS,
        actions=DOES,
        problem=problem,
    )
