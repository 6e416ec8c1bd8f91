"""Decide cases, one or many with one act; undo an act; decide otherwise what was decided.

What a moderator decides is the newest decision, and counts. It is in the feed at once; what is sent
to the site waits for the time in which it can be undone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy.engine import Connection

from modsvc.core.decision import Decision
from modsvc.core.policy import Policy
from modsvc.core.review import HELD, SAMPLE, SECOND, due_at, moderators_decision, undone
from modsvc.errors import CaseChanged, Conflict, NotFound
from modsvc.services.policies import Policies
from modsvc.services.sampling import Sampling
from modsvc.store import acts, cases, comments, decisions, opinions, outbox
from modsvc.store.acts import Act, Touched
from modsvc.store.cases import Case, Opening
from modsvc.store.comments import Stored
from modsvc.store.decisions import Recorded
from modsvc.store.opinions import Opinion
from modsvc.store.writer import Writer

# A moderator can think again before the site hears of it.
UNDO_WINDOW = timedelta(seconds=10)
# An act's cases that are decided in one transaction: the site's comments wait meanwhile.
DECIDED_TOGETHER = 50
# An act has no more cases than this: more is another act, which somebody asks for.
MOST_TOGETHER = 500


@dataclass(frozen=True, slots=True)
class Seen:
    """A case as a moderator's form showed it; without a token the case was not claimed."""

    case_id: int
    revision: int
    claim_token: int | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What came of an act: which cases were decided, and why others were not, by their ids.

    `act_id` is None where nothing was.
    """

    act_id: int | None
    decided: list[int] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Order:
    """Who decides, where, what, by which policy and when."""

    site: str
    moderator: int
    code: str
    policy: Policy
    now: datetime


class DecideCases:
    """What moderators decide, act by act.

    Parameters
    ----------
    sampling : Sampling
        Says which decisions another moderator looks at too.
    """

    def __init__(
        self,
        *,
        writer: Writer,
        policies: Policies,
        sampling: Sampling,
        now: Callable[[], datetime],
    ) -> None:
        self._writer, self._policies, self._sampling, self._now = writer, policies, sampling, now

    def one(self, site: str, moderator: int, seen: Seen, code: str) -> Recorded:
        """Decide a case as a form asks, and give the decision that is then in force.

        Raises
        ------
        NotFound
            The site has no such case.
        CaseAlreadyClosed, CaseChanged
            Somebody decided first, or the case is no longer what the form showed. Nothing was done.
        ValueError
            `code` is no reason a moderator can give.
        """
        moderators_decision(code, policy_version="", scores={}, model_version=None)
        policy = self._policies.of(site).policy
        self._sampling.prepare(policy.queue.second_looks)

        def write(db: Connection) -> Recorded:
            order = Order(site, moderator, code, policy, self._now())
            touched = self._decide(db, order, seen)
            acts.add(
                db, site=site, moderator=moderator, code=code, touched=[touched], now=order.now
            )
            case = cases.get(db, site, seen.case_id)
            stored = comments.of_key(db, site, case.comment_key)
            return decisions.at(db, site, stored.position)

        return self._writer.write(write, order=site)

    def many(
        self,
        site: str,
        moderator: int,
        seen: Sequence[Seen],
        code: str,
        *,
        form: str | None = None,
        detail: Mapping[str, Any] | None = None,
    ) -> Done:
        """Decide cases with one act; what does not fit any more is left and said why.

        Parameters
        ----------
        form : str or None
            What the page sent along: the same once more does nothing, and gives what was done.

        Raises
        ------
        ValueError
            `code` is no reason a moderator can give, or there are more than MOST_TOGETHER.
        """
        moderators_decision(code, policy_version="", scores={}, model_version=None)
        if len(seen) > MOST_TOGETHER:
            raise ValueError(f"an act has at most {MOST_TOGETHER} cases")
        policy, done = self._policies.of(site).policy, Done(None)
        self._sampling.prepare(policy.queue.second_looks)
        for start in range(0, len(seen), DECIDED_TOGETHER):
            part = seen[start : start + DECIDED_TOGETHER]
            order = Order(site, moderator, code, policy, self._now())
            write = partial(self._decide_part, order, part, done, form, detail)
            done = self._writer.write(write, order=site)
        return done

    def _decide_part(
        self,
        order: Order,
        part: Sequence[Seen],
        before: Done,
        form: str | None,
        detail: Mapping[str, Any] | None,
        db: Connection,
    ) -> Done:
        decisions.lock_head(db, order.site)
        if before.act_id is None and form is not None:
            known = acts.of_form(db, order.moderator, form)
            if known is not None:
                return Done(known.id, [each.case_id for each in acts.touched(db, known.id)])
        touched: list[Touched] = []
        refused = dict(before.refused)
        for seen in part:
            try:
                with db.begin_nested():
                    touched.append(self._decide(db, order, seen))
            except (Conflict, NotFound) as error:
                refused[seen.case_id] = str(error)
        act_id = before.act_id
        if touched and act_id is not None:
            acts.add_more(db, order.site, act_id, touched)
        elif touched:
            act_id = acts.add(
                db,
                site=order.site,
                moderator=order.moderator,
                code=order.code,
                touched=touched,
                now=order.now,
                form=form,
                detail=detail,
            )
        return Done(act_id, [*before.decided, *(each.case_id for each in touched)], refused)

    def _decide(self, db: Connection, order: Order, seen: Seen) -> Touched:
        # The same order of locks as when a comment comes in: the site, then the case.
        site, now, rules = order.site, order.now, order.policy.queue
        head = decisions.lock_head(db, site)
        case = cases.get(db, site, seen.case_id, lock=True)
        cases.close(
            db,
            case,
            moderator=order.moderator,
            claim_token=seen.claim_token,
            revision=seen.revision,
            now=now,
        )
        stored = comments.of_key(db, site, case.comment_key)
        before = decisions.at(db, site, stored.position)
        decision = moderators_decision(
            order.code,
            policy_version=order.policy.version,
            scores=before.scores,
            model_version=before.model_version,
        )
        if case.checks is not None and not self._differs(db, case, order, decision):
            return Touched(case.id, None, case.due_at)
        recorded = _append(db, site, head, stored, decision, order.moderator, now)
        position = recorded.position
        sent_at = now + UNDO_WINDOW
        outbox.add(
            db, site=site, comment_key=stored.key, position=position, now=now, due_at=sent_at
        )
        if case.kind == HELD and self._sampling.takes(site, position, rules.second_looks):
            _open_second(db, case, position, order)
        return Touched(case.id, position, case.due_at)

    def _differs(self, db: Connection, case: Case, order: Order, decision: Decision) -> bool:
        """Keep an opinion; tell whether it is to be acted upon.

        Of what the policy did a moderator has the say. Where two moderators differ a lead does.
        """
        assert case.checks is not None  # noqa: S101  As the caller saw.
        checked = decisions.at(db, case.site, case.checks)
        opinions.add(
            db,
            Opinion(
                case.id,
                case.site,
                case.kind,
                case.checks,
                checked.action.word,
                order.moderator,
                decision.action.word,
                order.now,
            ),
        )
        if decision.action is checked.action:
            return False
        if case.kind == SAMPLE:
            return True
        about = decisions.at(db, case.site, case.about or case.checks)
        cases.open_case(
            db,
            Opening(
                case.site,
                case.comment_key,
                case.revision,
                about=about.position,
                due_at=order.now,
                reasons=about.reasons,
                scores=about.scores,
                escalated_at=order.now,
            ),
            order.now,
        )
        return False

    def overturn(
        self, site: str, moderator: int, case_id: int, code: str, *, position: int
    ) -> Recorded:
        """Decide otherwise what was decided; `position` is of the decision that the form showed.

        Raises
        ------
        NotFound
            The site has no such case.
        CaseChanged
            It is open, or something else is in force by now. Nothing was done.
        ValueError
            `code` is no reason a moderator can give.
        """
        policy = self._policies.of(site).policy

        def write(db: Connection) -> Recorded:
            head, now = decisions.lock_head(db, site), self._now()
            case = cases.get(db, site, case_id, lock=True)
            stored = comments.of_key(db, site, case.comment_key)
            if case.is_open or stored.position != position:
                raise CaseChanged("something else is in force by now; read it again")
            before = decisions.at(db, site, position)
            decision = moderators_decision(
                code,
                policy_version=policy.version,
                scores=before.scores,
                model_version=before.model_version,
            )
            recorded = _append(db, site, head, stored, decision, moderator, now)
            new, due = recorded.position, now + UNDO_WINDOW
            outbox.add(db, site=site, comment_key=stored.key, position=new, now=now, due_at=due)
            # A second look at what is no longer in force has nothing to look at.
            cases.close_for_comment(db, case.comment_key, now)
            touched = Touched(case_id, new, case.due_at, before=position)
            acts.add(db, site=site, moderator=moderator, code=code, touched=[touched], now=now)
            return recorded

        return self._writer.write(write, order=site)

    def undo(self, site: str, moderator: int, act_id: int) -> Done:
        """Put the cases of an act back as they were; those that were decided anew since stay.

        Raises
        ------
        NotFound
            The moderator did no such thing at this site.
        CaseChanged
            It was undone before.
        """

        def write(db: Connection) -> Done:
            decisions.lock_head(db, site)
            act, now = acts.get(db, site, act_id), self._now()
            if act.moderator != moderator:
                raise NotFound(f"there is no act {act_id} of yours")
            if not acts.undo(db, act_id, now):
                raise CaseChanged("this was undone before")
            done = Done(act_id)
            for touched in acts.touched(db, act_id):
                try:
                    with db.begin_nested():
                        self._put_back(db, act, touched, now)
                    done.decided.append(touched.case_id)
                except Conflict as error:
                    done.refused[touched.case_id] = str(error)
            return done

        return self._writer.write(write, order=site)

    def _put_back(self, db: Connection, act: Act, touched: Touched, now: datetime) -> None:
        head = decisions.lock_head(db, act.site)
        case = cases.get(db, act.site, touched.case_id, lock=True)
        stored = comments.of_key(db, act.site, case.comment_key)
        if touched.position is not None and stored.position != touched.position:
            raise CaseChanged("this was decided anew since")
        if case.revision != stored.revision:
            raise CaseChanged("the comment was edited since")
        # What came of it for others: a second look, or a lead's case where two differed.
        cases.close_for_comment(db, case.comment_key, now)
        opinions.take_back(db, case.id)
        about = decisions.at(db, act.site, touched.before or case.about or stored.position)
        if touched.position is not None:
            as_before = undone(
                about.action,
                policy_version=about.policy_version,
                scores=about.scores,
                model_version=about.model_version,
            )
            recorded = _append(db, act.site, head, stored, as_before, act.moderator, now)
            if not outbox.take_back(db, act.site, stored.key, touched.position):
                new = recorded.position
                outbox.add(
                    db, site=act.site, comment_key=stored.key, position=new, now=now, due_at=now
                )
        if touched.before is None:
            reasons, scores = about.reasons, about.scores
            cases.reopen(db, case, due_at=touched.due_at, reasons=reasons, scores=scores)


def _append(
    db: Connection,
    site: str,
    head: decisions.Head,
    stored: Stored,
    decision: Decision,
    moderator: int,
    now: datetime,
) -> Recorded:
    digest = comments.digest(stored.salt, stored.body)
    subject = decisions.Subject(site, stored.key, stored.id, stored.revision, digest)
    recorded = decisions.append(db, head, subject, decision, now=now, moderator=moderator)
    comments.point_at(db, stored.key, recorded.position, recorded.action)
    return recorded


def _open_second(db: Connection, case: Case, position: int, order: Order) -> None:
    about = decisions.at(db, case.site, case.about or position)
    cases.open_case(
        db,
        Opening(
            case.site,
            case.comment_key,
            case.revision,
            about=about.position,
            # As any other like it: by when it is due nobody can tell it from those.
            due_at=due_at(about.decision, order.policy.queue, order.now),
            reasons=about.reasons,
            scores=about.scores,
            kind=SECOND,
            checks=position,
            not_for=order.moderator,
        ),
        order.now,
    )
