"""The language of a page: which it is, how it is chosen, and what it makes of our sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Flask, current_app, g, has_request_context, redirect, request
from flask.typing import ResponseReturnValue
from flask.wrappers import Response
from flask_babel import Babel, get_locale, gettext
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as BaseResponse

from modsvc.core.sentence import Sentence
from modsvc.web.log_in import local
from modsvc.web.translations import Catalogues

A_YEAR_S = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Language:
    """A language that pages speak: its code, its own name for itself, how it is written.

    `locale` says whose dates and numbers it has.
    """

    code: str
    name: str
    direction: str
    locale: str


ENGLISH = Language("en", "English", "ltr", "en_GB")
LANGUAGES = {each.code: each for each in (ENGLISH, Language("he", "עברית", "rtl", "he"))}

bp = Blueprint("language", __name__)


@bp.post("/language")
def choose() -> ResponseReturnValue:
    """Keep a visitor's choice in their browser, and lead back to where they were."""
    code = request.form.get("language", "")
    if code not in LANGUAGES:
        raise BadRequest(gettext("The pages do not speak this language."))
    answer = redirect(local(request.form.get("back", "")), 303)
    # A cookie of its own, since it outlasts a log-in. It is one of few words, so whoever forges it
    # gains a language.
    answer.set_cookie(
        cookie(),
        code,
        max_age=A_YEAR_S,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return answer


def chosen() -> Language:
    """Decide which language a page speaks. Nothing else decides it.

    The first that we speak of: what was chosen in this browser, what the visitor likes wherever
    they log in, what their browser asks for, English.
    """
    if choice := LANGUAGES.get(request.cookies.get(cookie(), "")):
        return choice
    if "visitor" in g and (liked := LANGUAGES.get(g.visitor.preferences.language)):
        return liked
    asked = request.accept_languages.best_match(LANGUAGES)
    return LANGUAGES[asked] if asked else ENGLISH


def forget(answer: BaseResponse) -> None:
    """Let a browser forget what was chosen in it, since the visitor has said what they like."""
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    answer.delete_cookie(cookie(), secure=secure, httponly=True, samesite="Lax")


def spoken() -> Language:
    """Give the language of the page that is being made; English where none is."""
    locale = get_locale()
    return LANGUAGES[locale.language] if locale else ENGLISH


def cookie() -> str:
    """Name the cookie that keeps a choice."""
    prefix = "__Host-" if current_app.config["SESSION_COOKIE_SECURE"] else ""
    return f"{prefix}modsvc-language"


def this_page() -> str:
    """Give the address of this page; the first one's, where asking for it again is no reading."""
    return request.full_path.rstrip("?") if request.method in ("GET", "HEAD") else "/"


def translated(text: str) -> str:
    """Say in the page's language what our own code says in English; anything else as it is."""
    if not isinstance(text, Sentence):
        return gettext(text) if text else ""
    values = {n: translated(v) if isinstance(v, Sentence) else v for n, v in text.values.items()}
    return gettext(text.pattern).format_map(values)


def register(app: Flask, *, pages: Sequence[Blueprint]) -> None:
    """Let the pages speak their visitors' languages, and everything else English."""
    names = {bp.name for bp in pages} | {None}  # An address that leads nowhere has a page too.

    def locale() -> str:
        speaks = has_request_context() and request.blueprint in names
        return chosen().locale if speaks else ENGLISH.locale

    babel = Babel(app, default_locale=ENGLISH.locale, locale_selector=locale)
    babel.domain_instance = Catalogues()
    app.jinja_env.globals.update(spoken=spoken, spoken_languages=LANGUAGES, this_page=this_page)

    @app.after_request
    def tell(response: Response) -> Response:
        """Tell caches what the page depends on, and readers what it is written in."""
        if request.blueprint in names and response.mimetype == "text/html":
            response.vary.update(("Accept-Language", "Cookie"))
            response.headers["Content-Language"] = spoken().code
        return response
