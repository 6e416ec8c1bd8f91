"""Take in what a site brings along from another system: comments, and what became of them.

Each becomes a comment here, with a decision that says whence it is: what moderators and draft
policies can be held against, and a label to learn from. Nothing is sent to the site, and its feed
leaves this out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.engine import Connection

from modsvc.core.decision import Action, Decision
from modsvc.core.past import Past, imported_decision
from modsvc.core.policy import Policy, Queue
from modsvc.core.review import due_at
from modsvc.core.screening import Scorer, screen_many
from modsvc.services.policies import Policies
from modsvc.services.told import Fact, Told
from modsvc.store import cases, comments, decisions
from modsvc.store.cases import Opening
from modsvc.store.comments import Stored
from modsvc.store.db import Database

# A site's own comments wait for the lock on its log, on PostgreSQL no longer than two seconds.
MAX_STORED_TOGETHER = 32


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of one comment, and what the policy would say of it.

    `added`. `changed`: it was brought along before, and something else has become of it since.
    `known`: it was, and nothing has; or it was judged here, and that stands. `clashed`: another
    system's comment has its id, and that stands.
    """

    what: str
    judged: Action


class ImportComments:
    """Stores what a site brings along, a batch in each transaction."""

    def __init__(
        self,
        *,
        scorer: Scorer | None,
        policies: Policies,
        db: Database,
        now: Callable[[], datetime],
    ) -> None:
        self._scorer, self._policies, self._db, self._now = scorer, policies, db, now
        self._told = Told()

    def __call__(self, site: str, source: str, batch: Sequence[Past]) -> list[Imported]:
        """Take in comments from the system `source`, and say what came of each.

        To take them in again is safe. What was held there is held here and gets a case.

        Raises
        ------
        NotFound
            There is no such site.
        StoreError
            Some were not taken in. To take them all in again is safe.
        """
        # Judged together, since that is cheaper; stored in smaller parts, since a site's comments
        # wait for each.
        policy = self._policies.of(site).policy
        judged = screen_many(
            [past.comment for past in batch],
            scorer=self._scorer,
            policy=policy,
            explain=False,
        )
        pairs = list(zip(batch, judged, strict=True))
        done: list[Imported] = []
        for start in range(0, len(pairs), MAX_STORED_TOGETHER):
            done += self._store(site, source, policy, pairs[start : start + MAX_STORED_TOGETHER])
        return done

    def _store(
        self, site: str, source: str, policy: Policy, part: Sequence[tuple[Past, Decision]]
    ) -> list[Imported]:
        news = [self._told.news(site, past.comment) for past, _ in part]
        with self._db.write() as db:
            done = [
                Imported(self._record(db, site, source, policy, past, judged, facts), judged.action)
                for (past, judged), facts in zip(part, news, strict=True)
            ]
        for facts, each in zip(news, done, strict=True):
            if each.what == "added":
                self._told.note(site, facts)
        return done

    def _record(
        self,
        db: Connection,
        site: str,
        source: str,
        policy: Policy,
        past: Past,
        judged: Decision,
        news: tuple[Fact, ...],
    ) -> str:
        comment = past.comment
        decision = imported_decision(
            past,
            source=source,
            policy_version=policy.version,
            scores=judged.scores,
            model_version=judged.model_version,
        )
        head, now = decisions.lock_head(db, site), self._now()
        position = head.position + 1
        key = comments.add(db, site, comment, position=position, action=decision.action, now=now)
        if key is None:
            stored = comments.find(db, site, comment.id)
            assert stored is not None  # noqa: S101  Its id is what stood in the way.
            return self._change(db, site, policy.queue, stored, past, decision)
        for fact in news:
            # What the site told itself is newer than what it brought along.
            comments.fill_in(db, site, fact, now)
        digest = comments.add_revision(db, key, 1, comment, now)
        subject = decisions.Subject(site, key, comment.id, 1, digest)
        decisions.append(db, head, subject, decision, now=now, decided_by=decisions.IMPORT)
        self._see_to_case(db, site, policy.queue, key, 1, position, decision, now)
        return "added"

    def _change(
        self,
        db: Connection,
        site: str,
        within: Queue,
        stored: Stored,
        past: Past,
        decision: Decision,
    ) -> str:
        """Note what became of a comment since it was brought along, unless it was judged here."""
        before = decisions.at(db, site, stored.position)
        if before.decided_by != decisions.IMPORT:
            return "known"
        was, told = (each.reasons[0].signal.detail["source"] for each in (before, decision))
        if was != told:
            return "clashed"
        if before.reasons == decision.reasons and stored.body == past.comment.body:
            return "known"
        head, now = decisions.lock_head(db, site), self._now()
        position, revision = head.position + 1, stored.revision
        digest = comments.digest(stored.salt, stored.body)
        if stored.body != past.comment.body:
            revision = comments.revise(
                db, stored, past.comment, position=position, action=decision.action
            )
            digest = comments.add_revision(db, stored.key, revision, past.comment, now)
        subject = decisions.Subject(site, stored.key, stored.id, revision, digest)
        decisions.append(db, head, subject, decision, now=now, decided_by=decisions.IMPORT)
        comments.point_at(db, stored.key, position, decision.action)
        self._see_to_case(db, site, within, stored.key, revision, position, decision, now)
        return "changed"

    def _see_to_case(
        self,
        db: Connection,
        site: str,
        within: Queue,
        key: int,
        revision: int,
        position: int,
        decision: Decision,
        now: datetime,
    ) -> None:
        if decision.action is Action.HOLD:
            opening = Opening(
                site,
                key,
                revision,
                about=position,
                due_at=due_at(decision, within, now),
                reasons=decision.reasons,
                scores=decision.scores,
                language=decision.facts.language,
            )
            cases.open_case(db, opening, now)
        else:
            cases.close_for_comment(db, key, now)
