"""Comments, their revisions, and the articles and authors they name."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from modsvc.core.comment import Article, Author, Comment, Parent
from modsvc.core.decision import Action
from modsvc.store.joins import TEXT
from modsvc.store.tables import articles, authors, comments, revisions

SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class Stored:
    """What the store knows of a comment: its key, its newest revision, the decision in force."""

    key: int
    id: str
    article: str
    author: str
    revision: int
    position: int
    received_at: datetime
    body: str
    salt: bytes


def find(db: Connection, site: str, comment_id: str) -> Stored | None:
    """Find a comment with its newest revision by the site's own id."""
    if "\0" in comment_id:
        return None  # PostgreSQL cannot even be asked about it.
    row = db.execute(_FIND, {"site": site, "id": comment_id}).first()
    return Stored(*row) if row else None


def of_key(db: Connection, site: str, key: int) -> Stored:
    """Give a site's comment that is known to be there, by its key."""
    return Stored(*db.execute(_OF_KEY, {"site": site, "key": key}).one())


def told(db: Connection, site: str, key: int) -> tuple[Stored, Comment] | None:
    """Give a comment as it was sent last, with all that is known of where it stands and by whom."""
    row = db.execute(_TOLD, {"site": site, "key": key}).first()
    if row is None:
        return None
    *facts, language, created_at = row
    stored = Stored(*facts)
    comment = Comment(
        id=stored.id,
        body=stored.body,
        article=article(db, site, stored.article),
        author=author(db, site, stored.author),
        parent=parent(db, site, stored.key, stored.revision),
        language=language,
        created_at=created_at,
    )
    return stored, comment


def add(
    db: Connection,
    site: str,
    comment: Comment,
    *,
    position: int,
    action: Action | None,
    now: datetime,
) -> int | None:
    """Store a comment if it is new, and give its key; None when the site sent its id before.

    `position` and `action` are those of the decision that goes with it; no action, where it says
    nothing of the author.
    """
    row = {
        "site": site,
        "id": comment.id,
        "article": comment.article.id,
        "author": comment.author.id,
        "revision": 1,
        "position": position,
        "action": action.word if action is not None else None,
        "received_at": now,
        "address": comment.address,
    }
    key: int | None = db.execute(_ADDS[db.dialect.name], row).scalar_one_or_none()
    return key


def revise(
    db: Connection, stored: Stored, comment: Comment, *, position: int, action: Action | None
) -> int:
    """Note that a comment was edited, and give the edit's revision.

    Where the edit says it stands, and who it says wrote it, replaces what was said before; what was
    judged before keeps what was said then.
    """
    revision = stored.revision + 1
    if (comment.article.id, comment.author.id) != (stored.article, stored.author):
        was = {"comment_key": stored.key, "was_on": stored.article, "was_by": stored.author}
        db.execute(_STAMP, was)
    facts = {
        "comment_key": stored.key,
        "new_revision": revision,
        "new_position": position,
        "new_action": action.word if action is not None else None,
        "new_article": comment.article.id,
        "new_author": comment.author.id,
    }
    db.execute(_REVISE, facts)
    return revision


def add_revision(db: Connection, key: int, revision: int, comment: Comment, now: datetime) -> str:
    """Store a comment's body and what it answers; give the digest that decisions know it by."""
    salt = secrets.token_bytes(SALT_BYTES)
    row = {
        "comment": key,
        "revision": revision,
        "body": comment.body,
        "salt": salt,
        "parent_id": comment.parent.id if comment.parent else None,
        "parent_body": (comment.parent.body or None) if comment.parent else None,
        "language": comment.language,
        "created_at": comment.created_at,
        "received_at": now,
    }
    db.execute(_ADD_REVISION, row)
    return digest(salt, comment.body)


def point_at(db: Connection, comment_key: int, position: int, action: Action) -> None:
    """Say which decision about the comment is now in force."""
    new = {"comment_key": comment_key, "new_position": position, "new_action": action.word}
    db.execute(_POINT, new)


def remember(db: Connection, site: str, fact: Article | Author, now: datetime) -> None:
    """Keep what is told about an article or an author, for the people who judge comments.

    A bare id keeps what was told before; what is told anew replaces it.
    """
    is_bare = fact == type(fact)(fact.id)
    row: dict[str, object] = {"site": site} | {f.name: getattr(fact, f.name) for f in fields(fact)}
    row["updated_at" if isinstance(fact, Article) else "first_seen_at"] = now
    db.execute(_UPSERTS[db.dialect.name][type(fact), is_bare], row)


def fill_in(db: Connection, site: str, fact: Article | Author, now: datetime) -> None:
    """Keep what is told about an article or an author where nothing is known yet."""
    row: dict[str, object] = {"site": site} | {f.name: getattr(fact, f.name) for f in fields(fact)}
    row["updated_at" if isinstance(fact, Article) else "first_seen_at"] = now
    db.execute(_FILLS[db.dialect.name][type(fact)], row)


def digest(salt: bytes, body: str) -> str:
    """Give the salted SHA-256 that stands for a body in the log of decisions."""
    return hashlib.sha256(salt + body.encode()).hexdigest()


def article(db: Connection, site: str, article_id: str) -> Article:
    """Give what is known of an article; only its id when that is all."""
    row = db.execute(_ARTICLE, {"site": site, "id": article_id}).first()
    return Article(article_id, *row) if row else Article(article_id)


def author(db: Connection, site: str, author_id: str) -> Author:
    """Give what is known of an author; only the id when that is all."""
    row = db.execute(_AUTHOR, {"site": site, "id": author_id}).first()
    return Author(author_id, *row) if row else Author(author_id)


def parent(db: Connection, site: str, comment_key: int, revision: int) -> Parent | None:
    """Give the comment that a revision answers, with its body where we have it from anyone."""
    row = db.execute(_PARENT, {"comment": comment_key, "revision": revision}).one()
    if row.parent_id is None:
        return None
    known = None if row.parent_body else find(db, site, row.parent_id)
    return Parent(row.parent_id, row.parent_body or (known.body if known else ""))


def _upserts(insert: Any) -> Mapping[tuple[type, bool], sa.Executable]:
    """Build the four upserts: of an article or an author, of a bare id or of all about it."""
    upserts: dict[tuple[type, bool], sa.Executable] = {}
    for kind, table, always in ((Article, articles, ["updated_at"]), (Author, authors, [])):
        told = [field.name for field in fields(kind) if field.name != "id"]
        full = insert(table)
        upserts[kind, True] = insert(table).on_conflict_do_nothing()
        upserts[kind, False] = full.on_conflict_do_update(
            index_elements=["site", "id"],
            set_={name: full.excluded[name] for name in told + always},
            # Only what changed is written: most comments tell the same as the one before.
            where=sa.or_(*(table.c[name].is_distinct_from(full.excluded[name]) for name in told)),
        )
    return upserts


def _fills(insert: Any) -> Mapping[type, sa.Executable]:
    """Build the two upserts that leave alone what is known."""
    fills: dict[type, sa.Executable] = {}
    for kind, table in ((Article, articles), (Author, authors)):
        told = [field.name for field in fields(kind) if field.name != "id"]
        full = insert(table)
        # Of a text nothing is known where it is empty, of a moment where it is NULL.
        kept = {
            name: sa.func.coalesce(
                sa.func.nullif(table.c[name], "")
                if isinstance(table.c[name].type, sa.Text)
                else table.c[name],
                full.excluded[name],
            )
            for name in told
        }
        fills[kind] = full.on_conflict_do_update(index_elements=["site", "id"], set_=kept)
    return fills


_FILLS = {"sqlite": _fills(sqlite.insert), "postgresql": _fills(postgresql.insert)}
_UPSERTS = {"sqlite": _upserts(sqlite.insert), "postgresql": _upserts(postgresql.insert)}

_STORED = (
    sa.select(
        comments.c.key,
        comments.c.id,
        comments.c.article,
        comments.c.author,
        comments.c.revision,
        comments.c.position,
        comments.c.received_at,
        revisions.c.body,
        revisions.c.salt,
    )
    .join(revisions, TEXT)
    .where(comments.c.site == sa.bindparam("site"))
)
_FIND = _STORED.where(comments.c.id == sa.bindparam("id"))
_OF_KEY = _STORED.where(comments.c.key == sa.bindparam("key"))
_TOLD = _OF_KEY.add_columns(revisions.c.language, revisions.c.created_at)
# One statement for what nearly every comment is: new.
_ADDS = {
    name: insert(comments)
    .on_conflict_do_nothing(index_elements=["site", "id"])
    .returning(comments.c.key)
    for name, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
_ADD_REVISION = sa.insert(revisions)
_POINT = (
    sa.update(comments)
    .where(comments.c.key == sa.bindparam("comment_key"))
    .values(position=sa.bindparam("new_position"), action=sa.bindparam("new_action"))
)
_REVISE = _POINT.values(
    revision=sa.bindparam("new_revision"),
    article=sa.bindparam("new_article"),
    author=sa.bindparam("new_author"),
)
_STAMP = (
    sa.update(revisions)
    .where(revisions.c.comment == sa.bindparam("comment_key"), revisions.c.article.is_(None))
    .values(article=sa.bindparam("was_on"), author=sa.bindparam("was_by"))
)
_ARTICLE = sa.select(articles.c.title, articles.c.url, articles.c.section, articles.c.body).where(
    articles.c.site == sa.bindparam("site"), articles.c.id == sa.bindparam("id")
)
_AUTHOR = sa.select(authors.c.name, authors.c.joined_at).where(
    authors.c.site == sa.bindparam("site"), authors.c.id == sa.bindparam("id")
)
_PARENT = sa.select(revisions.c.parent_id, revisions.c.parent_body).where(
    revisions.c.comment == sa.bindparam("comment"),
    revisions.c.revision == sa.bindparam("revision"),
)
