"""What each moderator likes their pages to be."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from modsvc.core.preferences import Preferences, read, write
from modsvc.store.tables import moderators


def of(db: Connection, moderator: int) -> Preferences:
    """Give what a moderator likes; the defaults for one who has said nothing."""
    find = sa.select(moderators.c.preferences).where(moderators.c.id == moderator)
    return read(db.execute(find).scalar_one_or_none() or "{}")


def save(db: Connection, moderator: int, preferences: Preferences) -> None:
    """Keep what a moderator likes."""
    db.execute(
        sa.update(moderators)
        .where(moderators.c.id == moderator)
        .values(preferences=write(preferences))
    )
