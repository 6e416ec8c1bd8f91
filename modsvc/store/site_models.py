"""What was learned of each site; the newest replaces what was there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from modsvc.store.labels import Extent
from modsvc.store.tables import site_models


@dataclass(frozen=True, slots=True)
class Learned:
    """What was learned of a site, and from how far its labels went then.

    `weights` are the model's, as bytes; `auc` how well it told comments it had not seen.
    """

    extent: Extent
    n_approved: int
    n_rejected: int
    auc: float
    weights: bytes
    learned_at: datetime


def put(db: Connection, site: str, learned: Learned) -> None:
    """Keep what was learned of a site."""
    row = {
        "site": site,
        "position": learned.extent.position,
        "suggestion": learned.extent.suggestion,
        "n_approved": learned.n_approved,
        "n_rejected": learned.n_rejected,
        "auc": learned.auc,
        "weights": learned.weights,
        "learned_at": learned.learned_at,
    }
    db.execute(_PUTS[db.dialect.name], row)


def get(db: Connection, site: str) -> Learned | None:
    """Give what was learned of a site; None where nothing was."""
    row = db.execute(_GET, {"site": site}).first()
    return Learned(Extent(*row[:2]), *row[2:]) if row else None


def _upsert(insert: Any) -> sa.Executable:
    statement = insert(site_models)
    upsert: sa.Executable = statement.on_conflict_do_update(
        index_elements=["site"], set_={name: statement.excluded[name] for name in _FACTS}
    )
    return upsert


_FACTS = ("position", "suggestion", "n_approved", "n_rejected", "auc", "weights", "learned_at")
_PUTS = {"sqlite": _upsert(sqlite.insert), "postgresql": _upsert(postgresql.insert)}
_GET = sa.select(*(site_models.c[name] for name in _FACTS)).where(
    site_models.c.site == sa.bindparam("site")
)
