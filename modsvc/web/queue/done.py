"""What the visitor did last, each to be taken back."""

from __future__ import annotations

from flask import g, render_template
from flask.typing import ResponseReturnValue

from modsvc.core.review import APPROVAL
from modsvc.web.queue.blueprint import bp, service


@bp.get("/queue/done")
def show_done() -> ResponseReturnValue:
    """Show what the visitor did last."""
    return render_template(
        "queue_done.html",
        deeds=service().show_queue.done(g.site, g.visitor.id),
        now=service().now(),
        approval=APPROVAL,
    )
