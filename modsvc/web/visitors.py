"""Who looks at a page, at which site's work, and what they may do there.

A blueprint is closed by one of `for_moderators`, `for_leads`, `for_editors` and `for_admins`; a
single page by `only(task)`. What each role may is in core/roles.py and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from flask import Blueprint, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_login import current_user  # type: ignore[import-untyped]  # It has no types.
from werkzeug.exceptions import Forbidden

from modsvc.core.roles import EDIT, LEAST, MANAGE, OVERSEE, may

View = Callable[..., ResponseReturnValue]
# Said to those who may not.
REFUSED = {
    OVERSEE: lazy_gettext("This is for leads. Ask one of them."),
    EDIT: lazy_gettext("Editors change this; you can read it. Ask one of them."),
    MANAGE: lazy_gettext("This is for admins. Ask one of them."),
}


def for_people(bp: Blueprint, *, setting_up: bool = False) -> None:
    """Close a blueprint to all who are not logged in, whether they work at a site or not.

    `g.visitor` says who it is and `g.visitor.preferences` what they like; `g.site` where they work,
    or None; `g.role` what they are there, and `g.may` what that lets them do: the tasks of
    core/roles.py.

    Who must set up a second step is led there from all pages but those `setting_up`.
    """

    @bp.before_request
    def know() -> ResponseReturnValue | None:
        if not current_user.is_authenticated:
            # What a form asked for cannot be asked for by a link.
            back = request.full_path.rstrip("?") if request.method in ("GET", "HEAD") else None
            return redirect(url_for("log_in.form", next=back), 303)
        visitor = g.visitor = current_user.visitor
        if visitor.must_set_up_second_step and not setting_up:
            return redirect(url_for("second_step.show"), 303)
        g.site = chosen_site(visitor.sites)
        g.role = visitor.roles.get(g.site)
        g.may = frozenset(task for task in LEAST if may(g.role, task))
        g.is_editor, g.is_lead = EDIT in g.may, OVERSEE in g.may
        return None

    @bp.url_defaults
    def stay(_endpoint: str, values: dict[str, object]) -> None:
        if g.get("site"):
            values.setdefault("site", g.site)


def for_moderators(bp: Blueprint) -> None:
    """Close a blueprint to all but a site's moderators, as `for_people` does; `g.site` is one."""
    for_people(bp)

    @bp.before_request
    def work() -> None:
        if g.site is None:
            raise Forbidden(
                _("You work at no site yet. Ask whoever runs modsvc to add you to one.")
            )


def changed_by_editors(bp: Blueprint) -> None:
    """Let all moderators read a blueprint's pages, and only editors change what they show."""

    @bp.before_request
    def refuse() -> None:
        if request.method not in ("GET", "HEAD"):
            see_that_they_may(EDIT)


def for_leads(bp: Blueprint) -> None:
    """Close a blueprint to all but a site's leads and those above them."""
    _close(bp, OVERSEE)


def for_editors(bp: Blueprint) -> None:
    """Close a blueprint to all but a site's editors and admins."""
    _close(bp, EDIT)


def for_admins(bp: Blueprint) -> None:
    """Close a blueprint to all but a site's admins."""
    _close(bp, MANAGE)


def only(task: str) -> Callable[[View], View]:
    """Close a page, of a blueprint that moderators may see, to those who may not do a task."""

    def close(view: View) -> View:
        @wraps(view)
        def closed(*args: object, **kwargs: object) -> ResponseReturnValue:
            see_that_they_may(task)
            return view(*args, **kwargs)

        return closed

    return close


def see_that_they_may(task: str) -> None:
    """See that the visitor may do a task at this site.

    Raises
    ------
    Forbidden
        They may not.
    """
    if task not in g.may:
        raise Forbidden(str(REFUSED[task]))


def _close(bp: Blueprint, task: str) -> None:
    for_moderators(bp)

    @bp.before_request
    def refuse() -> None:
        see_that_they_may(task)


def chosen_site(sites: dict[str, str]) -> str | None:
    """Give the site that the address names, or else the first of the moderator's, if any.

    Raises
    ------
    Forbidden
        They do not work at that site.
    """
    asked = request.args.get("site")
    if asked is None:
        return next(iter(sites), None)
    if asked not in sites:
        raise Forbidden(_("You do not work at this site."))
    return asked
