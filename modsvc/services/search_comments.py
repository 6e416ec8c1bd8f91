"""Search a site's comments by their words, whatever became of them, newest first."""

from __future__ import annotations

from dataclasses import dataclass

from modsvc.core.decision import Action
from modsvc.core.searching import Query
from modsvc.store import found
from modsvc.store.db import Database
from modsvc.store.found import Hit

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Results:
    """A page of what was found; `before` leads to the next, and `further` on where a look ended."""

    hits: list[Hit]
    before: int | None
    further: int | None


class SearchComments:
    """Finds comments that were indexed: some seconds after they came, at most."""

    def __init__(self, *, db: Database) -> None:
        self._db = db

    def __call__(
        self,
        site: str,
        query: Query,
        *,
        reader: int,
        stands: Action | None = None,
        before: int | None = None,
    ) -> Results:
        """Give a page of the comments that a query finds; only those that stand so, if it says."""
        with self._db.read() as db:
            hits, reached = found.page(
                db,
                site,
                query,
                reader=reader,
                stands=stands,
                before=before,
                limit=PAGE_SIZE + 1,
            )
        has_more = len(hits) > PAGE_SIZE
        hits = hits[:PAGE_SIZE]
        last = hits[-1].key if has_more else None
        # By what is shown: out of its order, an old comment would tell that it is looked at again.
        hits.sort(key=lambda hit: (hit.at, hit.key), reverse=True)
        return Results(hits, last, None if has_more else reached)
