"""What a page of the queue asks while it is open: what has changed, and who reads what."""

from __future__ import annotations

import hashlib
import re
from typing import Any

import orjson
from flask import Response, g, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest

from modsvc.core.review import APPROVAL
from modsvc.store.queue import Closing, State
from modsvc.web import exposure, wording
from modsvc.web.preferences import is_lead
from modsvc.web.queue.blueprint import JSON, MAX_ID, bp, service
from modsvc.web.queue.filters import NUMBER, View
from modsvc.web.queue.listing import counted
from modsvc.web.session import signature
from modsvc.web.wording import moment_of

MOST_SHOWN = 200
SHOWN = re.compile(r"[0-9]{1,19}\.[0-9]{1,9}(?:-[0-9]{1,19}\.[0-9]{1,9})*|")
SINCE = re.compile(r"[0-9]{1,16}")


@bp.get("/queue/live")
def live() -> ResponseReturnValue:
    """Say what has changed since a page was shown; nothing, where nothing has since last asked."""
    view, shown = View.asked(), _shown(request.args.get("shown", ""))
    newest, since = request.args.get("newest", ""), request.args.get("since", "")
    if not NUMBER.fullmatch(newest) or int(newest) > MAX_ID or not SINCE.fullmatch(since):
        raise BadRequest(_("This is not what a page of the queue asks."))
    found = service().show_queue.live(
        g.site,
        view.wanted(),
        list(shown),
        newest=int(newest),
        since=moment_of(int(since)),
    )
    told = {
        "open": wording.counted(found.n_open),
        "count": counted(found.count) if found.count else None,
        "new": found.n_new,
        "gone": {
            str(state.id): _gone(found.closings.get(state.id))
            if not state.is_open
            else _("This comment waits for somebody else.")
            for state in found.states
            if not state.is_open or not state.is_left_to(g.visitor.id, is_lead=is_lead())
        },
        "edited": [s.id for s in found.states if s.is_open and s.revision != shown[s.id]],
        "held": {str(s.id): s.claimed_by for s in found.states if _is_anothers(s)},
    }
    return _unless_known(told)


@bp.post("/queue/reading")
def read() -> ResponseReturnValue:
    """Note which case is being read, and which is not any more; say if a break is due."""
    case, left = request.form.get("case", ""), request.form.get("left", "")
    if not NUMBER.fullmatch(case) or int(case) > MAX_ID:
        raise BadRequest(_("This is not what a page of the queue asks."))
    is_left = NUMBER.fullmatch(left) and int(left) <= MAX_ID
    is_mine = service().show_queue.read(
        g.site, g.visitor.id, int(case), int(left) if is_left else None, is_lead=is_lead()
    )
    exposure.note(int(case), is_severe=request.form.get("severe") == "1")
    return jsonify({"mine": is_mine, "nudge": exposure.nudge()})


@bp.post("/queue/rest")
def rest() -> ResponseReturnValue:
    """Take the proposal of a break away, until the next."""
    exposure.rest()
    return redirect(View.asked().address(), 303)


@bp.get("/queue/token")
def token() -> ResponseReturnValue:
    """Give what forms are signed with, to a page whose session ended and began anew."""
    return jsonify({"token": signature(), "visitor": g.visitor.id})


def _unless_known(told: dict[str, Any]) -> ResponseReturnValue:
    content = orjson.dumps(told)
    tag = hashlib.sha256(content).hexdigest()[:24]
    answer = Response(content, mimetype=JSON)
    answer.set_etag(tag)
    return answer.make_conditional(request)


def _shown(text: str) -> dict[int, int]:
    """Read the cases that a page shows, each with the revision it shows."""
    if not SHOWN.fullmatch(text):
        raise BadRequest(_("This is not what a page of the queue asks."))
    pairs = [each.split(".") for each in text.split("-") if each][:MOST_SHOWN]
    return {int(case): int(revision) for case, revision in pairs if int(case) <= MAX_ID}


def _gone(closing: Closing | None) -> str:
    """Say what became of a case. Of all kinds of cases the same is said."""
    if closing is None:
        return _("This comment waits no longer.")
    if closing.code == APPROVAL:
        return _("%(who)s approved this comment.", who=closing.by)
    return _("%(who)s rejected this comment.", who=closing.by)


def _is_anothers(state: State) -> bool:
    return state.is_open and state.holder is not None and state.holder != g.visitor.id
