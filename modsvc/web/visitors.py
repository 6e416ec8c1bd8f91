"""Who looks at a page, and at which site's work."""

from __future__ import annotations

from flask import Blueprint, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user  # type: ignore[import-untyped]  # It has no types.
from werkzeug.exceptions import Forbidden

EDITORS = ("editor", "admin")


def for_moderators(bp: Blueprint) -> None:
    """Close a blueprint to all but moderators: `g.visitor` says who it is, `g.site` where."""

    @bp.before_request
    def know() -> ResponseReturnValue | None:
        if not current_user.is_authenticated:
            # What a form asked for cannot be asked for by a link.
            back = request.full_path.rstrip("?") if request.method in ("GET", "HEAD") else None
            return redirect(url_for("log_in.form", next=back), 303)
        g.visitor = current_user.visitor
        g.site = chosen_site(g.visitor.sites)
        g.is_editor = g.visitor.roles[g.site] in EDITORS
        return None

    @bp.url_defaults
    def stay(_endpoint: str, values: dict[str, object]) -> None:
        if "site" in g:
            values.setdefault("site", g.site)


def changed_by_editors(bp: Blueprint) -> None:
    """Let all moderators read a blueprint's pages, and only editors change what they show."""

    @bp.before_request
    def refuse() -> None:
        if request.method not in ("GET", "HEAD") and not g.is_editor:
            raise Forbidden(_("Editors change this; you can read it. Ask one of them."))


def chosen_site(sites: dict[str, str]) -> str:
    """Give the site that the address names, or else the first of the moderator's.

    Raises
    ------
    Forbidden
        They do not work at that site, or at none.
    """
    if not sites:
        raise Forbidden(_("You work at no site yet. Ask whoever runs modsvc to add you to one."))
    asked = request.args.get("site")
    if asked is None:
        return next(iter(sites))
    if asked not in sites:
        raise Forbidden(_("You do not work at this site."))
    return asked
