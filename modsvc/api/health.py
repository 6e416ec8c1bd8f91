"""Whether the process lives, and whether it can decide."""

from __future__ import annotations

from dataclasses import asdict

from flask import Response, current_app

from modsvc.api.answers import JSON, encode
from modsvc.api.parsing import Blueprint
from modsvc.api.schemas import HealthSchema

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@bp.response(200, description="The process lives.")
def live() -> Response:
    """Ask whether the process lives; nothing else is looked at."""
    return Response(encode({"status": "alive"}), content_type=JSON)


@bp.get("/readyz")
@bp.response(200, HealthSchema, description="Comments can be decided, perhaps by rules alone.")
@bp.alt_response(503, schema=HealthSchema, description="Comments cannot be decided now.")
def ready() -> Response:
    """Ask whether comments can be decided, and in what state the service is."""
    health = current_app.extensions["modsvc"].report_health()
    return Response(encode(asdict(health)), 200 if health.ready else 503, content_type=JSON)
