"""What readers of exports find, and how they make comments of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from modsvc.core.comment import MAX_BODY_CHARS, Article, Author, Comment, Parent
from modsvc.core.past import Past
from modsvc.core.pseudonyms import of_email

MAX_ID_CHARS, MAX_URL_CHARS, MAX_TITLE_CHARS, MAX_NAME_CHARS = 200, 2_000, 1_000, 200


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that is no comment, or of which nothing is known: `what` it is, in the plural."""

    what: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Something that should be a comment and cannot be used: `where` it stands, and why."""

    where: str
    why: str


Found = Past | LeftOut | Unreadable
Lines = Iterable[bytes]
# Gives the lines of another file of the same export, by its name; none where there is no such file.
Beside = Callable[[str], Lines]
Reader = Callable[[Lines, Beside], Iterator[Found]]


def past(
    where: str,
    *,
    comment_id: str,
    body: str,
    outcome: str,
    article: Article,
    author: Author,
    parent: str = "",
    created_at: datetime | None = None,
    by_person: bool = False,
) -> Found:
    """Make a comment of what an export tells of one; `body` is its text, without mark-up."""
    text = body.replace("\0", "")
    if not text.strip():
        return LeftOut("comments without a text")
    if len(text) > MAX_BODY_CHARS:
        return Unreadable(where, f"it has {len(text):,} characters; {MAX_BODY_CHARS:,} are allowed")
    comment = Comment(
        id=known_as(comment_id),
        body=text,
        article=article,
        author=author,
        parent=Parent(known_as(parent)) if parent else None,
        created_at=created_at,
    )
    return Past(comment, outcome, by_person)


def article_of(
    known_by: str, *, url: str = "", title: str = "", section: str = "", body: str = ""
) -> Article:
    """Make an article, each of its texts cut at what a site may send."""
    return Article(
        known_as(known_by),
        title=_clean(title, MAX_TITLE_CHARS),
        url=_clean(url, MAX_URL_CHARS),
        section=_clean(section, MAX_NAME_CHARS),
        body=_clean(body, MAX_BODY_CHARS),
    )


def author_of(user: str, *, email: str = "", name: str = "") -> Author:
    """Make an author, known by an account or else by a digest of the e-mail address, or by name."""
    # A guest is free to take an account's name for its own.
    named = f"name-{name.strip()}" if name.strip() else ""
    known_by = user or (of_email(email) if email.strip() else named)
    return Author(known_as(known_by), name=_clean(name, MAX_NAME_CHARS))


def known_as(name: str) -> str:
    """Give an id that can be one here: a digest stands for one that is too long."""
    short = name.replace("\0", "").strip()
    if len(short) > MAX_ID_CHARS:
        return hashlib.sha256(short.encode("utf-8", "replace")).hexdigest()[:32]
    return short or "unknown"


def moment(text: str) -> datetime | None:
    """Read a moment as ISO 8601 writes it, in UTC where no zone is told; None if it is none."""
    try:
        found = datetime.fromisoformat(text.strip())
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _clean(text: str, most: int) -> str:
    return text.replace("\0", "").strip()[:most]
