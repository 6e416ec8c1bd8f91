"""The feed: every decision of a site, the machine's and the moderators', in order."""

from __future__ import annotations

from flask import Response, current_app, g

from modsvc.api.answers import JSON, decision_answer, encode
from modsvc.api.auth import need
from modsvc.api.parsing import Blueprint, limit_body
from modsvc.api.schemas import FeedSchema, PageSchema

bp = Blueprint("decisions", __name__, url_prefix="/v1/decisions")
bp.before_request(need({"GET": "decisions:read"}))
bp.before_request(limit_body(64 << 10))


@bp.get("")
@bp.arguments(PageSchema, location="query")
@bp.response(200, FeedSchema)
def feed(page: dict[str, int]) -> Response:
    """Read on in the feed.

    Nothing ever appears behind a cursor already given, so a site that asks again with `next`
    misses nothing. With nothing new the list is empty.
    """
    found, following = current_app.extensions["modsvc"].read_decisions.feed(
        g.site, after=page["after"], limit=page["limit"]
    )
    answer = {"decisions": [decision_answer(d) for d in found], "next": str(following)}
    return Response(encode(answer), content_type=JSON)
