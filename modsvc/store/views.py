"""Views: a queue's filters and order under a name, somebody's own or all of a site's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from modsvc.core.sentence import Sentence
from modsvc.errors import AlreadyExists, NotFound
from modsvc.store.tables import moderators, views

# More than anybody can tell apart.
MOST = 50


@dataclass(frozen=True, slots=True)
class View:
    """A view; `query` is as the address has it."""

    id: int
    name: str
    query: str
    made_by: int
    maker: str
    is_shared: bool


def of(db: Connection, site: str, moderator: int) -> list[View]:
    """Give all of a moderator's views and up to as many more of the site's, by name."""
    rows = db.execute(_OF, {"site": site, "moderator": moderator, "most": 2 * MOST})
    return sorted((View(*row) for row in rows), key=lambda view: (view.name, view.id))


def add(
    db: Connection,
    site: str,
    moderator: int,
    name: str,
    query: str,
    now: datetime,
    *,
    is_shared: bool,
) -> None:
    """Keep a view.

    Raises
    ------
    AlreadyExists
        The moderator has one of that name, or as many as anybody can have.
    """
    mine = [view for view in of(db, site, moderator) if view.made_by == moderator]
    if any(view.name == name for view in mine):
        raise AlreadyExists(Sentence("you have a view called {name!r} already", name=name))
    if len(mine) >= MOST:
        raise AlreadyExists(Sentence("you have {most} views already; delete one first", most=MOST))
    row = {"site": site, "made_by": moderator, "name": name, "query": query, "made_at": now}
    db.execute(sa.insert(views), {**row, "is_shared": is_shared})


def drop(db: Connection, site: str, view_id: int, moderator: int, *, is_lead: bool) -> None:
    """Delete a view of one's own, or as a lead one of the site's.

    Raises
    ------
    NotFound
        There is no such view, or it is not theirs to delete.
    """
    for view in of(db, site, moderator):
        if view.id == view_id and (view.made_by == moderator or (view.is_shared and is_lead)):
            db.execute(sa.delete(views).where(views.c.id == view_id))
            return
    raise NotFound(Sentence("there is no view {view} that you could delete", view=view_id))


_OF = (
    sa.select(
        views.c.id,
        views.c.name,
        views.c.query,
        views.c.made_by,
        moderators.c.name.label("maker"),
        views.c.is_shared,
    )
    .join_from(views, moderators, moderators.c.id == views.c.made_by)
    .where(
        views.c.site == sa.bindparam("site"),
        sa.or_(views.c.made_by == sa.bindparam("moderator"), views.c.is_shared),
    )
    # One's own first, so that however many leads share, none of those is left out.
    .order_by(views.c.made_by != sa.bindparam("moderator"), views.c.name, views.c.id)
    .limit(sa.bindparam("most"))
)
