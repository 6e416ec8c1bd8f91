"""Values that tests need but are not about."""

from __future__ import annotations

from typing import Any

from modsvc.core.comment import Article, Author, Comment, Subject
from modsvc.core.text import normalise


def make_comment(body: str = "A goodly remark.", **changes: Any) -> Comment:
    facts = {"id": "c-1", "article": Article("a-1"), "author": Author("u-1")}
    return Comment(body=body, **{**facts, **changes})


def make_subject(body: str, **changes: Any) -> Subject:
    return Subject(make_comment(body, **changes), normalise(body), {})


def make_body(body: str = "A goodly remark.", **changes: Any) -> dict[str, Any]:
    """The JSON a site sends."""
    facts = {"id": "c-1", "body": body, "article": {"id": "a-1", "title": "An article"}}
    return {**facts, "author": {"id": "u-1", "name": "nightowl"}, **changes}
