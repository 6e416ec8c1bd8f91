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

from modsvc.core.review import HELD, RELEASE, SECOND, moderators_decision
from modsvc.core.sentence import Sentence
from modsvc.errors import CaseChanged, Conflict, NotFound
from modsvc.services.policies import Policies
from modsvc.services.put_back import put_back_some
from modsvc.services.sampling import Sampling
from modsvc.services.second_opinions import Order, append, differs, open_second
from modsvc.store import acts, cases, comments, decisions, handed, opinions, outbox
from modsvc.store.acts import Act, Touched
from modsvc.store.cases import Case
from modsvc.store.comments import Stored
from modsvc.store.decisions import Recorded
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

    `act_id` is None where nothing was. `is_known` where its form had been sent before.
    """

    act_id: int | None
    decided: list[int] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)
    is_known: bool = False

    @property
    def seen(self) -> int:
        """How many cases there were."""
        return len(self.decided) + len(self.refused)


@dataclass(frozen=True, slots=True)
class One:
    """What came of deciding one case: the act, to be undone by, and the decision in force then."""

    act_id: int
    decision: Recorded


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

    def one(
        self, site: str, moderator: int, seen: Seen, code: str, *, is_lead: bool = False
    ) -> One:
        """Decide a case as a form asks, and give the act with the decision that is then in force.

        Who leads at the site also decides what was left to leads, or waits for somebody.

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

        def write(db: Connection) -> One:
            order = Order(site, moderator, code, policy, self._now(), is_lead)
            touched = self._decide(db, order, seen)
            return self._note_one(db, order, touched)

        return self._writer.write(write, order=site)

    def _note_one(self, db: Connection, order: Order, touched: Touched) -> One:
        act_id = acts.add(
            db,
            site=order.site,
            moderator=order.moderator,
            code=order.code,
            touched=[touched],
            now=order.now,
        )
        case = cases.get(db, order.site, touched.case_id)
        stored = comments.of_key(db, order.site, case.comment_key)
        return One(act_id, decisions.at(db, order.site, stored.position))

    def many(
        self,
        site: str,
        moderator: int,
        seen: Sequence[Seen],
        code: str,
        *,
        is_lead: bool = False,
        form: str | None = None,
        detail: Mapping[str, Any] | None = None,
        more_of: int | None = None,
    ) -> Done:
        """Decide cases with one act; what does not fit any more is left and said why.

        Parameters
        ----------
        form : str or None
            What the page sent along: the same once more does what was not done yet, if anything,
            and gives all that was.
        detail : mapping or None
            What the cases were chosen by, where nobody named each: the same once more then does
            nothing.
        more_of : int or None
            The act that these are more of.

        Raises
        ------
        ValueError
            `code` is no reason a moderator can give, or there are more than MOST_TOGETHER.
        NotFound
            The moderator did nothing of which these could be more.
        CaseChanged
            That was undone, or what the form did was.
        """
        moderators_decision(code, policy_version="", scores={}, model_version=None)
        if len(seen) > MOST_TOGETHER:
            raise ValueError(f"an act has at most {MOST_TOGETHER} cases")
        policy, done = self._policies.of(site).policy, Done(more_of)
        self._sampling.prepare(policy.queue.second_looks)
        starts = range(0, len(seen), DECIDED_TOGETHER)
        parts = [seen[start : start + DECIDED_TOGETHER] for start in starts]
        if form is not None and not parts:
            parts = [()]  # It may have been sent before.
        for part in parts:
            order = Order(site, moderator, code, policy, self._now(), is_lead)
            write = partial(self._decide_part, order, part, done, form, detail)
            done = self._writer.write(write, order=site)
            if done.is_known:
                break
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
        act_id = before.act_id
        if act_id is not None:
            _see_that_it_goes_on(db, order, act_id)
        elif form is not None and (known := acts.of_form(db, order.moderator, form)) is not None:
            _see_that_it_stands(known)
            act_id = known.id
        if act_id is not None and before.act_id is None and (detail is not None or not part):
            # Of what stood for whatever cases there were, the same today may be others.
            decided = [each.case_id for each in acts.touched(db, act_id)]
            return Done(act_id, decided, is_known=True)
        by_now = acts.has(db, act_id, [each.case_id for each in part]) if act_id else frozenset()
        touched: list[Touched] = []
        refused = dict(before.refused)
        # What was done of it before the service stopped, or by the same form beside this one.
        decided = [*before.decided, *(each.case_id for each in part if each.case_id in by_now)]
        for seen in part:
            if seen.case_id in by_now:
                continue
            try:
                with db.begin_nested():
                    touched.append(self._decide(db, order, seen))
            except (Conflict, NotFound) as error:
                refused[seen.case_id] = error.args[0]  # str() would forget its pattern.
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
        return Done(act_id, [*decided, *(each.case_id for each in touched)], refused)

    def _decide(self, db: Connection, order: Order, seen: Seen) -> Touched:
        # The same order of locks as when a comment comes in: the site, then the case.
        site, now, rules = order.site, order.now, order.policy.queue
        head = decisions.lock_head(db, site)
        case = cases.get(db, site, seen.case_id, lock=True)
        if order.code == RELEASE and not case.is_for_all:
            raise CaseChanged(Sentence("a person is to see this case by now"))
        seems = handed.as_seen_by(db, case, order.moderator)
        if case.is_open and not seems.is_left_to(order.moderator, is_lead=order.is_lead):
            raise CaseChanged(Sentence("this case waits for somebody else"))
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
        # Of a decision that is no longer in force nobody asks: then this one decides.
        is_opinion = case.checks is not None and case.checks == stored.position
        if is_opinion and not differs(db, case, order, decision):
            return Touched(case.id, None, case.due_at)
        recorded = append(db, site, head, stored, decision, order.moderator, now)
        position = recorded.position
        sent_at = now + UNDO_WINDOW
        outbox.add(
            db, site=site, comment_key=stored.key, position=position, now=now, due_at=sent_at
        )
        # What was released with others nobody may have read once.
        looked_at = case.kind == HELD and order.code != RELEASE
        if looked_at and self._sampling.takes(site, position, rules.second_looks):
            open_second(db, case, position, order)
        return Touched(case.id, position, case.due_at)

    def overturn(
        self,
        site: str,
        moderator: int,
        case_id: int,
        code: str,
        *,
        position: int,
        is_lead: bool = False,
    ) -> One:
        """Decide otherwise what was decided; `position` is of the decision that the form showed.

        Where a moderator's decision was looked at once more, it is the opinion of it that changes.

        Raises
        ------
        NotFound
            The site has no such case.
        CaseChanged
            It is open, or something else is in force by now. Nothing was done.
        ValueError
            `code` is no reason a moderator can give.
        """
        moderators_decision(code, policy_version="", scores={}, model_version=None)
        policy = self._policies.of(site).policy

        def write(db: Connection) -> One:
            head = decisions.lock_head(db, site)
            order = Order(site, moderator, code, policy, self._now(), is_lead)
            case = cases.get(db, site, case_id, lock=True)
            stored = comments.of_key(db, site, case.comment_key)
            if case.is_open or stored.position != position:
                raise CaseChanged(Sentence("something else is in force by now; read it again"))
            if case.not_for == moderator:
                raise CaseChanged(
                    Sentence("you decided this yourself; it is for somebody else to look at")
                )
            waiting = cases.open_of(db, site, case.comment_key)
            opinion = opinions.of_case(db, case.id)
            is_their_own = opinion is not None and opinion.moderator == moderator
            if waiting is not None and not is_their_own:
                # Whoever is looked after is not to know of it.
                is_looked_after = waiting.not_for == moderator
                if not is_looked_after and not waiting.is_left_to(moderator, is_lead=is_lead):
                    raise CaseChanged(Sentence("this case waits for somebody else"))
            touched = self._overturn(db, order, head, case, stored)
            return self._note_one(db, order, touched)

        return self._writer.write(write, order=site)

    def _overturn(
        self,
        db: Connection,
        order: Order,
        head: decisions.Head,
        case: Case,
        stored: Stored,
    ) -> Touched:
        site, now, position = order.site, order.now, stored.position
        before = decisions.at(db, site, position)
        decision = moderators_decision(
            order.code,
            policy_version=order.policy.version,
            scores=before.scores,
            model_version=before.model_version,
        )
        # A second look at what is no longer in force has nothing to look at.
        cases.close_for_comment(db, case.comment_key, now)
        if case.checks is not None and opinions.take_back(db, case.id):
            differs(db, case, order, decision)
            if case.kind == SECOND:
                return Touched(case.id, None, case.due_at)
        new = append(db, site, head, stored, decision, order.moderator, now).position
        due = now + UNDO_WINDOW
        outbox.add(db, site=site, comment_key=stored.key, position=new, now=now, due_at=due)
        return Touched(case.id, new, case.due_at, before=position)

    def undo(
        self, site: str, moderator: int, act_id: int, *, after: int = 0, at_most: int | None = None
    ) -> Done:
        """Put the cases of an act back as they were; those that were decided anew since stay.

        It is undone when its last case was seen to. An act of very many cases can be undone in
        steps, of up to `at_most` each, that go on `after` the last case of the one before.

        Raises
        ------
        NotFound
            The moderator did no such thing at this site.
        CaseChanged
            It was undone before.
        """
        done, is_last = Done(act_id), False
        while not is_last and (at_most is None or done.seen < at_most):
            at = max([after, *done.decided, *done.refused])
            put = partial(put_back_some, site=site, moderator=moderator, act_id=act_id, after=at)
            # It may be tried twice, once in vain: so what came of it is given, and not noted.
            back, refused, is_last = self._writer.write(
                partial(put, now=self._now(), limit=DECIDED_TOGETHER), order=site
            )
            done.decided.extend(back)
            done.refused.update(refused)
        return done


def _see_that_it_goes_on(db: Connection, order: Order, act_id: int) -> None:
    act = acts.get(db, order.site, act_id)
    if act.moderator != order.moderator or act.code != order.code:
        raise NotFound(Sentence("there is no act {act} of yours", act=act_id))
    _see_that_it_stands(act)


def _see_that_it_stands(act: Act) -> None:
    if act.undone_at is not None:
        raise CaseChanged(Sentence("this was undone, and nothing more is done of it"))
