"""A site's policies as they were: versions, replays, what the one looking on would have done."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from modsvc.services.policies import Policies
from modsvc.store import decided, drafts, policies, shadows
from modsvc.store.db import Database
from modsvc.store.decided import Decided
from modsvc.store.drafts import Replaying
from modsvc.store.policies import Saved, Standing
from modsvc.store.shadows import Difference

VERSIONS, REPLAYS, DIFFERENCES = 100, 10, 50


@dataclass(frozen=True, slots=True)
class LookedOn:
    """What the policy that looks on would have decided: how many it saw, and what differs."""

    saved: Saved
    n_judged: int
    counts: dict[tuple[str, str], int]
    newest: list[Difference]


class ReadPolicies:
    """Reads what was saved, and what was found out about it. Version 0 is the installation's."""

    def __init__(self, *, db: Database, policies: Policies, now: Callable[[], datetime]) -> None:
        self._db, self._policies, self._now = db, policies, now

    @property
    def default_document(self) -> str:
        """The installation's policy, which says what a document leaves out."""
        return self._policies.default.document

    def standing(self, site: str) -> Standing:
        """Say what is in force at a site."""
        with self._db.read() as db:
            return policies.standing(db, site)

    def versions(self, site: str) -> list[Saved]:
        """Give the newest versions, newest first."""
        with self._db.read() as db:
            return policies.history(db, site, VERSIONS)

    def version(self, site: str, number: int) -> Saved:
        """Give a version; 0 is the installation's policy.

        Raises
        ------
        NotFound
            There is none of that number.
        """
        if number == 0:
            default = self._policies.default
            return Saved(0, default.version, default.document, "", None, self._now())
        with self._db.read() as db:
            return policies.get(db, site, number)

    def document_named(self, site: str, name: str) -> str | None:
        """Find the version whose document is named so, as text; None where there is none."""
        if name == self._policies.default.version:
            return self.default_document
        with self._db.read() as db:
            saved = policies.find(db, site, name)
            return saved.document if saved else None

    def comments_at(self, site: str, positions: Collection[int]) -> dict[int, Decided]:
        """Give the comments that decisions were about, by the decisions' places in the log."""
        with self._db.read() as db:
            return decided.at(db, site, positions)

    def looked_on(self, site: str) -> LookedOn | None:
        """Say what the policy that looks on would have decided; None where none does."""
        with self._db.read() as db:
            standing = policies.standing(db, site)
            if standing.shadow is None:
                return None
            number = standing.shadow
            counts = shadows.counts(db, site, number)
            return LookedOn(
                policies.get(db, site, number),
                shadows.judged(db, site, standing.shadow_after or 0),
                {(was.word, would_be.word): n for (was, would_be), n in counts.items()},
                shadows.newest(db, site, number, DIFFERENCES),
            )

    def replay(self, site: str, replay_id: int) -> Replaying:
        """Give a replay, and how far it is.

        Raises
        ------
        NotFound
            There is no such replay at the site.
        """
        with self._db.read() as db:
            return drafts.get(db, site, replay_id)

    def replays(self, site: str) -> list[Replaying]:
        """Give the newest replays, newest first."""
        with self._db.read() as db:
            return drafts.newest(db, site, REPLAYS)
