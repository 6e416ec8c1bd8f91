"""Judge again, with both stages, what the first stage alone approved; hold what turns out worse.

The wish to do so was written with the decision. It is claimed, acted upon and gone in such an
order that a process may die anywhere: the claim then lapses, and another takes it up. The new
decision, its case, its event and the end of the wish are one transaction, and it is taken only if
the approval is still what is in force: an edit or a moderator that came in between has the say.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.engine import Connection

from modsvc.core.comment import Comment
from modsvc.core.decision import Action, Decision
from modsvc.core.facts import NO_FACTS, Facts
from modsvc.core.faults import FAULTS
from modsvc.core.late import second_thoughts
from modsvc.core.screening import Scorer, screen_many
from modsvc.services.hold_later import hold_later
from modsvc.services.policies import Policies
from modsvc.store import comments, decisions, late
from modsvc.store.comments import Stored
from modsvc.store.db import Database
from modsvc.store.late import Due
from modsvc.store.writer import Writer

log = logging.getLogger(__name__)

# Judged together: some tenths of a second on one core, far less than a claim lasts.
BATCH = 32
# After a failure, or a process's death, it is tried again when the claim has lapsed.
LEASE = timedelta(seconds=30)
ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Thought:
    """What came of judging one decision again: None when it stands, or is no longer in force."""

    due: Due
    decision: Decision | None = None


class JudgeLate:
    """Judges a batch each time it is called.

    Parameters
    ----------
    scorer : Scorer
        Both stages.
    now : callable
        Gives the present moment, aware, in UTC.
    """

    def __init__(
        self,
        *,
        scorer: Scorer,
        policies: Policies,
        db: Database,
        writer: Writer,
        now: Callable[[], datetime],
    ) -> None:
        self._scorer, self._policies = scorer, policies
        self._db, self._writer, self._now = db, writer, now

    def __call__(self) -> bool:
        """Judge what has waited longest, and say whether there may be more.

        Raises
        ------
        StoreError
            What was claimed is tried again once its claim has lapsed.
        """
        with self._db.read() as db:
            if not late.any_free(db, self._db.now(db)):
                return False
        claimed, given_up = self._writer.write(self._claim)
        for due in given_up:
            log.error(
                "late.given_up: %s decision %d, %d attempts", due.site, due.position, ATTEMPTS
            )
        of_site: defaultdict[str, list[Thought]] = defaultdict(list)
        for thought in self._judge(claimed):
            of_site[thought.due.site].append(thought)
        for site, thoughts in of_site.items():
            self._writer.write(partial(self._record, site, thoughts), order=site)
        return len(claimed) + len(given_up) == BATCH

    def _claim(self, db: Connection) -> tuple[list[Due], list[Due]]:
        now = self._db.now(db)
        return late.claim(db, now=now, lease=LEASE, limit=BATCH, attempts=ATTEMPTS)

    def _judge(self, claimed: Sequence[Due]) -> list[Thought]:
        """Judge what is still in force. Where a part could not run it is left out, and tried again.

        The approval was given with all its parts running; that another cannot run says nothing
        against it, and to hold for that would take down every comment when the encoder breaks.
        """
        thoughts: list[Thought] = []
        of_site: defaultdict[str, list[tuple[Due, Comment, Facts]]] = defaultdict(list)
        with self._db.read() as db:
            for due in claimed:
                told = comments.told(db, due.site, due.comment_key)
                if told is None or not _is_in_force(due, told[0]):
                    thoughts.append(Thought(due))
                else:
                    # As they were: what has come since is no reason to think again.
                    facts = decisions.at(db, due.site, due.position).facts or NO_FACTS
                    of_site[due.site].append((due, told[1], facts))
        for site, found in of_site.items():
            thoughts += self._think(site, found)
        return thoughts

    def _think(self, site: str, found: Sequence[tuple[Due, Comment, Facts]]) -> Iterator[Thought]:
        """Judge a site's comments; what could not be judged is left out."""
        judged = screen_many(
            [comment for _, comment, _ in found],
            scorer=self._scorer,
            policy=self._policies.of(site).policy,
            facts=[facts for *_, facts in found],
        )
        for (due, *_), decision in zip(found, judged, strict=True):
            if any(reason.signal.code in FAULTS for reason in decision.reasons):
                log.error(
                    "late.not_judged: %s decision %d, attempt %d",
                    due.site,
                    due.position,
                    due.attempt,
                )
            else:
                yield Thought(due, second_thoughts(Action.APPROVE, decision))

    def _record(self, site: str, thoughts: Sequence[Thought], db: Connection) -> None:
        changes = {thought.due: thought.decision for thought in thoughts if thought.decision}
        if changes:
            # The same order of locks as when a comment comes in: the site before all else.
            decisions.lock_head(db, site)
        for due in late.finish(db, site, [thought.due for thought in thoughts]):
            if due in changes:
                self._hold(db, due, changes[due])

    def _hold(self, db: Connection, due: Due, decision: Decision) -> None:
        head = decisions.lock_head(db, due.site)
        told = comments.told(db, due.site, due.comment_key)
        if told is None or not _is_in_force(due, told[0]):
            return
        queue = self._policies.of(due.site).policy.queue
        hold_later(db, due.site, head, told[0], decision, within=queue, now=self._now())


def try_again(database: Database) -> int:
    """Let what was given up be tried again, and say how much that is.

    Whoever starts the service may have mended the cause. Only when it is started, and not by each
    process it starts: a comment that kills what judges it must not be handed to the next for ever.
    """
    with database.read() as db:
        given_up = late.backlog(db, up_to=1).given_up
    if not given_up:
        return 0
    with database.write() as db:
        return late.try_again(db)


def _is_in_force(due: Due, stored: Stored) -> bool:
    """Say whether nothing was decided about the comment since."""
    return stored.position == due.position
