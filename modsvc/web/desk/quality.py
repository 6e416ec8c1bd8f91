"""The page of quality, for leads: how far people agree, and how often the policy errs."""

from __future__ import annotations

from flask import Blueprint, current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from modsvc.core.agreement import ENOUGH as ENOUGH_SAID
from modsvc.services.read_figures import ENOUGH, MOST_DIFFERING, QUALITY_SPANS
from modsvc.web.desk import drawing, saying
from modsvc.web.desk.dashboard import chosen
from modsvc.web.visitors import for_leads

NAMES = {
    "30d": lazy_gettext("30 days"),
    "90d": lazy_gettext("90 days"),
    "365d": lazy_gettext("a year"),
}

bp = Blueprint("quality", __name__)
for_leads(bp)


@bp.get("/quality")
def show() -> ResponseReturnValue:
    """Show how good decisions were in a span of time.

    Who of two agreed is shown only to those who ask for it: it is no table of merit.
    """
    span = chosen(QUALITY_SPANS, "90d")
    service = current_app.extensions["modsvc"]
    told = service.read_figures.quality(g.site, span)
    rules = service.policies.of(g.site).policy.queue
    return render_template(
        "quality.html",
        told=told,
        span=span,
        spans_of=NAMES,
        saying=saying,
        names=saying.ACTIONS,
        rules=rules,
        named="names" in request.args,
        enough=ENOUGH,
        enough_said=ENOUGH_SAID,
        most_differing=MOST_DIFFERING,
        pictures=drawing.both(told.periods),
        by_code=[each for each in told.by_code if each[1].of >= ENOUGH],
        holds_by_code=[each for each in told.holds_by_code if each[1].of >= ENOUGH],
    )
