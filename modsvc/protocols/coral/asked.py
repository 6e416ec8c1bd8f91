"""What Coral sends to be judged, and what it tells when somebody decided."""

from __future__ import annotations

import hashlib
import html
import re
from typing import Any

import orjson
from marshmallow import EXCLUDE, Schema, ValidationError, fields
from werkzeug.exceptions import BadRequest

from modsvc.core.comment import MAX_BODY_CHARS, Article, Author, Comment, Parent
from modsvc.store.suggestions import Suggestion

PROTOCOL = "coral"
MAX_ID_CHARS = 200
LEFT_QUEUE = "COMMENT_LEFT_MODERATION_QUEUE"
# What a person decided, as the label that says it should have been rejected.
_OUTCOMES = {"APPROVED": 0.0, "REJECTED": 1.0}
# The mark-up that Coral lets commenters use. All else that looks like a tag was written by somebody
# to be read, and is: what is not read must not be approved.
_BREAKS = re.compile(r"<(?:br\s*/?|/(?:p|div|li|blockquote|h[1-6]))>", re.IGNORECASE)
_TAGS = re.compile(
    r"""
      </?(?:p|div|li|ul|ol|blockquote|h[1-6]|b|strong|i|em|u|s|strike|del|span|code|pre)>
    | <a\s+href="([^"]*)"
        (?:\s+target="_\w+" | \s+rel="(?:nofollow|noopener|noreferrer|ugc|\s)*")*\s*>
    | </a>
    """,
    re.IGNORECASE | re.VERBOSE,
)


class Lenient(Schema):
    """Leaves out what it does not know."""

    class Meta:
        """Options, in marshmallow's way."""

        unknown = EXCLUDE


class CommentSchema(Lenient):
    """The comment; it has no id yet."""

    body = fields.String(required=True)
    parentID = fields.String(load_default=None, allow_none=True)  # noqa: N815


class IdSchema(Lenient):
    """An author."""

    id = fields.String(required=True)


class StorySchema(IdSchema):
    """An article."""

    url = fields.String(load_default="", allow_none=True)


class AskedSchema(Lenient):
    """A request of the external moderation phase."""

    comment = fields.Nested(CommentSchema, required=True)
    author = fields.Nested(IdSchema, required=True)
    story = fields.Nested(StorySchema, required=True)
    tenantID = fields.String(load_default="", allow_none=True)  # noqa: N815


class OutcomeSchema(Lenient):
    """What a queue event carries."""

    commentID = fields.String(required=True)  # noqa: N815
    status = fields.String(load_default=None, allow_none=True)


class EventSchema(Lenient):
    """A webhook's event; what its data hold depends on the type."""

    id = fields.String(load_default=None, allow_none=True)
    type = fields.String(required=True)
    data = fields.Dict(load_default=None, allow_none=True)
    tenantDomain = fields.String(load_default=None, allow_none=True)  # noqa: N815


_ASKED, _EVENT, _OUTCOME = AskedSchema(), EventSchema(), OutcomeSchema()


def read_comment(body: bytes) -> Comment:
    """Read what is to be judged.

    It has no id, so it is known by all that tells it from others.

    Raises
    ------
    BadRequest
        It is no such request, or its text is empty or longer than can be judged.
    """
    told = _load(_ASKED, body)
    text = plain(told["comment"]["body"]).replace("\0", "")
    if not text.strip():
        raise BadRequest("comment.body: the text must be non-empty")
    if len(text) > MAX_BODY_CHARS:
        raise BadRequest(f"comment.body: the text is longer than {MAX_BODY_CHARS:,} characters")
    story, author = told["story"], told["author"]
    parent = told["comment"]["parentID"]
    known_by = (told["tenantID"], story["id"], author["id"], parent, text)
    return Comment(
        id=f"{PROTOCOL}-{hashlib.sha256(orjson.dumps(known_by)).hexdigest()[:32]}",
        body=text,
        article=Article(_short(story["id"]), url=(story["url"] or "").replace("\0", "")[:2_000]),
        author=Author(_short(author["id"])),
        parent=Parent(_short(parent)) if parent else None,
    )


def read_event(body: bytes) -> Suggestion | None:
    """Read what a webhook tells; None where nobody decided anything. Raises BadRequest."""
    event = _load(_EVENT, body)
    if event["type"] != LEFT_QUEUE:
        return None
    outcome = _checked(_OUTCOME, event["data"] or {})
    rejected = _OUTCOMES.get(outcome["status"] or "")
    if rejected is None:
        return None
    return Suggestion(
        protocol=PROTOCOL,
        body=None,
        labels={"rejected": rejected},
        comment_id=_short(outcome["commentID"]),
        community=_short(event["tenantDomain"]) if event["tenantDomain"] else None,
        token=_short(event["id"]) if event["id"] else None,
    )


def plain(body: str) -> str:
    """Give the text of a body that may be HTML: mark-up is left out, and links are written out."""
    if "<" not in body and "&" not in body:
        return body
    broken = _BREAKS.sub("\n", body)
    bare = _TAGS.sub(lambda tag: f" {tag[1]} " if tag[1] else "", broken)
    return html.unescape(bare).strip() if bare.strip() else body


def _load(schema: Schema, body: bytes) -> dict[str, Any]:
    try:
        told = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BadRequest(f"the body is not JSON: {error}") from None
    if not isinstance(told, dict):
        raise BadRequest("the body must be an object")
    return _checked(schema, told)


def _checked(schema: Schema, told: dict[str, Any]) -> dict[str, Any]:
    try:
        loaded: dict[str, Any] = schema.load(told)
    except ValidationError as error:
        where, why = _first(error.messages)
        raise BadRequest(f"{where}: {why}") from None
    return loaded


def _first(messages: Any) -> tuple[str, str]:
    path = []
    while isinstance(messages, dict):
        step, messages = next(iter(messages.items()))
        path.append(str(step)[:100])
    return ".".join(path), str(messages[0])


def _short(text: str) -> str:
    return text.replace("\0", "")[:MAX_ID_CHARS] or "unknown"
