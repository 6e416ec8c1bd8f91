"""The pages' session: a signed cookie, the moderator it belongs to, and proof that forms are ours.

Only pages open it. A program's request carries no cookie, and must not need the database for a
secret that it has no use for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from flask import Blueprint, Flask, Request, current_app, g, request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_babel import gettext as _
from flask_login import (  # type: ignore[import-untyped]  # It has no types.
    LoginManager,
    UserMixin,
    current_user,
    login_user,
    logout_user,
)
from flask_wtf import CSRFProtect  # type: ignore[import-untyped]  # It has no types.
from flask_wtf.csrf import generate_csrf  # type: ignore[import-untyped]  # It has no types.
from werkzeug.exceptions import BadRequest

from modsvc.config import Settings
from modsvc.core import devices
from modsvc.services.log_in import Visitor
from modsvc.store import installation
from modsvc.web.packing import masked, unmasked

# A form of ours is far smaller, but for those in which an editor pastes what they have.
MAX_FORM_BYTES = 64 << 10
MAX_PASTED_BYTES = 2 << 20
PASTED = ("policy", "policy_try", "words")
# What stands for the first step of a log-in, and where the visitor wanted to go.
FIRST_STEP, FOLLOWING = "first_step", "following"
SAME_SITE = ("same-origin", "none")  # "none": somebody typed the address or opened a bookmark.


class User(UserMixin):  # type: ignore[misc]  # It has no types.
    """A visitor as flask-login knows them: by the session's token, so that ending it is enough."""

    def __init__(self, token: str, visitor: Visitor) -> None:
        self.token, self.visitor = token, visitor

    def get_id(self) -> str:
        """Give what the cookie keeps."""
        return self.token


class PageSessions(SecureCookieSessionInterface):
    """Leaves every session empty until `open_for` is told that a page is asked for."""

    digest_method = staticmethod(hashlib.sha256)

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession:  # noqa: ARG002  Flask's signature.
        """Give an empty session, without looking at the cookie."""
        return SecureCookieSession()

    def open_for(self, app: Flask, request: Request) -> None:
        """Fill the session with what its cookie says."""
        session.update(super().open_session(app, request) or {})
        session.modified = False


class Signatures(CSRFProtect):  # type: ignore[misc]  # It has no types.
    """What forms are signed with, written differently in each answer."""

    def init_app(self, app: Flask) -> None:
        """Give the templates the one in place of the other."""
        super().init_app(app)
        app.context_processor(lambda: {"csrf_token": signature})
        app.jinja_env.globals["csrf_token"] = signature

    def _get_csrf_token(self) -> str | None:
        return unmasked(super()._get_csrf_token())


def signature() -> str:
    """Give what this answer's forms are signed with."""
    if "signature" not in g:
        g.signature = masked(generate_csrf())
    return str(g.signature)


def register(app: Flask, settings: Settings, *, pages: Sequence[Blueprint]) -> None:
    """Give the pages their session, and everything registered so far none."""
    names = frozenset(bp.name for bp in pages)
    sessions = PageSessions()
    app.session_interface = sessions
    app.config.update(
        # The prefix makes browsers insist on HTTPS, on this very host, for the whole of it.
        SESSION_COOKIE_NAME="__Host-modsvc" if settings.secure_cookies else "modsvc",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        # A form is good for as long as the session that it was made in.
        WTF_CSRF_TIME_LIMIT=None,
        # It would want the Referer, which our own headers forbid; we ask for Sec-Fetch-Site.
        WTF_CSRF_SSL_STRICT=False,
    )

    @app.before_request
    def open_session() -> None:
        if request.blueprint not in names:
            return
        most = MAX_PASTED_BYTES if request.blueprint in PASTED else MAX_FORM_BYTES
        request.max_content_length = request.max_form_memory_size = most
        if app.secret_key is None:
            db = app.extensions["modsvc"].db
            app.secret_key = settings.secret_key or installation.secret(db, "secret_key")
        sessions.open_for(app, request)
        if request.method == "POST" and not came_from_here():
            raise BadRequest(_("Another site sent this form."))

    csrf = Signatures(app)  # Its check comes after the session is open.
    for blueprint in app.blueprints.values():
        csrf.exempt(blueprint)

    # Templates are given what they need; an error's page must not ask the store who looks at it.
    manager = LoginManager()
    # Not by `init_app`, which would look into the session after each request, the API's too, for a
    # remember-me cookie that we have not.
    app.login_manager = manager  # type: ignore[attr-defined]  # flask-login's own place.
    manager.session_protection = None  # Addresses change on the way to work; tokens are enough.

    @manager.user_loader  # type: ignore[untyped-decorator]  # It has no types.
    def load(token: str) -> User | None:
        visitor = app.extensions["modsvc"].log_in.visitor(token)
        return User(token, visitor) if visitor else None


def came_from_here() -> bool:
    """Tell whether the browser says that one of our own pages sent this; old ones say nothing."""
    return request.headers.get("Sec-Fetch-Site", "none") in SAME_SITE


def device() -> str:
    """Name the visitor's device as their browser does, in a few words."""
    return devices.device(request.user_agent.string)


def enter(token: str) -> None:
    """Begin anew as whoever the token belongs to; nothing of the session before is kept."""
    leave()
    log_in = current_app.extensions["modsvc"].log_in
    login_user(User(token, log_in.visitor(token)))


def begin(first_step: str, following: str) -> None:
    """Keep that the first step of a log-in was taken, and where it is to lead."""
    leave()
    session.update({FIRST_STEP: first_step, FOLLOWING: following})


def leave() -> None:
    """End the session, in the browser and in the store."""
    if current_user.is_authenticated:
        current_app.extensions["modsvc"].log_in.log_out(current_user.token)
    logout_user()
    session.clear()
