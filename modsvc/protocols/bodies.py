"""What strangers send, as bytes: as it is, and never more than is wanted."""

from __future__ import annotations

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType


def read_body() -> bytes:
    """Read what was sent, whatever it says it is: some clients do not say that it is JSON.

    Raises
    ------
    RequestEntityTooLarge
        It is longer than the address allows.
    UnsupportedMediaType
        It is compressed: a small body can unpack to gigabytes, and we never unpack one.
    """
    if request.headers.get("Content-Encoding", "").lower() not in ("", "identity"):
        raise UnsupportedMediaType("send the body as it is, without Content-Encoding")
    body = request.get_data(cache=False)
    limit = request.max_content_length
    # A body of untold length is read up to the limit and no further, without a word.
    if request.content_length is None and limit is not None and len(body) >= limit:
        raise RequestEntityTooLarge
    return body
