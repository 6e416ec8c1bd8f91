"""Reading bodies that strangers send: strictly, and never more than is wanted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

import flask_smorest
import orjson
from flask import Request, request
from marshmallow import ValidationError
from webargs.core import is_json
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import (
    BadRequest,
    RequestEntityTooLarge,
    UnprocessableEntity,
    UnsupportedMediaType,
)


class StrictJSONParser(FlaskParser):
    """Reads bodies with orjson, which refuses deep nesting, huge numbers, NaN and lone surrogates.

    Of a key that stands twice in an object the last one counts.
    """

    def load_json(self, req: Request, schema: Any) -> Any:  # noqa: ARG002  webargs' signature.
        """Read the body as JSON; an empty body is an error like any other."""
        if req.headers.get("Content-Encoding", "").lower() not in ("", "identity"):
            # A small compressed body can unpack to gigabytes; we never unpack one.
            raise UnsupportedMediaType("send the body as it is, without Content-Encoding")
        if not is_json(req.mimetype):
            raise UnsupportedMediaType("send JSON, as Content-Type: application/json")
        body = req.get_data(cache=True)
        # A body of untold length is read up to the limit and no further, without a word.
        limit = req.max_content_length
        if req.content_length is None and limit is not None and len(body) >= limit:
            raise RequestEntityTooLarge
        try:
            return orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise BadRequest(f"the body is not JSON: {error}") from None

    def handle_error(  # noqa: D102
        self,
        error: ValidationError,
        req: Request,  # noqa: ARG002
        schema: Any,  # noqa: ARG002
        *,
        error_status_code: int | None,  # noqa: ARG002
        error_headers: Any,  # noqa: ARG002
    ) -> NoReturn:
        raise Unprocessable(error.normalized_messages())


class Unprocessable(UnprocessableEntity):
    """422 with the fields that are wrong; `messages` as marshmallow gives them."""

    def __init__(self, messages: dict[str, Any]) -> None:
        super().__init__("some fields cannot be used; `errors` says which and why")
        self.messages = messages


class Blueprint(flask_smorest.Blueprint):
    """A blueprint that reads bodies strictly."""

    ARGUMENTS_PARSER = StrictJSONParser()


def limit_body(limit: int) -> Callable[[], None]:
    """Refuse longer bodies, before more than `limit` bytes are read."""

    def before_request() -> None:
        request.max_content_length = limit

    return before_request
