"""Sites' words and phrases: who added them, when they end, and how often they are found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from modsvc.core.decision import Action
from modsvc.core.sentence import Sentence
from modsvc.core.word_lines import Wanted
from modsvc.core.words import Entry
from modsvc.errors import AlreadyExists, NotFound
from modsvc.store import policies
from modsvc.store.tables import moderators, word_hits, words


@dataclass(frozen=True, slots=True)
class Line:
    """An entry of a site's list as editors see it; `hits` counts comments it was found in."""

    id: int
    phrase: str
    action: Action
    language: str
    note: str
    ends_at: datetime | None
    added_by: str | None
    added_at: datetime
    hits: int
    last_hit: date | None
    removed_at: datetime | None = None

    @property
    def entry(self) -> Entry:
        """What is looked for, without its number."""
        return Entry(self.phrase, self.action, self.language, self.ends_at)


def entries(db: Connection, site: str, change: int | None = None) -> list[Entry]:
    """Give a site's list as it is, or as it was after a change."""
    chosen = sa.and_(words.c.site == site, words.c.removed_in.is_(None))
    if change is not None:
        chosen = sa.and_(
            words.c.site == site,
            words.c.added_in <= change,
            sa.or_(words.c.removed_in.is_(None), words.c.removed_in > change),
        )
    rows = db.execute(_ENTRIES.where(chosen).order_by(words.c.id))
    return [
        Entry(row.phrase, Action[row.action.upper()], row.language, row.ends_at, row.id)
        for row in rows
    ]


def add(
    db: Connection, site: str, wanted: Iterable[Wanted], *, by: int | None, now: datetime
) -> list[Wanted]:
    """Add entries that are not on the list yet, and give those."""
    policies.lock_standing(db, site)
    there = {(entry.phrase, entry.language) for entry in entries(db, site)}
    missing = []
    for each in wanted:
        key = (each.entry.phrase, each.entry.language)
        if key not in there:
            there.add(key)
            missing.append(each)
    rows = [
        {
            "phrase": entry.phrase,
            "action": entry.action.word,
            "language": entry.language,
            "note": note,
            "ends_at": entry.ends_at,
            "added_by": by,
            "added_at": now,
        }
        for entry, note in ((each.entry, each.note) for each in missing)
    ]
    _insert(db, site, rows)
    return missing


def change(
    db: Connection,
    site: str,
    entry_id: int,
    entry: Entry,
    *,
    note: str,
    by: int | None,
    now: datetime,
) -> int:
    """Put an entry in the place of another, whose hits it does not inherit; give its number.

    Only what is looked for, or what that does, makes it another: a note is written over.

    Raises
    ------
    NotFound
        The entry is not on the site's list.
    AlreadyExists
        Another entry has that phrase and language.
    """
    policies.lock_standing(db, site)
    if get(db, site, entry_id).entry == entry:
        db.execute(sa.update(words).where(words.c.id == entry_id).values(note=note))
        return entry_id
    remove(db, site, [entry_id], by=by, now=now)
    if not add(db, site, [Wanted(entry, note)], by=by, now=now):
        raise AlreadyExists(Sentence("the list has this phrase in that language already"))
    new = sa.select(sa.func.max(words.c.id)).where(words.c.site == site)
    return int(db.execute(new).scalar_one())


def remove(
    db: Connection, site: str, ids: Iterable[int], *, by: int | None, now: datetime
) -> list[int]:
    """Take entries from a site's list, and give those that were on it."""
    policies.lock_standing(db, site)
    wanted = set(ids)
    chosen = [each.id for each in entries(db, site) if each.id in wanted]
    if chosen:
        at = policies.words_changed(db, site)
        db.execute(
            sa.update(words)
            .where(words.c.id.in_(chosen))
            .values(removed_in=at, removed_by=by, removed_at=now)
        )
    return chosen


def restore(db: Connection, site: str, ids: Iterable[int]) -> int:
    """Put removed entries on the list again as they were, hits and all; say how many.

    They are others to the log, so that the list of the time between can be had again too. One whose
    phrase is on the list by now stays removed.
    """
    policies.lock_standing(db, site)
    there = {(entry.phrase, entry.language) for entry in entries(db, site)}
    gone = sa.and_(words.c.site == site, words.c.id.in_(list(ids)), words.c.removed_in.is_not(None))
    back: dict[int, dict[str, Any]] = {}
    for row in db.execute(sa.select(words).where(gone).order_by(words.c.id)).mappings():
        key = (row["phrase"], row["language"])
        if key not in there:
            there.add(key)
            back[row["id"]] = {name: row[name] for name in _KEPT}
    new = _insert(db, site, list(back.values()))
    for old, kept in back.items():
        hits = sa.update(word_hits).where(word_hits.c.word == old)
        db.execute(hits.values(word=new[kept["phrase"], kept["language"]]))
    return len(back)


def get(db: Connection, site: str, entry_id: int) -> Line:
    """Give an entry that is on a site's list.

    Raises
    ------
    NotFound
        It is not.
    """
    chosen = sa.and_(words.c.site == site, words.c.id == entry_id, words.c.removed_in.is_(None))
    row = db.execute(_lines().where(chosen)).mappings().first()
    if row is None:
        raise NotFound(Sentence("this entry is not on the list any more"))
    return _line(row)


def of_ids(
    db: Connection, site: str, ids: Iterable[int], *, removed: bool = False
) -> dict[int, Line]:
    """Give entries by their ids, those too that were removed since; or only these."""
    chosen = sa.and_(words.c.site == site, words.c.id.in_(list(ids)))
    if removed:
        chosen = sa.and_(chosen, words.c.removed_in.is_not(None))
    rows = db.execute(_lines().where(chosen).order_by(words.c.id)).mappings()
    return {row["id"]: _line(row) for row in rows}


def page(
    db: Connection,
    site: str,
    *,
    search: str = "",
    order: str = "phrase",
    after: int = 0,
    limit: int | None,
) -> list[Line]:
    """Give lines of a site's list that hold a text in phrase or note.

    `order` is `phrase`, `hits` (most first), `dead` (fewest first) or `newest`; `after` is how many
    lines come before.
    """
    statement = _lines().where(_on_list(site, search)).order_by(*_ORDERS[order])
    rows = db.execute(statement.offset(after).limit(limit))
    return [_line(row) for row in rows.mappings()]


def count(db: Connection, site: str, search: str = "") -> int:
    """Count the entries of a site's list, or those that hold a text in phrase or note."""
    statement = sa.select(sa.func.count()).where(_on_list(site, search))
    return int(db.execute(statement).scalar_one())


def add_hits(db: Connection, hits: Mapping[tuple[str, int, date], int]) -> None:
    """Count comments that entries were found in, by site, entry and day."""
    rows = [
        {"site": site, "word": word, "day": day, "count": number}
        for (site, word, day), number in sorted(hits.items())
    ]
    if rows:
        db.execute(_ADD_HITS[db.dialect.name], rows)


def _on_list(site: str, search: str = "") -> sa.ColumnElement[bool]:
    here = sa.and_(words.c.site == site, words.c.removed_in.is_(None))
    if not search:
        return here
    found = [words.c[name].icontains(search, autoescape=True) for name in ("phrase", "note")]
    return sa.and_(here, sa.or_(*found))


def _insert(
    db: Connection, site: str, rows: Sequence[Mapping[str, Any]]
) -> dict[tuple[str, str], int]:
    """Write entries, all as one change of the list; give their ids by phrase and language."""
    if not rows:
        return {}
    change = policies.words_changed(db, site)
    db.execute(sa.insert(words), [{**row, "site": site, "added_in": change} for row in rows])
    new = sa.select(words.c.phrase, words.c.language, words.c.id)
    rows_of = db.execute(new.where(words.c.site == site, words.c.added_in == change))
    return {(row.phrase, row.language): row.id for row in rows_of}


def _lines() -> sa.Select[Any]:
    return sa.select(
        words.c.id,
        words.c.phrase,
        words.c.action,
        words.c.language,
        words.c.note,
        words.c.ends_at,
        moderators.c.name.label("added_by"),
        words.c.added_at,
        _HITS.label("hits"),
        _LAST_HIT.label("last_hit"),
        words.c.removed_at,
    ).join(moderators, moderators.c.id == words.c.added_by, isouter=True)


def _line(row: Any) -> Line:
    facts = dict(row)
    return Line(**facts | {"action": Action[facts["action"].upper()], "hits": int(facts["hits"])})


def _adding(insert: Any) -> sa.Executable:
    statement = insert(word_hits)
    added: sa.Executable = statement.on_conflict_do_update(
        index_elements=["word", "day"],
        set_={"count": word_hits.c.count + statement.excluded.count},
    )
    return added


_ADD_HITS = {"sqlite": _adding(sqlite.insert), "postgresql": _adding(postgresql.insert)}
_ENTRIES = sa.select(words.c.id, words.c.phrase, words.c.action, words.c.language, words.c.ends_at)
# What stays of an entry that is put on the list again.
_KEPT = ("phrase", "action", "language", "note", "ends_at", "added_by", "added_at")
_OF_ENTRY = word_hits.c.word == words.c.id
# One by one: most pages show a hundred entries of many thousands.
_HITS = (
    sa.select(sa.func.coalesce(sa.func.sum(word_hits.c.count), 0))
    .where(_OF_ENTRY)
    .scalar_subquery()
)
_LAST_HIT = sa.select(sa.func.max(word_hits.c.day)).where(_OF_ENTRY).scalar_subquery()
_ORDERS: dict[str, tuple[Any, ...]] = {
    "phrase": (sa.func.lower(words.c.phrase), words.c.id),
    "hits": (sa.desc("hits"), sa.func.lower(words.c.phrase), words.c.id),
    "dead": (sa.asc("hits"), words.c.added_at, words.c.id),
    "newest": (words.c.added_at.desc(), words.c.id.desc()),
}
