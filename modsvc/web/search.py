"""Search: a site's comments by their words, whatever became of them."""

from __future__ import annotations

from flask import Blueprint, current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from modsvc.core.decision import STATUS, Action, Reason
from modsvc.core.searching import MAX_QUERY_CHARS, Query, places, read_query
from modsvc.core.signals import Signal, Span
from modsvc.services.search_comments import Results
from modsvc.store.found import Hit
from modsvc.web.masks import masks
from modsvc.web.names import FOUND
from modsvc.web.queue import MAX_ID
from modsvc.web.queue.filters import NUMBER
from modsvc.web.visitors import for_moderators

STANDING = {status: action for action, status in STATUS.items()}

bp = Blueprint("search", __name__)
for_moderators(bp)


@bp.get("/search")
def show() -> ResponseReturnValue:
    """Show the comments that have what is looked for."""
    service = current_app.extensions["modsvc"]
    text = request.args.get("text", "").replace("\0", "").strip()[:MAX_QUERY_CHARS]
    status = request.args.get("status", "")
    query = read_query(text)
    results = Results([], None, None)
    if query.wanted:
        results = service.search_comments(
            g.site,
            query,
            reader=g.visitor.id,
            stands=_stands(status),
            before=_before(request.args.get("before", "")),
        )
    return render_template(
        "search.html",
        text=text,
        status=status if status in STANDING else "",
        problems=_problems(status, request.args.get("before", "")),
        statuses=STANDING,
        query=query,
        results=results,
        found=_found,
        first=FOUND,
        is_later="before" in request.args,
        now=service.now(),
    )


def _found(hit: Hit, query: Query) -> list[Reason]:
    """Give what was found in a comment as a reason, to be marked as those are.

    With it come the reasons whose words the visitor would have covered, wherever they were found.
    """
    spans, hard = tuple(Span(*place) for place in places(hit.body, query)), masks()
    marks = [reason for reason in hit.reasons if reason.signal.code in hard]
    return [Reason(Signal(FOUND, spans=spans), Action.HOLD), *marks]


def _problems(status: str, before: str) -> list[str]:
    """Say what of the address cannot be understood; that asks for nothing."""
    found = []
    if status and status not in STANDING:
        found.append(_("Comments are approved, held or rejected."))
    if before and _before(before) is None:
        found.append(_("This address does not lead to a part of what was found."))
    return found


def _stands(status: str) -> Action | None:
    return STANDING.get(status)


def _before(text: str) -> int | None:
    return int(text) if NUMBER.fullmatch(text) and int(text) <= MAX_ID else None
