"""The kinds of field that sites send: text every database can hold, moments, ids."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from marshmallow import ValidationError, fields
from marshmallow.validate import Length, Range

from modsvc.core.pseudonyms import network

MAX_ID_CHARS = 200


class Text(fields.String):
    """Text without NUL, which PostgreSQL cannot store. Empty and over-long text are refused."""

    default_error_messages = {  # noqa: RUF012  marshmallow's own way.
        "nul": "This text holds the character NUL (U+0000), which cannot be stored; leave it out."
    }

    def __init__(self, limit: int, *, shortest: int = 1, **kwargs: Any) -> None:
        metadata = {"pattern": "^[^\\x00]*$"}
        super().__init__(validate=Length(shortest, limit), metadata=metadata, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if "\x00" in text:
            raise self.make_error("nul")
        return text


class Context(fields.String):
    """Text that only helps to understand a comment: NUL is left out, and the end if too long."""

    def __init__(self, limit: int, *, load_default: Any = "") -> None:
        # Null is what is not told, wherever that is something.
        nullable = load_default == ""
        super().__init__(
            load_default=load_default, allow_none=nullable, metadata={"x-cut-at": limit}
        )
        self.limit = limit

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        return text[: self.limit].replace("\x00", "")


class Moment(fields.AwareDateTime):
    """A moment with its time zone, as RFC 3339 writes it; kept in UTC."""

    def __init__(self) -> None:
        super().__init__(format="iso", load_default=None, allow_none=True)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        try:
            moment = super()._deserialize(value, attr, data, **kwargs)
            return moment.astimezone(UTC)
        except (OverflowError, ValueError) as error:
            if isinstance(error, ValidationError):
                raise
            raise self.make_error("invalid", input=value, obj_type="datetime") from None


class Language(fields.String):
    """A BCP 47 language tag, such as `en` or `he-IL`."""

    TAG = r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*"
    LONGEST = 35
    default_error_messages = {  # noqa: RUF012  marshmallow's own way.
        "tag": "Not a language tag, such as en."
    }

    def __init__(self) -> None:
        metadata = {"pattern": f"^{self.TAG}$", "maxLength": self.LONGEST}
        super().__init__(load_default=None, allow_none=True, metadata=metadata)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if len(text) > self.LONGEST or not re.fullmatch(self.TAG, text):
            raise self.make_error("tag")
        return text


class NetworkAddress(fields.IP):
    """An IPv4 or IPv6 address; of the second kind the first half, which is one customer's."""

    def __init__(self) -> None:
        super().__init__(load_default=None, allow_none=True, metadata={"format": "ipv4"})

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        address = super()._deserialize(value, attr, data, **kwargs)
        return None if address is None else network(str(address))


class IdOr(fields.Nested):
    """An object that has an id, or the bare id."""

    def _load(self, value: Any, partial: Any = None) -> Any:
        return super()._load({"id": value} if isinstance(value, str) else value, partial)


class Unchecked(fields.Nested):
    """An object that is described here and checked later, each on its own."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        return value


class Cursor(fields.Integer):
    """A place in the feed: what `next` said, or nothing for the beginning."""

    def __init__(self) -> None:
        super().__init__(load_default=0, validate=Range(0, 2**63 - 1))

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        # Python would also read "1_0" and other scripts' digits.
        if not re.fullmatch(r"[0-9]{1,19}", str(value)):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **kwargs)
