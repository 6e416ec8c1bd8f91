"""Coral's database, as `mongoexport` writes it: a JSON object a line.

`comments` is enough. Where the collections `stories`, `users` and `commentModerationActions` lie
beside it, they tell of the articles, the names, and which comments a person decided.
https://github.com/coralproject/talk
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

from modsvc.core.comment import Article
from modsvc.core.markup import plain
from modsvc.errors import ExportInvalid
from modsvc.exports.found import (
    Beside,
    Found,
    LeftOut,
    Lines,
    Unreadable,
    article_of,
    author_of,
    moment,
    past,
)

# NONE was published without anybody looking at it.
OUTCOMES = {"NONE": "approved", "APPROVED": "approved", "REJECTED": "rejected"}
OUTCOMES |= {"PREMOD": "held", "SYSTEM_WITHHELD": "held"}


def read(lines: Lines, beside: Beside) -> Iterator[Found]:
    """Yield the comments. Raises ExportInvalid."""
    articles = {_text(each, "id"): _article(each) for each in _all(beside, "stories")}
    names = {_text(each, "id"): _text(each, "username") for each in _all(beside, "users")}
    by_person = _by_person(_all(beside, "commentModerationActions"))
    for number, told in _objects(lines):
        where = f"line {number}"
        if isinstance(told, dict):
            yield _comment(where, told, articles, names, by_person)
        else:
            yield Unreadable(where, "this is no JSON object")


def _comment(
    where: str,
    told: Mapping[str, Any],
    articles: Mapping[str, Article],
    names: Mapping[str, str],
    by_person: Mapping[str, str],
) -> Found:
    revisions = told.get("revisions")
    newest = revisions[-1] if isinstance(revisions, list) and revisions else None
    status, comment_id = _text(told, "status"), _text(told, "id")
    if told.get("deletedAt") is not None:
        return LeftOut("deleted comments")
    if not comment_id or not isinstance(newest, dict):
        return Unreadable(where, "a comment of Coral's has an id and revisions")
    if status not in OUTCOMES:
        return Unreadable(where, f"Coral has no status {status[:30]!r}")
    story, user = _text(told, "storyID"), _text(told, "authorID")
    return past(
        where,
        comment_id=comment_id,
        body=plain(_text(newest, "body")),
        outcome=OUTCOMES[status],
        article=articles.get(story) or article_of(story),
        author=author_of(user, name=names.get(user, "")),
        parent=_text(told, "parentID"),
        created_at=_moment(told.get("createdAt")),
        by_person=by_person.get(comment_id) == status,
    )


def _article(story: Mapping[str, Any]) -> Article:
    told = story.get("metadata")
    facts = told if isinstance(told, dict) else {}
    return article_of(
        _text(story, "id"),
        url=_text(story, "url"),
        title=_text(facts, "title"),
        section=_text(facts, "section"),
        body=_text(facts, "description"),
    )


def _by_person(actions: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Give the status that a person gave each comment last; the system's own are not looked at."""
    found: dict[str, tuple[datetime, str]] = {}
    for action in actions:
        if action.get("moderatorID"):
            at = _moment(action.get("createdAt")) or datetime.min.replace(tzinfo=UTC)
            about = _text(action, "commentID")
            if about not in found or found[about][0] <= at:
                found[about] = (at, _text(action, "status"))
    return {about: status for about, (_, status) in found.items()}


def _objects(lines: Lines) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(lines, 1):
        text = (line.removeprefix(codecs.BOM_UTF8) if number == 1 else line).strip()
        if number == 1 and text.startswith(b"["):
            raise ExportInvalid(
                "it is one long array; export without --jsonArray, an object a line"
            )
        if text:
            try:
                yield number, orjson.loads(text)
            except orjson.JSONDecodeError:
                yield number, None


def _all(beside: Beside, name: str) -> Iterator[dict[str, Any]]:
    """Yield the objects of a collection that only adds to what is known; all else is passed by."""
    try:
        yield from (told for _, told in _objects(beside(name)) if isinstance(told, dict))
    except ExportInvalid as error:
        raise ExportInvalid(f"in {name}.json beside it: {error}") from None


def _text(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name)
    return value if isinstance(value, str) else ""


def _moment(value: Any) -> datetime | None:
    """Read a date of MongoDB's Extended JSON, in its relaxed form or its canonical one."""
    told = value.get("$date") if isinstance(value, dict) else value
    if isinstance(told, dict):
        try:
            return datetime.fromtimestamp(int(told["$numberLong"]) / 1e3, UTC)
        except (KeyError, TypeError, ValueError, OverflowError, OSError):
            return None
    return moment(told) if isinstance(told, str) else None
