"""Comments by their words: SQLite's FTS5 and PostgreSQL's text search, asked in the same way.

Words are folded before they come here (`core.searching`), so that both find the same. What is
typed never reaches a database's own language of questions: that is built of folded words alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from modsvc.core.searching import Query, Term, searchable
from modsvc.store.joins import TEXT
from modsvc.store.tables import comments, decisions, revisions, search_marks, search_texts, sites

INDEX = "search_index"
# Made by migrations, of what is known here, and known to nobody else.
PG_COLUMN, PG_INDEX = "document", "ix_search_texts_document"
# So many candidates are put in order here.
FEW = 5_000


def is_known(name: str | None, type_: str, parents: Mapping[str, Any]) -> bool:
    """Tell whether something of a database is what the tables here would name.

    For whoever compares the two: SQLite's index of words is tables, and PostgreSQL's a column.
    """
    if type_ == "table":
        return name is None or not name.startswith(INDEX)
    of_texts = parents.get("table_name") == search_texts.name
    return not (of_texts and name in (PG_COLUMN, PG_INDEX))


def candidates(db: Connection, site: str, query: Query) -> sa.Select[Any]:
    """Select the keys, as `comment`, of a site's comments that a query may find.

    Unless `is_exact`, some only have its words: `has` says of each whether it is found.
    """
    if db.dialect.name == "sqlite":
        return sa.select(_fts.c.rowid.label("comment")).where(_match(site, query))
    return sa.select(search_texts.c.comment).where(_tsquery(site, query))


def is_exact(db: Connection, query: Query) -> bool:
    """Tell whether all candidates are found.

    PostgreSQL is not asked for phrases: to look at each row that has the words takes it long.
    """
    return db.dialect.name == "sqlite" or all(
        len(term.words) == 1 and not term.is_unwanted for term in query.terms
    )


def newest(
    db: Connection, site: str, query: Query, *, limit: int, before: int | None = None
) -> list[int]:
    """Give up to `limit` candidates, newest first; only those before a comment, if it is named."""
    some = candidates(db, site, query)
    if db.dialect.name != "sqlite":
        # Asked for an order, PostgreSQL may look for a rare word from the newest comment on.
        few: list[int] = list(db.execute(some.limit(FEW + 1)).scalars())
        if len(few) <= FEW:
            return sorted((k for k in few if before is None or k < before), reverse=True)[:limit]
    key = _fts.c.rowid if db.dialect.name == "sqlite" else search_texts.c.comment
    if before is not None:
        some = some.where(key < before)
    return list(db.execute(some.order_by(key.desc()).limit(limit)).scalars())


def has(comment: sa.ColumnElement[int], query: Query) -> sa.ColumnElement[bool]:
    """Say whether a query finds one comment, by its text: no index is asked for each of many."""
    text = sa.literal(" ").concat(search_texts.c.text).concat(" ")
    asked: list[sa.ColumnElement[bool]] = [search_texts.c.comment == comment]
    for term in query.terms:
        # Folded words have no character that LIKE knows.
        said = text.like(f"% {' '.join(term.words)}{'' if term.is_beginning else ' '}%")
        asked.append(sa.not_(said) if term.is_unwanted else said)
    return sa.exists().where(*asked) if query.wanted else sa.false()


def behind(db: Connection) -> str | None:
    """Give a site whose log has what was not looked through, or None."""
    return db.execute(_BEHIND).scalar_one_or_none()


def catch_up(db: Connection, site: str, limit: int) -> bool:
    """Look through up to `limit` more of a site's decisions for texts to be found, and index them.

    False where another process is at it.
    """
    db.execute(_BEGIN[db.dialect.name], {"site": site, "position": 0})
    at = db.execute(_MARK, {"site": site}).scalar_one_or_none()
    if at is None:
        return False
    seen = db.execute(_DECIDED, {"site": site, "after": at, "limit": limit}).all()
    if not seen:
        return True
    keep(db, site, {row.comment for row in seen})
    db.execute(_MOVE, {"of_site": site, "to": max(row.position for row in seen)})
    return True


def keep(db: Connection, site: str, keys: Collection[int]) -> None:
    """Index comments as they are now; what is indexed so already is left."""
    rows = db.execute(_TEXTS, {"keys": list(keys)}).all()
    for row in rows:
        text = " ".join((mark(site), *searchable(row.body)))
        fresh = {"of_comment": row.key, "new_revision": row.revision, "new_text": text}
        if row.indexed is None:
            db.execute(_ADD, {**fresh, "of_site": site})
        else:
            db.execute(_CHANGE, fresh)


def forget(db: Connection, keys: Collection[int]) -> None:
    """Let comments be found no more, and leave nothing of their words behind."""
    db.execute(_FORGET, {"keys": list(keys)})
    if db.dialect.name == "sqlite":
        # Else what was dropped stays in the index till it happens to be merged.
        db.exec_driver_sql("INSERT INTO search_index (search_index) VALUES ('optimize')")


def mark(site: str) -> str:
    """Give a word that each of a site's texts has, and no other's."""
    return f"site{hashlib.sha256(site.encode()).hexdigest()[:16]}"


def _match(site: str, query: Query) -> sa.ColumnElement[bool]:
    """Ask FTS5. Each word is quoted, and made of letters and digits alone."""
    if not query.wanted:
        return sa.false()
    wanted = " AND ".join([f'"{mark(site)}"', *map(_phrase, query.wanted)])
    asked = "".join([f"({wanted})", *(f" NOT {_phrase(term)}" for term in query.unwanted)])
    return sa.literal_column(INDEX).op("MATCH", is_comparison=True)(sa.literal(asked))


def _phrase(term: Term) -> str:
    return f'"{" ".join(term.words)}"' + (" *" if term.is_beginning else "")


def _tsquery(site: str, query: Query) -> sa.ColumnElement[bool]:
    """Ask PostgreSQL for all wanted words, by functions that take any text."""
    if not query.wanted:
        return sa.false()
    whole, begun = [mark(site)], []
    for term in query.wanted:
        *first, last = term.words
        whole += first if term.is_beginning else term.words
        begun += [last] if term.is_beginning else []
    asked: sa.ColumnElement[Any] = sa.func.plainto_tsquery(_SIMPLE, " ".join(whole))
    for word in begun:
        # Letters and digits alone, and so nothing that means anything here.
        asked = asked.op("&&")(sa.func.to_tsquery(_SIMPLE, f"'{word}':*"))
    return sa.literal_column(f"search_texts.{PG_COLUMN}").op("@@", is_comparison=True)(asked)


_SIMPLE: sa.ColumnElement[Any] = sa.literal_column("'simple'::regconfig")
_fts = sa.table(INDEX, sa.column("rowid", sa.Integer))
_BEHIND = (
    sa.select(sites.c.id)
    .join_from(sites, search_marks, search_marks.c.site == sites.c.id, isouter=True)
    .where(sites.c.position > sa.func.coalesce(search_marks.c.position, 0))
    .limit(1)
)
_BEGIN = {
    name: insert(search_marks).on_conflict_do_nothing()
    for name, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
_MARK = (
    sa.select(search_marks.c.position)
    .where(search_marks.c.site == sa.bindparam("site"))
    .with_for_update(skip_locked=True)  # PostgreSQL; SQLite has one writer anyway.
)
_MOVE = (
    sa.update(search_marks)
    .where(search_marks.c.site == sa.bindparam("of_site"))
    .values(position=sa.bindparam("to"))
)
_DECIDED = (
    sa.select(decisions.c.position, decisions.c.comment)
    .where(decisions.c.site == sa.bindparam("site"), decisions.c.position > sa.bindparam("after"))
    .order_by(decisions.c.position)
    .limit(sa.bindparam("limit"))
)
_TEXTS = (
    sa.select(
        comments.c.key,
        comments.c.revision,
        revisions.c.body,
        search_texts.c.revision.label("indexed"),
    )
    .join_from(comments, revisions, TEXT)
    .join(search_texts, search_texts.c.comment == comments.c.key, isouter=True)
    # By their keys alone: told the site too, SQLite takes one of its indexes and reads all of it.
    .where(
        comments.c.key.in_(sa.bindparam("keys", expanding=True)),
        search_texts.c.revision.is_distinct_from(comments.c.revision),
    )
)
_ADD = sa.insert(search_texts).values(
    comment=sa.bindparam("of_comment"),
    site=sa.bindparam("of_site"),
    revision=sa.bindparam("new_revision"),
    text=sa.bindparam("new_text"),
)
_CHANGE = (
    sa.update(search_texts)
    .where(search_texts.c.comment == sa.bindparam("of_comment"))
    .values(revision=sa.bindparam("new_revision"), text=sa.bindparam("new_text"))
)
_FORGET = sa.delete(search_texts).where(
    search_texts.c.comment.in_(sa.bindparam("keys", expanding=True))
)
