"""Sites' policies: every version that was saved, which is in force, and which only looks on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from modsvc.core.sentence import Sentence
from modsvc.errors import NotFound
from modsvc.store.tables import moderators, policies, sites


@dataclass(frozen=True, slots=True)
class Saved:
    """A version of a site's policy; `author` is None where it came from the command line."""

    number: int
    version: str
    document: str
    note: str
    author: str | None
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """What is in force at a site: numbers of its policies, and how often its words were changed.

    `rulebook` grows with every change of any of them. `policy` is None where the installation's is
    in force; `shadow` where none looks on, `shadow_after` being the decision after which it does.
    """

    rulebook: int
    words: int
    policy: int | None
    shadow: int | None
    shadow_after: int | None


def standing(db: Connection, site: str) -> Standing:
    """Say what is in force at a site.

    Raises
    ------
    NotFound
        There is no such site.
    """
    return _standing(db, _STANDING, site)


def lock_standing(db: Connection, site: str) -> Standing:
    """Say what is in force at a site, and keep others from changing it until the commit.

    Raises
    ------
    NotFound
        There is no such site.
    """
    return _standing(db, _STANDING.with_for_update(), site)


def add(
    db: Connection,
    site: str,
    *,
    document: str,
    version: str,
    note: str,
    author: int | None,
    now: datetime,
) -> int:
    """Keep another version of a site's policy and give its number; it is not in force by that."""
    newest = db.execute(
        sa.select(sa.func.max(policies.c.number)).where(policies.c.site == site)
    ).scalar()
    number = int(newest or 0) + 1
    row = {
        "site": site,
        "number": number,
        "document": document,
        "version": version,
        "note": note,
        "author": author,
        "saved_at": now,
    }
    db.execute(sa.insert(policies).values(row))
    return number


def put_in_force(db: Connection, site: str, number: int | None) -> None:
    """Let a version judge from now on; None lets the installation's policy."""
    _change(db, site, policy=number)


def let_look_on(db: Connection, site: str, number: int | None, after: int) -> None:
    """Let a version judge alongside, after a decision of the log, and only record."""
    _change(db, site, shadow=number, shadow_after=None if number is None else after)


def words_changed(db: Connection, site: str) -> int:
    """Note that a site's words are changed in this transaction, and say which change it is."""
    _change(db, site, words=sites.c.words + 1)
    return standing(db, site).words


def get(db: Connection, site: str, number: int) -> Saved:
    """Give a version.

    Raises
    ------
    NotFound
        There is none of that number.
    """
    row = db.execute(_SAVED.where(policies.c.site == site, policies.c.number == number)).first()
    if row is None:
        raise NotFound(
            Sentence("there is no version {number} of this site's policy", number=number)
        )
    return Saved(*row)


def find(db: Connection, site: str, version: str) -> Saved | None:
    """Find the newest version that decisions name so."""
    statement = _SAVED.where(policies.c.site == site, policies.c.version == version)
    row = db.execute(statement.limit(1)).first()
    return Saved(*row) if row else None


def history(db: Connection, site: str, limit: int) -> list[Saved]:
    """Give the newest versions, newest first."""
    rows = db.execute(_SAVED.where(policies.c.site == site).limit(limit))
    return [Saved(*row) for row in rows]


def _change(db: Connection, site: str, **values: Any) -> None:
    statement = sa.update(sites).where(sites.c.id == site)
    db.execute(statement.values(rulebook=sites.c.rulebook + 1, **values))


def _standing(db: Connection, statement: sa.Select[Any], site: str) -> Standing:
    row = db.execute(statement, {"site": site}).first()
    if row is None:
        raise NotFound(f"there is no site {site!r}")
    return Standing(*row)


_STANDING = sa.select(
    sites.c.rulebook, sites.c.words, sites.c.policy, sites.c.shadow, sites.c.shadow_after
).where(sites.c.id == sa.bindparam("site"))
_SAVED = (
    sa.select(
        policies.c.number,
        policies.c.version,
        policies.c.document,
        policies.c.note,
        moderators.c.name,
        policies.c.saved_at,
    )
    .join(moderators, moderators.c.id == policies.c.author, isouter=True)
    .order_by(policies.c.number.desc())
)
