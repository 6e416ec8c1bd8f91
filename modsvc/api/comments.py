"""A site asks what to do with a comment, and later what became of it."""

from __future__ import annotations

import hashlib
import re

from flask import Response, current_app, g, request
from werkzeug.exceptions import BadRequest

from modsvc.api.answers import JSON, decision_answer, encode, history_answer
from modsvc.api.auth import need
from modsvc.api.parsing import Blueprint, limit_body
from modsvc.api.schemas import CommentSchema, DecisionSchema, HistorySchema
from modsvc.core.comment import Comment
from modsvc.services.screen_comment import Idempotency, Outcome, Replayed

MAX_BYTES = 1 << 20
# A structured field string in quotes, as the draft asks for, or bare, as most clients send it.
# https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
IDEMPOTENCY_KEY = re.compile(r'"([!#-\[\]-~]{1,255})"|([!#-\[\]-~]{1,255})')

bp = Blueprint("comments", __name__, url_prefix="/v1/comments")
bp.before_request(need({"POST": "comments:write", "GET": "comments:read"}))
bp.before_request(limit_body(MAX_BYTES))


@bp.post("")
@bp.arguments(CommentSchema())  # One for all requests; a class would be built anew for each.
@bp.response(201, DecisionSchema, description="It was judged, and the decision is stored.")
@bp.alt_response(200, schema=DecisionSchema, description="It was judged before.")
def create(comment: Comment) -> Response:
    """Ask what to do with a comment.

    The same id with the same body is answered with the decision now in force; with another body
    it is an edit, and judged afresh.
    """
    modsvc = current_app.extensions["modsvc"]
    screen_comment, comment = modsvc.screen_comment, modsvc.pseudonyms.hide(comment)
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return _response(screen_comment(g.site, comment))
    done = screen_comment.once(g.site, comment, _idempotency(key))
    if isinstance(done, Replayed):
        response = Response(done.body, done.status, content_type=JSON)
        response.headers["Idempotency-Replayed"] = "true"
        return response
    return _response(done)


@bp.get("/<anything:comment_id>")
@bp.response(200, HistorySchema)
def show(comment_id: str) -> Response:
    """Ask what became of a comment: its status and all decisions about it."""
    history = current_app.extensions["modsvc"].read_decisions.of_comment(g.site, comment_id)
    return Response(encode(history_answer(history)), content_type=JSON)


def _response(outcome: Outcome) -> Response:
    status, body = _answer(outcome)
    return Response(body, status, content_type=JSON)


def _answer(outcome: Outcome) -> tuple[int, bytes]:
    return 201 if outcome.created else 200, encode(decision_answer(outcome.decision))


def _idempotency(key: str) -> Idempotency:
    match = IDEMPOTENCY_KEY.fullmatch(key)
    if match is None:
        raise BadRequest("Idempotency-Key is 1 to 255 visible ASCII characters, quoted or bare")
    request_line = f"{request.method} {request.path}\n".encode()
    fingerprint = hashlib.sha256(request_line + request.get_data(cache=True)).hexdigest()
    return Idempotency(match[1] or match[2], fingerprint, _answer)
