"""A site asks about many comments at once."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, g
from marshmallow import ValidationError

from modsvc.api.answers import JSON, decision_answer, encode
from modsvc.api.auth import need
from modsvc.api.parsing import Blueprint, limit_body
from modsvc.api.problems import validation_problem
from modsvc.api.schemas import BatchSchema, CommentSchema, ResultsSchema
from modsvc.core.comment import Comment

MAX_BYTES = 16 << 20

bp = Blueprint("batch", __name__, url_prefix="/v1/comments/batch")
bp.before_request(need({"POST": "comments:write"}))
bp.before_request(limit_body(MAX_BYTES))


@bp.post("")
@bp.arguments(BatchSchema)
@bp.response(200, ResultsSchema)
def create(batch: dict[str, list[Any]]) -> Response:
    """Ask what to do with up to 500 comments.

    Each gets a decision or a problem of its own, in the order sent; a bad one never sinks the
    rest. Sending a batch again is safe: what was decided is answered and not judged twice. So an
    Idempotency-Key is not needed here, and not looked at.
    """
    modsvc = current_app.extensions["modsvc"]
    results: list[dict[str, object] | None] = []
    good: list[Comment] = []
    schema = CommentSchema()
    for at, item in enumerate(batch["comments"]):
        try:
            good.append(modsvc.pseudonyms.hide(schema.load(item)))
            results.append(None)
        except ValidationError as error:
            messages = {"comments": {at: error.normalized_messages()}}
            results.append(validation_problem(messages))
    outcomes = iter(modsvc.screen_comment.many(g.site, good))
    answers = [decision_answer(next(outcomes).decision) if r is None else r for r in results]
    return Response(encode({"results": answers}), content_type=JSON)
