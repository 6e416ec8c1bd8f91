"""The policy that only looks on: what it would have decided otherwise."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from modsvc.web.policy import naming
from modsvc.web.policy.blueprint import bp, edit, now


@bp.get("/shadow")
def show_shadow() -> ResponseReturnValue:
    """Show what the policy that looks on would have decided."""
    looked = edit().looked_on(g.site)
    positions = [each.position for each in looked.newest] if looked else []
    counts = sorted(looked.counts.items(), key=lambda each: -each[1]) if looked else []
    return render_template(
        "policy_shadow.html",
        looked=looked,
        counts=counts,
        found=edit().comments_at(g.site, positions),
        now=now(),
        naming=naming,
    )


@bp.post("/shadow/stop")
def stop() -> ResponseReturnValue:
    """Let no policy look on any more."""
    edit().stop_looking_on(g.site)
    flash(_("No policy looks on any more. What was in force goes on."))
    return redirect(url_for("policy.show_shadow"), 303)
