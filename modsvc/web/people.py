"""Who works at a site: for its admins, who invite, change roles and remove."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.exceptions import BadRequest

from modsvc.core.roles import MANAGE, ROLES, may, within
from modsvc.errors import LastAdmin, RoleLost
from modsvc.services.manage_people import GOOD_FOR, MAX_NAME_CHARS
from modsvc.web.errors import sentence
from modsvc.web.visitors import for_admins

if TYPE_CHECKING:
    from modsvc.services.manage_people import ManagePeople

CONFLICT = 409
NOBODY = "nobody"
# The greatest number that both databases count to.
MAX_ID = 2**63 - 1
NUMBER = re.compile(r"[0-9]{1,19}")
ROLE_WORDS = {
    "moderator": (lazy_gettext("Moderator"), lazy_gettext("judges comments")),
    "lead": (
        lazy_gettext("Lead"),
        lazy_gettext(
            "judges, sees how others judge, decides what is left to leads and releases many"
        ),
    ),
    "editor": (
        lazy_gettext("Editor"),
        lazy_gettext("may do what a lead may, and changes the policy and the words"),
    ),
    "admin": (
        lazy_gettext("Admin"),
        lazy_gettext("may do what an editor may, and invites people, gives and takes roles"),
    ),
}

bp = Blueprint("people", __name__, url_prefix="/people")
for_admins(bp)


def service() -> ManagePeople:
    """Give what says who works where."""
    found: ManagePeople = current_app.extensions["modsvc"].manage_people
    return found


@bp.app_template_filter()
def role_word(role: str) -> str:
    """Name a role."""
    return str(ROLE_WORDS[role][0]) if role in ROLE_WORDS else role


@bp.get("")
def show() -> ResponseReturnValue:
    """Show who works at the site."""
    return _page()


@bp.post("/invite")
def invite() -> ResponseReturnValue:
    """Invite somebody, by a link that is shown this once."""
    role = _role()
    token = service().invite(g.site, g.visitor.id, role)
    # Not led on to another page: only its digest is kept.
    link = url_for("join.show", token=token, _external=True)
    return render_template("invited.html", link=link, role=role, days=GOOD_FOR.days)


@bp.post("/withdraw")
def withdraw() -> ResponseReturnValue:
    """Take an invitation back."""
    service().withdraw(g.site, g.visitor.id, _number("invitation"))
    flash(_("The invitation is withdrawn; its link leads nowhere now."))
    return redirect(url_for("people.show"), 303)


@bp.post("/role")
def change_role() -> ResponseReturnValue:
    """Let somebody be something else."""
    role, whose = _role(), _number("moderator")
    try:
        service().change_role(g.site, g.visitor.id, whose, role)
    except (LastAdmin, RoleLost) as error:
        return _page(sentence(error)), CONFLICT
    flash(_("The role is changed: %(role)s.", role=role_word(role).lower()))
    # Who is no admin any more would be told on this page that it is not for them.
    is_left = whose == g.visitor.id and not may(role, MANAGE)
    return redirect(url_for("queue.show" if is_left else "people.show"), 303)


@bp.post("/second-step")
def ask_second_step() -> ResponseReturnValue:
    """Ask a second step of a role and those above it, or of nobody."""
    role = _role() if request.form.get("role") != NOBODY else None
    service().ask_second_step(g.site, g.visitor.id, role)
    flash(
        _("Nobody is asked for a second step any more.")
        if role is None
        else _("Changed. Whoever has no second step yet is led to set it up, at once.")
    )
    return redirect(url_for("people.show"), 303)


@bp.post("/remove")
def remove() -> ResponseReturnValue:
    """Let somebody work here no more."""
    whose = _number("moderator")
    try:
        service().remove(g.site, g.visitor.id, whose)
    except (LastAdmin, RoleLost) as error:
        return _page(sentence(error)), CONFLICT
    if whose == g.visitor.id:
        flash(_("You work at this site no more."))
        return redirect(url_for("me.show", site=None), 303)
    flash(_("They are removed from this site."))
    return redirect(url_for("people.show"), 303)


def _page(problem: str | None = None) -> str:
    # What no name has finds nobody, and no database has to look at it.
    named = " ".join(request.args.get("named", "").replace("\0", "").split())[:MAX_NAME_CHARS]
    return render_template(
        "people.html",
        staff=service().staff(
            g.site, named=named, after=request.args.get("after", "").replace("\0", "")
        ),
        named=named,
        nobody=NOBODY,
        all_roles=ROLES,
        roles=ROLE_WORDS,
        given=within(g.role),
        now=current_app.extensions["modsvc"].now(),
        days=GOOD_FOR.days,
        problem=problem,
    )


def _role() -> str:
    role = request.form.get("role", "")
    if role not in ROLES:
        raise BadRequest(_("The form was not complete. Load the page again."))
    return role


def _number(name: str) -> int:
    text = request.form.get(name, "")
    if not NUMBER.fullmatch(text) or int(text) > MAX_ID:
        raise BadRequest(_("The form was not complete. Load the page again."))
    return int(text)
