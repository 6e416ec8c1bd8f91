"""What strangers send: as bytes, as an object, and by schemas that leave out what is unknown."""

from __future__ import annotations

import re
from typing import Any

import orjson
from flask import request
from marshmallow import EXCLUDE, Schema, ValidationError, fields
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType


class NotAnObject(ValueError):
    """The body is no JSON, or no object; says what is wrong."""


class FieldInvalid(ValueError):
    """A field cannot be used: `where` is its path, `why` a sentence."""

    def __init__(self, where: str, why: str) -> None:
        super().__init__(f"{where}: {why}")
        self.where, self.why = where, why


class Lenient(Schema):
    """Leaves out what it does not know; a field is called in JSON as here, but in camelCase."""

    class Meta:
        """Options, in marshmallow's way."""

        unknown = EXCLUDE

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """Name the field as JSON does, unless it has a name of its own."""
        field_obj.data_key = field_obj.data_key or camel(field_name)


def camel(name: str) -> str:
    """Write `client_token` as `clientToken`."""
    return re.sub(r"_([a-z])", lambda found: found[1].upper(), name)


def read_body(limit: int, *, again: bool = False) -> bytes:
    """Read what was sent, whatever it says it is: some clients do not say that it is JSON.

    With `again` it can be read once more, as a form.

    Raises
    ------
    RequestEntityTooLarge
        It is longer than `limit` bytes, of which no more are read.
    UnsupportedMediaType
        It is compressed: a small body can unpack to gigabytes, and we never unpack one.
    """
    if request.headers.get("Content-Encoding", "").lower() not in ("", "identity"):
        raise UnsupportedMediaType("send the body as it is, without Content-Encoding")
    request.max_content_length = limit
    body = request.get_data(cache=again)
    # A body of untold length is read up to the limit and no further, without a word.
    if request.content_length is None and len(body) >= limit:
        raise RequestEntityTooLarge
    return body


def read_object(body: bytes) -> dict[str, Any]:
    """Read a JSON object. Raises NotAnObject."""
    try:
        told = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise NotAnObject(f"the body is not JSON: {error}") from None
    if not isinstance(told, dict):
        raise NotAnObject("the body must be an object")
    return told


def check(schema: Schema, told: dict[str, Any]) -> dict[str, Any]:
    """Load an object by a schema. Raises FieldInvalid for the first field that is wrong."""
    try:
        loaded: dict[str, Any] = schema.load(told)
    except ValidationError as error:
        path, messages = [], error.messages
        while isinstance(messages, dict):
            step, messages = next(iter(messages.items()))
            path.append(str(step)[:100])
        raise FieldInvalid(".".join(path), str(messages[0])) from None
    return loaded
