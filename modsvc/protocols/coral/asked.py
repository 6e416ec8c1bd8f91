"""What Coral sends to be judged, and what it tells when somebody decided."""

from __future__ import annotations

import hashlib
from typing import Any

import orjson
from marshmallow import Schema, fields
from werkzeug.exceptions import BadRequest

from modsvc.core.comment import MAX_BODY_CHARS, Article, Author, Comment, Parent
from modsvc.core.markup import plain
from modsvc.protocols.bodies import FieldInvalid, Lenient, NotAnObject, check, read_object
from modsvc.store.suggestions import Suggestion

PROTOCOL = "coral"
MAX_ID_CHARS = 200
LEFT_QUEUE = "COMMENT_LEFT_MODERATION_QUEUE"
# What a person decided, as the label that says it should have been rejected.
_OUTCOMES = {"APPROVED": 0.0, "REJECTED": 1.0}


class CommentSchema(Lenient):
    """The comment; it has no id yet."""

    body = fields.String(required=True)
    parent_id = fields.String(data_key="parentID", load_default=None, allow_none=True)


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
    tenant_id = fields.String(data_key="tenantID", load_default="", allow_none=True)


class OutcomeSchema(Lenient):
    """What a queue event carries."""

    comment_id = fields.String(data_key="commentID", required=True)
    status = fields.String(load_default=None, allow_none=True)


class EventSchema(Lenient):
    """A webhook's event; what its data hold depends on the type."""

    id = fields.String(load_default=None, allow_none=True)
    type = fields.String(required=True)
    data = fields.Dict(load_default=None, allow_none=True)
    tenant_domain = fields.String(load_default=None, allow_none=True)


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
    parent = told["comment"]["parent_id"]
    known_by = (told["tenant_id"], story["id"], author["id"], parent, text)
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
    try:
        outcome = check(_OUTCOME, event["data"] or {})
    except FieldInvalid as error:
        raise BadRequest(f"data.{error}") from None
    rejected = _OUTCOMES.get(outcome["status"] or "")
    if rejected is None:
        return None
    return Suggestion(
        protocol=PROTOCOL,
        body=None,
        labels={"rejected": rejected},
        rejected=rejected == 1.0,
        comment_id=_short(outcome["comment_id"]),
        community=_short(event["tenant_domain"]) if event["tenant_domain"] else None,
        token=_short(event["id"]) if event["id"] else None,
    )


def _load(schema: Schema, body: bytes) -> dict[str, Any]:
    try:
        return check(schema, read_object(body))
    except (NotAnObject, FieldInvalid) as error:
        raise BadRequest(str(error)) from None


def _short(text: str) -> str:
    return text.replace("\0", "")[:MAX_ID_CHARS] or "unknown"
