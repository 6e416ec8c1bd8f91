"""The versions of a policy: what each changed, and the way back to it."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from modsvc.errors import PolicyChanged, PolicyInvalid
from modsvc.web.language import translated
from modsvc.web.policy import changes
from modsvc.web.policy.blueprint import (
    CONFLICT,
    MAX_NUMBER,
    UNPROCESSABLE,
    Problem,
    bp,
    counter,
    edit,
    now,
)

VERSION = f"/versions/<int(max={MAX_NUMBER}):number>"


@bp.get("/versions")
def show_versions() -> ResponseReturnValue:
    """List the versions, newest first; the installation's is the oldest."""
    return render_template(
        "policy_versions.html",
        versions=edit().versions(g.site),
        standing=edit().standing(g.site),
        now=now(),
    )


@bp.get(VERSION)
def show_version(number: int) -> ResponseReturnValue:
    """Show a version, and what it changed against the one before or another."""
    return _page(number)


@bp.post(f"{VERSION}/back")
def go_back(number: int) -> ResponseReturnValue:
    """Put an earlier version in force once more, as a new one."""
    seen = counter(request.form.get("rulebook"))
    try:
        new = edit().go_back(g.site, g.visitor.id, number, seen=seen)
    except PolicyInvalid as error:
        return _page(number, UNPROCESSABLE, problem=error)
    except PolicyChanged as error:
        return _page(number, CONFLICT, conflict=translated(error.args[0]))
    flash(_("Version %(number)s is in force again, as version %(new)s.", number=number, new=new))
    return redirect(url_for("policy.show_version", number=new), 303)


def _page(
    number: int,
    status: int = 200,
    *,
    problem: PolicyInvalid | None = None,
    conflict: str | None = None,
) -> ResponseReturnValue:
    read = edit()
    saved = read.version(g.site, number)
    asked = request.args.get("against")
    against = read.version(g.site, counter(asked) if asked else max(0, number - 1))
    page = render_template(
        "policy_version.html",
        saved=saved,
        against=against,
        versions=[*(each.number for each in read.versions(g.site)), 0],
        standing=read.standing(g.site),
        changed=changes.in_words(against.document, saved.document, edit().default_document),
        lines=changes.lines(against.document, saved.document),
        problem=problem and Problem.of(problem, saved.document),
        conflict=conflict,
        now=now(),
    )
    return page, status
