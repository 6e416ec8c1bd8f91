"""The dashboard: how the queue goes, for all moderators. Nobody's own work is shown to others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from flask import Blueprint, current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.exceptions import BadRequest

from modsvc.core.figures import SPANS
from modsvc.store.figures import MOST_COUNTED
from modsvc.web.desk import drawing, saying
from modsvc.web.visitors import for_moderators

T = TypeVar("T")
NAMES = {
    "24h": lazy_gettext("24 hours"),
    "7d": lazy_gettext("7 days"),
    "30d": lazy_gettext("30 days"),
}
WHO = {
    "policy": lazy_gettext("The policy"),
    "moderator": lazy_gettext("Moderators"),
    "import": lazy_gettext("Brought along"),
}
ACTIONS = tuple(saying.ACTIONS)
# As many codes as one looks at; the rest are together in the table's last line.
MOST_CODES = 12

bp = Blueprint("dashboard", __name__)
for_moderators(bp)


@bp.get("/dashboard")
def show() -> ResponseReturnValue:
    """Show the figures of a span of time."""
    span = chosen(SPANS, "7d")
    service = current_app.extensions["modsvc"]
    told = service.read_figures.dashboard(g.site, span)
    return render_template(
        "dashboard.html",
        told=told,
        span=span,
        spans_of=NAMES,
        saying=saying,
        most_counted=MOST_COUNTED,
        plots=(drawing.depth(told), drawing.waits(told), drawing.workload(told)),
        histograms=drawing.histograms(told.tally.scores, service.policies.of(g.site).policy.bands),
        by=[
            (name, [told.tally.by[who, action] for action in ACTIONS])
            for who, name in WHO.items()
            if any(told.tally.by[who, action] for action in ACTIONS)
        ],
        actions=ACTIONS,
        names=saying.ACTIONS,
        stopped=told.tally.stopped.most_common(MOST_CODES),
        given=told.tally.given.most_common(MOST_CODES),
    )


def chosen(spans: Mapping[str, T], usual: str) -> str:
    """Give the span of time that the address names.

    Raises
    ------
    BadRequest
        There is no such span.
    """
    span = request.args.get("span", usual)
    if span not in spans:
        raise BadRequest(_("Choose one of these spans: %(spans)s.", spans=", ".join(spans)))
    return span
