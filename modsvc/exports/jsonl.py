"""JSON lines: comments as sites send them, each with a `status` that says what became of it.

For every system that no other reader is for: a few lines of a program write it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from marshmallow import fields, post_load
from marshmallow.validate import OneOf

from modsvc.api.fields import IdOr
from modsvc.api.lines import read_lines
from modsvc.api.schemas import ArticleSchema, AuthorSchema, BareCommentSchema
from modsvc.core.comment import Article, Author, Comment
from modsvc.core.past import OUTCOMES, Past
from modsvc.exports.found import Beside, Found, Lines, Unreadable


class PastSchema(BareCommentSchema):
    """A comment of which only the id, the body and the status must be told."""

    article = IdOr(ArticleSchema, load_default=lambda: Article("unknown"))
    author = IdOr(AuthorSchema, load_default=lambda: Author("unknown"))
    status = fields.String(required=True, validate=OneOf(list(OUTCOMES)))
    by_person = fields.Boolean(load_default=False)

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> Past:
        """Make the comment and what became of it."""
        outcome, by_person = data.pop("status"), data.pop("by_person")
        told = {name: value for name, value in data.items() if value is not None}
        return Past(Comment(**told), outcome, by_person)


_SCHEMA = PastSchema()


def read(lines: Lines, _beside: Beside) -> Iterator[Found]:
    """Yield the comments; a line that is none is said to be unreadable."""
    for number, found in read_lines(lines, _SCHEMA):
        yield Unreadable(f"line {number}", found) if isinstance(found, str) else found
