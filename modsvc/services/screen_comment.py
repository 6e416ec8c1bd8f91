"""Screen a comment: judge it, store the decision, open a case when it is held.

The decision, the case and the event are one transaction. A comment sent again is answered with
the decision now in force; one sent with another body is an edit and is judged afresh.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from sqlalchemy.engine import Connection

from modsvc.core.comment import Comment
from modsvc.core.decision import Action, Decision
from modsvc.core.review import HELD, SAMPLE, due_at, unmarked
from modsvc.core.screening import Scorer
from modsvc.core.trust import says_of_author
from modsvc.errors import IdempotencyKeyReused
from modsvc.services.count_words import CountWords
from modsvc.services.gather_facts import GatherFacts
from modsvc.services.judge_comments import JudgeComments, Judged
from modsvc.services.policies import Policies
from modsvc.services.sampling import Sampling
from modsvc.services.told import Told
from modsvc.store import cases, comments, decisions, idempotency, late, likenesses, outbox, shadows
from modsvc.store.cases import Opening
from modsvc.store.decisions import Recorded
from modsvc.store.writer import Writer

# Comments of a batch that are stored in one write; single comments get their turn in between.
MAX_STORED_TOGETHER = 64


@dataclass(frozen=True, slots=True)
class Outcome:
    """The decision in force on a comment; `created` is False when it had been taken before.

    `judged` is what the policy says now, which is what is in force if it was created.
    """

    decision: Recorded
    created: bool
    judged: Decision


@dataclass(frozen=True, slots=True)
class Idempotency:
    """A request's idempotency key, and what it takes to keep its answer.

    `fingerprint` tells one request from another; `answer` gives an outcome's status and body.
    """

    key: str
    fingerprint: str
    answer: Callable[[Outcome], tuple[int, bytes]]


@dataclass(frozen=True, slots=True)
class Replayed:
    """The answer that was given to this same request before."""

    status: int
    body: bytes


class ScreenComment:
    """The service's main job.

    Parameters
    ----------
    scorer : Scorer or None
        None when there is no model: rules still act, all else is held.
    gather : GatherFacts
        Says what is known of a comment beside itself.
    sampling : Sampling
        Says which decisions moderators look at though nothing was held.
    count_words : CountWords or None
        Is told which entries of the word lists were found.
    late : bool
        Whether what is approved is to be judged again, by more than `scorer`.
    now : callable
        Gives the present moment, aware, in UTC.
    """

    def __init__(
        self,
        *,
        scorer: Scorer | None,
        policies: Policies,
        gather: GatherFacts,
        sampling: Sampling,
        writer: Writer,
        now: Callable[[], datetime],
        count_words: CountWords | None = None,
        late: bool = False,
    ) -> None:
        self._judge = JudgeComments(scorer=scorer, policies=policies, gather=gather)
        self._writer, self._now = writer, now
        self._count_words, self._late, self._sampling = count_words, late, sampling
        self._told = Told()

    def __call__(self, site: str, comment: Comment) -> Outcome:
        """Judge one comment and store the decision.

        Raises
        ------
        StoreError
            It could not be stored; nothing was decided.
        """
        judged = self._judged(site, [comment])[0]
        outcome = self._writer.write(partial(self._record, site, judged), order=site)
        self._note(site, [judged], [outcome])
        return outcome

    def once(self, site: str, comment: Comment, request: Idempotency) -> Outcome | Replayed:
        """Do the same, unless this very request was answered before.

        Raises
        ------
        IdempotencyKeyReused
            The key came with another request before.
        StoreError
            It could not be stored; nothing was decided.
        """
        judged = self._judged(site, [comment])[0]

        def write(db: Connection) -> Outcome | Replayed:
            # The lock on the site comes first, so that of two equal requests one waits here.
            decisions.lock_head(db, site)
            now = self._now()
            if kept := idempotency.find(db, site, request.key, now):
                if kept.fingerprint != request.fingerprint:
                    raise IdempotencyKeyReused(
                        "this Idempotency-Key came with another request before; use a new one"
                    )
                return Replayed(kept.status, kept.body)
            outcome = self._record(site, judged, db)
            status, body = request.answer(outcome)
            answer = idempotency.Answer(request.fingerprint, status, body)
            idempotency.keep(db, site, request.key, answer, now)
            return outcome

        outcome = self._writer.write(write, order=site)
        if isinstance(outcome, Outcome):
            self._note(site, [judged], [outcome])
        return outcome

    def many(self, site: str, batch: Sequence[Comment]) -> list[Outcome]:
        """Judge comments, in their order. Each is stored as if it had come alone.

        Raises
        ------
        StoreError
            Some could not be stored. To send them all again is safe.
        """
        judged = self._judged(site, batch)
        outcomes: list[Outcome] = []
        for start in range(0, len(judged), MAX_STORED_TOGETHER):
            part = judged[start : start + MAX_STORED_TOGETHER]
            stored = self._writer.write(partial(self._record_all, site, part), order=site)
            self._note(site, part, stored)
            outcomes += stored
        return outcomes

    def _judged(self, site: str, batch: Sequence[Comment]) -> list[Judged]:
        judged = self._judge(site, batch)
        if judged:
            self._sampling.prepare(judged[0].rules.policy.queue.samples)
        return judged

    def _note(self, site: str, part: Sequence[Judged], outcomes: Sequence[Outcome]) -> None:
        for judged, outcome in zip(part, outcomes, strict=True):
            if not outcome.created:
                continue
            self._told.note(site, self._told.news(site, judged.comment))
            if self._count_words is not None:
                self._count_words(site, outcome.judged)

    def _record_all(self, site: str, part: Sequence[Judged], db: Connection) -> list[Outcome]:
        # They know of one another: only what others stored can be new to them.
        until = decisions.lock_head(db, site).position
        return [self._record(site, judged, db, until) for judged in part]

    def _record(
        self, site: str, judged: Judged, db: Connection, until: int | None = None
    ) -> Outcome:
        head = decisions.lock_head(db, site)
        # Read after the lock, so that times in the log never run backwards.
        now = self._now()
        judged = self._judge.anew(db, site, judged, head.position if until is None else until, now)
        comment, decision = judged.comment, judged.decision
        position = head.position + 1
        action = decision.action if says_of_author(decision) else None
        revision = 1
        key = comments.add(db, site, comment, position=position, action=action, now=now)
        is_edit = key is None
        if key is None:
            stored = comments.find(db, site, comment.id)
            assert stored is not None  # noqa: S101  Its id is what stood in the way.
            if stored.body == comment.body:
                return Outcome(
                    decisions.at(db, site, stored.position), created=False, judged=decision
                )
            key = stored.key
            revision = comments.revise(db, stored, comment, position=position, action=action)
        for fact in self._told.news(site, comment):
            comments.remember(db, site, fact, now)
        digest = comments.add_revision(db, key, revision, comment, now)
        subject = decisions.Subject(site, key, comment.id, revision, digest)
        recorded = decisions.append(db, head, subject, decision, now=now)
        likenesses.keep(db, site, key, judged.like, now, is_edit=is_edit)
        if judged.shadow is not None and judged.rules.shadow_number is not None:
            shadows.note(db, site, position, decision, judged.rules.shadow_number, judged.shadow)
        self._see_to_case(db, site, judged, key, revision, position, now, is_edit=is_edit)
        if self._late and decision.action is Action.APPROVE:
            late.add(db, site=site, position=position, comment_key=key, now=now)
        if head.all_events:
            outbox.add(db, site=site, comment_key=key, position=position, now=now, due_at=now)
        return Outcome(recorded, created=True, judged=decision)

    def _see_to_case(
        self,
        db: Connection,
        site: str,
        judged: Judged,
        key: int,
        revision: int,
        position: int,
        now: datetime,
        *,
        is_edit: bool,
    ) -> None:
        """Open a case where the comment is held, or where this decision is among the samples."""
        decision, rules = judged.decision, judged.rules.policy.queue
        is_held = decision.action is Action.HOLD
        if is_held or self._sampling.takes(site, position, rules.samples):
            kind = HELD if is_held else SAMPLE
            # Found, put in order and due by what is shown as its reasons.
            reasons = unmarked(kind, decision.reasons, decision.scores)
            opening = Opening(
                site,
                key,
                revision,
                about=position,
                due_at=due_at(replace(decision, reasons=reasons), rules, now),
                reasons=reasons,
                scores=decision.scores,
                language=decision.facts.language,
                kind=kind,
                checks=None if is_held else position,
            )
            cases.open_case(db, opening, now)
        elif is_edit:
            cases.close_for_comment(db, key, now)
