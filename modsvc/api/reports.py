"""A site passes on that a reader reported a comment."""

from __future__ import annotations

from dataclasses import asdict

from flask import Response, current_app, g

from modsvc.api.answers import JSON, encode
from modsvc.api.auth import need
from modsvc.api.parsing import Blueprint, limit_body
from modsvc.api.schemas import ReportedSchema, ReportSchema, ReportsSchema
from modsvc.store.reports import Report

bp = Blueprint("reports", __name__, url_prefix="/v1/comments")
bp.before_request(need({"POST": "comments:write", "GET": "comments:read"}))
bp.before_request(limit_body(64 << 10))


@bp.post("/<anything:comment_id>/reports")
@bp.arguments(ReportSchema())
@bp.response(201, ReportedSchema, description="It was kept.")
@bp.alt_response(200, schema=ReportedSchema, description="This reader had reported it before.")
def create(report: Report, comment_id: str) -> Response:
    """Pass on a reader's report of a comment.

    Each reader counts once. Enough of them (the policy's `max_reports`) hold what the policy had
    approved, so that a moderator looks at it; what a moderator decided stands.
    """
    done = current_app.extensions["modsvc"].report_comment(g.site, comment_id, report)
    answer = {
        "id": comment_id,
        "reports": done.count,
        "action": done.in_force.action.word,
        "status": done.in_force.action.status,
    }
    return Response(encode(answer), 201 if done.is_new else 200, content_type=JSON)


@bp.get("/<anything:comment_id>/reports")
@bp.response(200, ReportsSchema)
def show(comment_id: str) -> Response:
    """Ask who reported a comment, and why: the newest hundred."""
    kept = current_app.extensions["modsvc"].report_comment.reports(g.site, comment_id)
    listed = [
        {**asdict(each.report), "revision": each.revision, "received_at": each.received_at}
        for each in kept
    ]
    return Response(encode({"reports": listed}), content_type=JSON)
