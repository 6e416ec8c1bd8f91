"""Registers the blueprints, and describes them all as OpenAPI."""

from __future__ import annotations

from typing import Any

import flask_smorest
from flask import Flask, request

from modsvc import __version__
from modsvc.api import articles, batch, comments, decisions, health, reference, reports
from modsvc.api.fields import MAX_ID_CHARS, IdOr
from modsvc.api.schemas import ProblemSchema

# Blueprints that need no key. Everything else refuses requests without one.
PUBLIC = ("health", "reference")
# Addresses under which every answer, errors too, is for programs.
FOR_PROGRAMS = ("/v1/", "/healthz", "/readyz", "/openapi.json")


class Api(flask_smorest.Api):
    """Builds the OpenAPI description; errors are problems, and not in flask-smorest's own shape."""

    ERROR_SCHEMA = ProblemSchema
    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        """Leave errors to the application, which knows the pages too."""


def register(app: Flask) -> None:
    """Register the blueprints."""
    app.config.update(
        API_TITLE="modsvc",
        API_VERSION=f"v{__version__}",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/",
        OPENAPI_JSON_PATH="openapi.json",
    )
    api = Api(app, spec_kwargs={"info": {"description": "Ask what to do with readers' comments."}})
    api.ma_plugin.converter.add_attribute_function(_id_or)
    api.spec.components.security_scheme("key", {"type": "http", "scheme": "bearer"})
    for module in (comments, batch, reports, articles, decisions, health):
        api.register_blueprint(module.bp)
    for path in api.spec._paths.values():  # noqa: SLF001  The one place that knows them all.
        for operation in path.values():
            if "responses" in operation:  # And not what a path's operations share.
                _document(operation)
    app.register_blueprint(reference.bp)


def for_programs() -> bool:
    """Tell whether the request's answer is read by a program and not by a person."""
    if request.path.startswith(FOR_PROGRAMS):
        return True
    return not request.accept_mimetypes.accept_html


def _id_or(_converter: object, field: object, *, ret: dict[str, Any]) -> dict[str, Any]:
    """Describe a field that takes an object or its bare id."""
    if not isinstance(field, IdOr):
        return {}
    described = dict(ret)
    ret.clear()
    bare_id = {"type": "string", "minLength": 1, "maxLength": MAX_ID_CHARS}
    return {"anyOf": [bare_id, described]}


def _document(operation: dict[str, Any]) -> None:
    """Add to an operation what all share: problems, and the key where one is needed."""
    problem = {
        "description": "A problem (RFC 9457).",
        "content": {
            "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
        },
    }
    # flask-smorest takes this one to be in its own shape.
    operation["responses"].pop("422", None)
    operation["responses"]["default"] = problem
    if not set(operation["tags"]) & set(PUBLIC):
        operation["security"] = [{"key": []}]
