"""The documentation page: the OpenAPI description as a person reads it."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, current_app, render_template, request

from modsvc.api import schemas
from modsvc.api.problems import TYPES

bp = Blueprint("reference", __name__, template_folder="templates")

SCOPES = {
    "comments:write": "ask what to do with comments, pass on reports, tell about articles",
    "comments:read": "ask what became of a comment, and what is known of an article",
    "decisions:read": "read the feed of decisions",
    "protocols:call": "ask by another system's protocol, such as Perspective's",
}
# The scope that each operation asks for; those that ask for none are open to all.
NEEDED = {
    ("POST", "/v1/comments"): "comments:write",
    ("POST", "/v1/comments/batch"): "comments:write",
    ("GET", "/v1/comments/{comment_id}"): "comments:read",
    ("POST", "/v1/comments/{comment_id}/reports"): "comments:write",
    ("GET", "/v1/comments/{comment_id}/reports"): "comments:read",
    ("PUT", "/v1/articles/{article_id}"): "comments:write",
    ("GET", "/v1/articles/{article_id}"): "comments:read",
    ("GET", "/v1/decisions"): "decisions:read",
}
COMMENT = {
    "id": "c-1001",
    "body": "A fair and careful article, thank you.",
    "article": {"id": "a-7", "title": "The council votes"},
    "author": "u-3",
}
# What the curl line of an operation sends, and the address it asks where that is not plain.
BODIES: dict[tuple[str, str], object] = {
    ("POST", "/v1/comments"): COMMENT,
    ("POST", "/v1/comments/batch"): {"comments": [COMMENT]},
    ("POST", "/v1/comments/{comment_id}/reports"): {"reporter": "u-9", "reason": "insult"},
    ("PUT", "/v1/articles/{article_id}"): {"title": "The council votes", "mode": "strict"},
}
ADDRESSES = {
    "/v1/comments/{comment_id}": "/v1/comments/c-1001",
    "/v1/comments/{comment_id}/reports": "/v1/comments/c-1001/reports",
    "/v1/articles/{article_id}": "/v1/articles/a-7",
    "/v1/decisions": "/v1/decisions?after=0&limit=100",
}
# What a person should know before all else comes first.
ORDER = (
    "/v1/comments",
    "/v1/comments/batch",
    "/v1/comments/{comment_id}",
    "/v1/comments/{comment_id}/reports",
    "/v1/articles/{article_id}",
    "/v1/decisions",
)


@dataclass(frozen=True, slots=True)
class Field:
    """A field or parameter: `type` may name a type described further down, which is `link`."""

    name: str
    type: str
    link: str | None
    required: bool
    limits: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered with a status, and the type of its body, if that has one."""

    status: str
    text: str
    link: str | None


@dataclass(frozen=True, slots=True)
class Operation:
    """A method on a path, with all that a person needs to call it."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    scope: str | None
    parameters: list[Field]
    takes: str | None
    answers: list[Answer]
    curl: str


@bp.get("/docs")
def docs() -> str:
    """Show every operation, what it takes and what it answers."""
    spec = current_app.extensions["flask-smorest"]["apis"][""]["ext_obj"].spec.to_dict()
    operations = list(read_operations(spec, request.url_root.rstrip("/")))
    types = dict(read_types(spec, operations))
    return render_template(
        "docs.html",
        info=spec["info"],
        operations=operations,
        types=types,
        scopes=SCOPES,
        problems=TYPES,
    )


def read_operations(spec: dict[str, Any], root: str) -> Iterator[Operation]:
    """Read the operations of a description, the most asked for first."""
    paths = sorted(spec["paths"], key=lambda p: ORDER.index(p) if p in ORDER else len(ORDER))
    for path in paths:
        methods = spec["paths"][path]
        for method, operation in methods.items():
            if "responses" not in operation:  # What a path's operations share.
                continue
            parameters = [*methods.get("parameters", ()), *operation.get("parameters", ())]
            body = operation.get("requestBody")
            yield Operation(
                id=f"{method}{path}".replace("/", "-")
                .strip("{}")
                .replace("{", "")
                .replace("}", ""),
                method=method.upper(),
                path=path,
                summary=operation.get("summary", ""),
                description=operation.get("description", ""),
                scope=NEEDED.get((method.upper(), path)),
                parameters=[
                    _field(p["name"], p["schema"], required=p.get("required", False))
                    for p in parameters
                ],
                takes=_type(_schema(body))[1] if body else None,
                answers=list(_answers(spec, operation["responses"])),
                curl=curl(method.upper(), path, root),
            )


def read_types(
    spec: dict[str, Any], operations: list[Operation]
) -> Iterator[tuple[str, tuple[str, list[Field]]]]:
    """Read the types that operations name, and those that these name: what each is, its fields."""
    described = spec["components"]["schemas"]
    wanted = [o.takes for o in operations] + [a.link for o in operations for a in o.answers]
    queue = [name for name in wanted if name]
    seen: set[str] = set()
    while queue:
        name = queue.pop(0)
        if name in seen:
            continue
        seen.add(name)
        schema = described[name]
        fields = [
            _field(field, sub, required=field in schema.get("required", ()))
            for field, sub in schema["properties"].items()
        ]
        queue += [field.link for field in fields if field.link]
        yield name, (inspect.getdoc(getattr(schemas, f"{name}Schema")) or "", fields)


def curl(method: str, path: str, root: str) -> str:
    """Write a command that works when KEY is replaced."""
    parts = ["curl"]
    if (method, path) in NEEDED:
        parts.append("-H 'Authorization: Bearer KEY'")
    if method not in ("GET", "POST"):
        parts.append(f"-X {method}")
    if (body := BODIES.get((method, path))) is not None:
        parts.append("-H 'Content-Type: application/json'")
        parts.append(f"-d '{json.dumps(body)}'")
    parts.append(f"'{root}{ADDRESSES.get(path, path)}'")
    return " \\\n  ".join(parts)


def _answers(spec: dict[str, Any], responses: dict[str, Any]) -> Iterator[Answer]:
    for status, response in sorted(responses.items()):
        if "$ref" in response:
            response = spec["components"]["responses"][response["$ref"].rpartition("/")[2]]  # noqa: PLW2901  A reference means what it points at.
        shown = "otherwise" if status == "default" else status
        yield Answer(shown, response["description"], _type(_schema(response))[1])


def _schema(holder: dict[str, Any]) -> dict[str, Any]:
    """Give the schema of a request's or a response's body; an empty one when there is none."""
    for content in holder.get("content", {}).values():
        schema: dict[str, Any] = content["schema"]
        return schema
    return {}


def _field(name: str, schema: dict[str, Any], *, required: bool) -> Field:
    type_, link = _type(schema)
    return Field(name, type_, link, required, ", ".join(_limits(schema)))


def _type(schema: dict[str, Any]) -> tuple[str, str | None]:
    """Say a schema's type, and which type described elsewhere is part of it."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return name, name
    if "anyOf" in schema:
        found = [_type(part) for part in schema["anyOf"]]
        words = dict.fromkeys(word for word, _ in found)
        return " or ".join(words), next((link for _, link in found if link), None)
    if schema.get("type") == "array":
        word, link = _type(schema["items"])
        return f"list of {word}", link
    if schema.get("format") == "date-time":
        return "time (RFC 3339)", None
    kinds = schema.get("type", "")
    return " or ".join(kinds) if isinstance(kinds, list) else kinds, None


def _limits(schema: dict[str, Any]) -> Iterator[str]:
    low, high = schema.get("minLength"), schema.get("maxLength")
    if high is not None:
        yield f"{low} to {high:,} characters" if low else f"up to {high:,} characters"
    if cut := schema.get("x-cut-at"):
        yield f"cut at {cut:,} characters"
    if "minItems" in schema:
        yield f"{schema['minItems']} to {schema['maxItems']:,} items"
    if "minimum" in schema:
        yield f"{schema['minimum']} to {schema['maximum']}"
    if "enum" in schema:
        yield "one of " + ", ".join(map(str, schema["enum"]))
    if schema.get("default") not in (None, ""):
        yield f"{schema['default']} if left out"
    for part in schema.get("anyOf", ()):
        yield from (f"{limit} as an id" for limit in _limits(part) if part.get("type") == "string")
