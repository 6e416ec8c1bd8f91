"""Keep a queue's filters and order under a name, for oneself or as a lead for all of the site."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from sqlalchemy.engine import Connection

from modsvc.store import views
from modsvc.store.db import Database
from modsvc.store.views import View
from modsvc.store.writer import Writer


class KeepViews:
    """What moderators do with views, one transaction each."""

    def __init__(self, *, db: Database, writer: Writer, now: Callable[[], datetime]) -> None:
        self._db, self._writer, self._now = db, writer, now

    def of(self, site: str, moderator: int) -> list[View]:
        """Give a moderator's views and the site's."""
        with self._db.read() as db:
            return views.of(db, site, moderator)

    def add(self, site: str, moderator: int, name: str, query: str, *, is_shared: bool) -> None:
        """Keep a view.

        Raises
        ------
        AlreadyExists
            The moderator has one of that name, or as many as anybody can have.
        """
        now = self._now()

        def write(db: Connection) -> None:
            views.add(db, site, moderator, name, query, now, is_shared=is_shared)

        self._writer.write(write, order=site)

    def drop(self, site: str, view_id: int, moderator: int, *, is_lead: bool) -> None:
        """Delete a view.

        Raises
        ------
        NotFound
            There is no such view, or it is not theirs to delete.
        """
        self._writer.write(
            partial(views.drop, site=site, view_id=view_id, moderator=moderator, is_lead=is_lead),
            order=site,
        )
