"""Read what was decided: about one comment, and in the order of a site's feed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from modsvc.errors import NotFound
from modsvc.store import comments, decisions
from modsvc.store.db import Database
from modsvc.store.decisions import Recorded


@dataclass(frozen=True, slots=True)
class History:
    """A comment's newest revision and all decisions about it, oldest first."""

    comment_id: str
    revision: int
    received_at: datetime
    decisions: list[Recorded]

    @property
    def in_force(self) -> Recorded:
        """The newest decision."""
        return self.decisions[-1]


class ReadDecisions:
    """The questions a site asks about what was decided."""

    def __init__(self, *, db: Database) -> None:
        self._db = db

    def of_comment(self, site: str, comment_id: str) -> History:
        """Give a comment's history.

        Raises
        ------
        NotFound
            The site sent no such comment.
        """
        with self._db.read() as db:
            stored = comments.find(db, site, comment_id)
            if stored is None:
                raise NotFound("there is no comment of that id")
            return History(
                stored.id,
                stored.revision,
                stored.received_at,
                decisions.of_comment(db, stored.key),
            )

    def feed(self, site: str, *, after: int, limit: int) -> tuple[list[Recorded], int]:
        """Give the decisions that follow a position, in order, and the position to go on from.

        Nothing ever appears behind one. Where all that follows was given, it is the log's end, so
        that whoever asks again need not pass what the site brought along once more.
        """
        with self._db.read() as db:
            # Read first: what is written in between follows it.
            end = decisions.head(db, site).position
            found = decisions.after(db, site, after, limit)
        if len(found) == limit:
            return found, found[-1].position
        return found, max([after, end, *(each.position for each in found)])
