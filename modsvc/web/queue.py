"""The queue: a site's open cases, most pressing first."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest

from modsvc.services.review_case import COUNT_UP_TO, PAGE_SIZE
from modsvc.store.queue import Line
from modsvc.web.visitors import for_moderators

# The greatest number that both databases count to.
MAX_ID = 2**63 - 1
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
CURSOR = re.compile(r"([0-9]{1,16})-([0-9]{1,19})")

bp = Blueprint("queue", __name__)
for_moderators(bp)


@bp.get("/")
def home() -> ResponseReturnValue:
    """Lead to the queue."""
    return redirect(url_for("queue.show"))


@bp.get("/queue")
def show() -> ResponseReturnValue:
    """Show the open cases, a page at a time."""
    service = current_app.extensions["modsvc"]
    after = read_cursor(request.args["after"]) if "after" in request.args else None
    waiting, count = service.review_case.queue(g.site, after=after)
    return render_template(
        "queue.html",
        waiting=waiting,
        count=f"{COUNT_UP_TO}+" if count > COUNT_UP_TO else str(count),
        following=cursor(waiting[-1]) if len(waiting) == PAGE_SIZE else None,
        later=after is not None,
        now=service.now(),
    )


@bp.post("/queue/next")
def claim_next() -> ResponseReturnValue:
    """Claim the most pressing case that is free, and open it."""
    return to_next_case()


def to_next_case() -> ResponseReturnValue:
    """Lead to the most pressing free case, claimed; or back to the queue where there is none."""
    review = current_app.extensions["modsvc"].review_case
    case_id = review.claim_next(g.site, g.visitor.id)
    if case_id is None:
        flash(_("No case is free at the moment."))
        return redirect(url_for("queue.show"), 303)
    return redirect(url_for("cases.show", case_id=case_id), 303)


def cursor(last: Line) -> str:
    """Write where a page ended: the last case's due time in microseconds, and its id."""
    return f"{(last.due_at - EPOCH) // timedelta(microseconds=1)}-{last.id}"


def read_cursor(text: str) -> tuple[datetime, int]:
    """Read what `cursor` wrote.

    Raises
    ------
    BadRequest
        It is not one of ours.
    """
    match = CURSOR.fullmatch(text)
    if match is None or int(match[2]) > MAX_ID:
        raise BadRequest(_("This address does not lead to a part of the queue."))
    return EPOCH + timedelta(microseconds=int(match[1])), int(match[2])
