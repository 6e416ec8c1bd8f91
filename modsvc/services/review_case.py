"""Review a case: claim it, read it, decide it. A moderator's decision is the newest and counts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from modsvc.core.lexicon import Lexicon
from modsvc.core.severity import hard
from modsvc.services.case_file import CaseFile, Viewer, case_file
from modsvc.services.policies import Policies
from modsvc.store import cases, claims, handed
from modsvc.store.db import Database
from modsvc.store.writer import Writer

# Long enough to read an article's worth of context without scripts renewing the claim.
LEASE = timedelta(minutes=5)


class ReviewCase:
    """What moderators do with the queue, one transaction each."""

    def __init__(
        self,
        *,
        db: Database,
        writer: Writer,
        policies: Policies,
        now: Callable[[], datetime],
        lexicon: Lexicon | None = None,
    ) -> None:
        self._db, self._writer, self._policies, self._now = db, writer, policies, now
        self._lexicon = lexicon

    def claim_next(
        self,
        site: str,
        moderator: int,
        *,
        is_lead: bool = False,
        spare: bool = False,
        but: int | None = None,
    ) -> int | None:
        """Claim the most pressing case for a moderator and give its id; None when none is free.

        It is not `but`, the case that they have just left to others.
        To `spare` them is to pass over what is severe while it can wait and something else is near.
        """
        sparing = hard(self._policies.of(site).policy.queue) if spare else frozenset[str]()

        def write(db: Connection) -> int | None:
            return claims.claim_next(
                db,
                site=site,
                moderator=moderator,
                is_lead=is_lead,
                lease=LEASE,
                now=self._db.now(db),
                sparing=sparing,
                but=but,
            )

        return self._writer.write(write, order=site)

    def claim(self, site: str, case_id: int, moderator: int, *, is_lead: bool = False) -> bool:
        """Claim this case, or renew one's claim; False when another moderator has it.

        It is False as well of a closed one, of what is left to leads, and of what is another's.

        Raises
        ------
        NotFound
            The site has no such case.
        """

        def write(db: Connection) -> bool:
            case = cases.get(db, site, case_id, lock=True)
            seems = handed.as_seen_by(db, case, moderator)
            if not case.is_open or not seems.is_left_to(moderator, is_lead=is_lead):
                return False
            now = self._db.now(db)
            return claims.claim(db, case, moderator=moderator, lease=LEASE, now=now)

        return self._writer.write(write, order=site)

    def release(self, site: str, case_id: int, moderator: int) -> None:
        """Give a case back to the queue.

        Raises
        ------
        NotFound
            The site has no such case.
        """

        def write(db: Connection) -> None:
            cases.get(db, site, case_id, lock=True)
            claims.release(db, case_id, moderator=moderator)

        self._writer.write(write, order=site)

    def open(
        self, site: str, case_id: int, *, moderator: int | None = None, is_lead: bool = False
    ) -> CaseFile:
        """Give all that is shown to a moderator about a case.

        Raises
        ------
        NotFound
            The site has no such case.
        """
        policy = self._policies.of(site).policy
        with self._db.read() as db:
            viewer = Viewer(moderator or 0, is_lead, self._db.now(db))
            return case_file(db, cases.get(db, site, case_id), policy, viewer, self._lexicon)
