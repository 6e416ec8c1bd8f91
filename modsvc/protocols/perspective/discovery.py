"""The description that Google's client libraries build themselves from.

https://developers.google.com/discovery/v1/reference/apis
"""

from __future__ import annotations

from typing import Any

# What every API of Google's takes, so that callers may send it.
_STANDARD = (
    "$.xgafv",
    "access_token",
    "callback",
    "fields",
    "oauth_token",
    "quotaUser",
    "uploadType",
    "upload_protocol",
)
NAME, VERSION = "commentanalyzer", "v1alpha1"


def document(base: str) -> dict[str, object]:
    """Describe the service as it stands at `base`, an address that ends in a slash."""
    return {
        "kind": "discovery#restDescription",
        "discoveryVersion": "v1",
        "id": f"{NAME}:{VERSION}",
        "name": NAME,
        "version": VERSION,
        "revision": "20261126",
        "title": "Comment analysis by modsvc",
        "description": "Scores readers' comments, by the protocol of Perspective.",
        "protocol": "rest",
        "rootUrl": base,
        "baseUrl": base,
        "servicePath": "",
        "basePath": "",
        "batchPath": "batch",
        "parameters": {
            "key": _parameter("The key of a site."),
            "alt": _parameter("Always json."),
            "prettyPrint": {"type": "boolean", "location": "query"},
            **{name: _parameter("Taken, and not looked at.") for name in _STANDARD},
        },
        "resources": {
            "comments": {
                "methods": {
                    "analyze": _method("analyze", "AnalyzeComment", "Score a text."),
                    "suggestscore": _method(
                        "suggestscore", "SuggestCommentScore", "Say what a text should have scored."
                    ),
                }
            }
        },
        "schemas": {schema["id"]: schema for schema in _SCHEMAS},
    }


def _parameter(description: str) -> dict[str, str]:
    return {"type": "string", "location": "query", "description": description}


def _method(name: str, schema: str, description: str) -> dict[str, object]:
    return {
        "id": f"{NAME}.comments.{name}",
        "path": f"{VERSION}/comments:{name}",
        "flatPath": f"{VERSION}/comments:{name}",
        "httpMethod": "POST",
        "description": description,
        "parameters": {},
        "parameterOrder": [],
        "request": {"$ref": f"{schema}Request"},
        "response": {"$ref": f"{schema}Response"},
    }


def _object(name: str, **properties: object) -> dict[str, Any]:
    return {"id": name, "type": "object", "properties": properties}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": name}


def _each(of: object) -> dict[str, object]:
    return {"type": "array", "items": of}


def _by_name(of: object) -> dict[str, object]:
    return {"type": "object", "additionalProperties": of}


_TEXT, _FLAG = {"type": "string"}, {"type": "boolean"}
_INTEGER = {"type": "integer", "format": "int32"}
_NUMBER = {"type": "number", "format": "float"}
_ASKED = {
    "comment": _ref("TextEntry"),
    "context": _ref("Context"),
    "languages": _each(_TEXT),
    "clientToken": _TEXT,
    "communityId": _TEXT,
    "sessionId": _TEXT,
}
_SCHEMAS = (
    _object("TextEntry", text=_TEXT, type=_TEXT),
    _object("ArticleAndParentComment", article=_ref("TextEntry"), parentComment=_ref("TextEntry")),
    _object(
        "Context",
        entries=_each(_ref("TextEntry")),
        articleAndParentComment=_ref("ArticleAndParentComment"),
    ),
    _object("AttributeParameters", scoreType=_TEXT, scoreThreshold=_NUMBER),
    _object(
        "AnalyzeCommentRequest",
        **_ASKED,
        requestedAttributes=_by_name(_ref("AttributeParameters")),
        spanAnnotations=_FLAG,
        doNotStore=_FLAG,
    ),
    _object("Score", value=_NUMBER, type=_TEXT),
    _object("SpanScore", begin=_INTEGER, end=_INTEGER, score=_ref("Score")),
    _object("AttributeScores", spanScores=_each(_ref("SpanScore")), summaryScore=_ref("Score")),
    _object(
        "AnalyzeCommentResponse",
        attributeScores=_by_name(_ref("AttributeScores")),
        languages=_each(_TEXT),
        detectedLanguages=_each(_TEXT),
        clientToken=_TEXT,
    ),
    _object(
        "SuggestCommentScoreRequest",
        **_ASKED,
        attributeScores=_by_name(_ref("AttributeScores")),
    ),
    _object(
        "SuggestCommentScoreResponse",
        clientToken=_TEXT,
        detectedLanguages=_each(_TEXT),
        requestedLanguages=_each(_TEXT),
    ),
)
