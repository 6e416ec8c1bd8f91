"""The documentation page: the OpenAPI description as a person reads it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, render_template

from modsvc.api.problems import TYPES

bp = Blueprint("reference", __name__, template_folder="templates")


@bp.get("/docs")
def docs() -> str:
    """Show every operation, what it takes and what it answers."""
    spec = current_app.extensions["flask-smorest"]["apis"][""]["ext_obj"].spec.to_dict()
    return render_template("docs.html", spec=spec, operations=_operations(spec), problems=TYPES)


def _operations(spec: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"method": method.upper(), "path": path, **operation}
        for path, methods in spec["paths"].items()
        for method, operation in methods.items()
        if isinstance(operation, dict)
    ]
