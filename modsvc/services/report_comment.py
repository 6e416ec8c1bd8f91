"""A reader reports a comment; enough of them hold it for a moderator to look at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.engine import Connection

from modsvc.core.decision import Action, Decision, Reason
from modsvc.core.facts import NO_FACTS
from modsvc.core.policy import Policy
from modsvc.core.signals import Signal
from modsvc.errors import NotFound
from modsvc.services.hold_later import hold_later
from modsvc.services.policies import Policies
from modsvc.store import articles, comments, decisions, reports
from modsvc.store.comments import Stored
from modsvc.store.db import Database
from modsvc.store.decisions import Recorded
from modsvc.store.reports import Kept, Report
from modsvc.store.writer import Writer

CODE = "reports.many"
MAX_LISTED = 100


@dataclass(frozen=True, slots=True)
class Reported:
    """How many readers have reported the comment as it stands, and what is now in force.

    `is_new` is False when this reader had reported it before.
    """

    count: int
    is_new: bool
    in_force: Recorded


class ReportComment:
    """Keeps reports, each with what follows from it in one transaction."""

    def __init__(
        self, *, db: Database, policies: Policies, writer: Writer, now: Callable[[], datetime]
    ) -> None:
        self._db, self._policies, self._writer, self._now = db, policies, writer, now

    def reports(self, site: str, comment_id: str) -> list[Kept]:
        """Give the newest reports of a comment, newest first.

        Raises
        ------
        NotFound
            The site sent no such comment.
        """
        with self._db.read() as db:
            stored = comments.find(db, site, comment_id)
            if stored is None:
                raise NotFound("there is no comment of that id")
            return reports.of_comment(db, stored.key, MAX_LISTED)

    def __call__(self, site: str, comment_id: str, report: Report) -> Reported:
        """Keep a report. What was approved by the policy is held when there are enough of them.

        What a moderator decided stands: they saw the comment, and readers may try for ever.

        Raises
        ------
        NotFound
            The site sent no such comment.
        StoreError
            It could not be kept.
        """
        policy = self._policies.of(site).policy

        def write(db: Connection) -> Reported:
            head, now = decisions.lock_head(db, site), self._now()
            stored = comments.find(db, site, comment_id)
            if stored is None:
                raise NotFound("there is no comment of that id")
            is_new = reports.add(db, site, stored, report, now)
            count = reports.count(db, stored.key, stored.revision)
            before = decisions.at(db, site, stored.position)
            after = self._think_again(db, site, stored, before, count, policy)
            if after is not None:
                before = hold_later(db, site, head, stored, after, within=policy.queue, now=now)
            return Reported(count, is_new, before)

        return self._writer.write(write, order=site)

    def _think_again(
        self,
        db: Connection,
        site: str,
        stored: Stored,
        before: Recorded,
        count: int,
        policy: Policy,
    ) -> Decision | None:
        """Give the decision that takes the place of the one in force; None if that stands."""
        if before.action is not Action.APPROVE or before.decided_by == decisions.MODERATOR:
            return None
        kept = articles.get(db, site, stored.article)
        section, mode = (kept.article.section, kept.mode) if kept else ("", "normal")
        here = policy.at(stored.article, section, mode)
        # Printed, and perhaps answered: to take it back for good is for a person to say.
        action = min(here.bands[CODE].action(1.0), Action.HOLD)
        if count <= here.limits.max_reports or action is Action.APPROVE:
            return None
        return Decision(
            action,
            (Reason(Signal(CODE, detail={"count": count}), action),),
            policy_version=policy.version,
            scores=before.scores,
            model_version=before.model_version,
            facts=replace(before.facts or NO_FACTS, reports=count),
        )
