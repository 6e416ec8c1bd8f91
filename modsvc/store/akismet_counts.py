"""How much a key asked by Akismet's protocol, month by month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from modsvc.store.tables import akismet_counts

# What is counted: the answers to checks, and the corrections.
COUNTED = ("spam", "ham", "missed_spam", "false_positives")
# By what sites may be ordered: the checks in all, or one of the counts.
TOTAL = "total"
ORDERS = (TOTAL, *COUNTED)


@dataclass(frozen=True, slots=True)
class Counts:
    """What was counted of one of the sites a key names."""

    blog: str
    spam: int
    ham: int
    missed_spam: int
    false_positives: int

    @property
    def checks(self) -> int:
        """How many texts were checked."""
        return self.spam + self.ham


@dataclass(frozen=True, slots=True, order=True)
class Counted:
    """What is counted together: one of COUNTED, for a site that a key named, in a month."""

    site: str
    key: int
    month: str
    blog: str
    what: str


def add(db: Connection, counts: Mapping[Counted, int]) -> None:
    """Add to what was counted."""
    # In one order, so that two processes which add to several rows never wait in a ring.
    for each, n in sorted(counts.items()):
        row: dict[str, object] = {"site": each.site, "key": each.key}
        row |= {"month": each.month, "blog": each.blog}
        row |= dict.fromkeys(COUNTED, 0) | {each.what: n}
        db.execute(_COUNTS[db.dialect.name], row)


def usage(db: Connection, key: int, month: str) -> int:
    """Give how many texts a key checked in a month."""
    of_key = {"key": key, "month": month}
    return int(db.execute(_USAGE, of_key).scalar_one())


def of_key(
    db: Connection, key: int, month: str, *, containing: str, order: str, limit: int, offset: int
) -> tuple[list[Counts], int]:
    """Give a page of the sites that a key named in a month, most first, and how many there are."""
    asked = sa.and_(
        akismet_counts.c.key == key,
        akismet_counts.c.month == month,
        akismet_counts.c.blog.contains(containing, autoescape=True),
    )
    by: Any = _CHECKS if order == TOTAL else akismet_counts.c[order]
    page = (
        sa.select(akismet_counts.c.blog, *(akismet_counts.c[name] for name in COUNTED))
        .where(asked)
        .order_by(by.desc(), akismet_counts.c.blog)
        .limit(limit)
        .offset(offset)
    )
    total = db.execute(sa.select(sa.func.count()).select_from(akismet_counts).where(asked))
    return [Counts(*row) for row in db.execute(page)], int(total.scalar_one())


def _upsert(insert: Any) -> sa.Executable:
    statement = insert(akismet_counts)
    more = {name: akismet_counts.c[name] + statement.excluded[name] for name in COUNTED}
    upsert: sa.Executable = statement.on_conflict_do_update(
        index_elements=["key", "month", "blog"], set_=more
    )
    return upsert


_COUNTS = {"sqlite": _upsert(sqlite.insert), "postgresql": _upsert(postgresql.insert)}
_CHECKS = akismet_counts.c.spam + akismet_counts.c.ham
_USAGE = sa.select(sa.func.coalesce(sa.func.sum(_CHECKS), 0)).where(
    akismet_counts.c.key == sa.bindparam("key"), akismet_counts.c.month == sa.bindparam("month")
)
