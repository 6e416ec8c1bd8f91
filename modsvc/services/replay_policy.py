"""Replay a policy on a site's history: what it would have done to comments that were judged before.

Nothing is changed, and the classifier is not asked but where it must be: each decision keeps its
scores and the facts that it was taken on (`core/weighing.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from multiprocessing import get_context

from modsvc.core.comment import Comment
from modsvc.core.decision import Action, Decision
from modsvc.core.facts import NO_FACTS
from modsvc.core.late import second_thoughts
from modsvc.core.policy import Policy
from modsvc.core.policy_document import read_policy
from modsvc.core.replay import Report
from modsvc.core.screening import Scorer, screen_many
from modsvc.core.text import Reading, normalise
from modsvc.core.weighing import Found, as_it_stood, weigh
from modsvc.services.policies import Policies
from modsvc.store import decisions, judged
from modsvc.store.db import Database
from modsvc.store.decisions import Recorded
from modsvc.store.judged import Judged

# Comments that are replayed together.
PART = 1_000
REPORTED = "reports.many"


@dataclass(frozen=True, slots=True)
class Setting:
    """What a process needs to replay; it can be handed to another.

    `document` is the policy to try; None tries on each comment the policy that judged it, by which
    it must come out the same. `default` is the installation's policy, as text. `part` comments are
    replayed together.
    """

    database_url: str
    site: str
    document: str | None
    default: str
    open_scorer: Callable[[], Scorer | None]
    newest: int | None = None
    part: int = PART


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was found of a part, and which comments came out otherwise than they had."""

    report: Report
    differing: tuple[str, ...] = ()
    n_unknown: int = 0


class Replay:
    """Replays parts of a site's history, in this process."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._db = Database(setting.database_url)
        self._scorer = setting.open_scorer()
        self._lexicon = self._scorer.lexicon if self._scorer else None
        default = read_policy(setting.default, source="default")
        self._policies = Policies(db=self._db, default=default, lexicon=self._lexicon)
        self._draft: Policy | None = None
        if setting.document is not None:
            with self._db.read() as db:
                self._draft = self._policies.draft(db, setting.site, setting.document)
        self._version = cache(self._find_version)

    def parts(self) -> list[tuple[int, int]]:
        """Give the parts that there are, oldest first."""
        with self._db.read() as db:
            return judged.parts(db, self._setting.site, self._setting.newest, self._setting.part)

    def part(self, start: int, end: int) -> Outcome:
        """Replay the comments of a part."""
        with self._db.read() as db:
            found = list(judged.between(db, self._setting.site, start, end))
        return self._as_recorded(found) if self._draft is None else self._by(self._draft, found)

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    def _by(self, draft: Policy, found: Sequence[Judged]) -> Outcome:
        report = Report()
        for each in found:
            history = _History.of(each)
            if history is None:
                continue
            reading = normalise(each.comment.body, self._lexicon)
            after = self._judge(each.comment, reading, history.first, draft, report)
            if history.late is not None and after.action is Action.APPROVE:
                again = self._judge(each.comment, reading, history.late, draft, report)
                after = second_thoughts(Action.APPROVE, again) or after
            report.add(
                each.comment.id,
                history.first.position,
                history.first.decided_at,
                _as_decision(history.late or history.first),
                after,
                history.moderator,
            )
        return Outcome(report)

    def _judge(
        self,
        comment: Comment,
        reading: Reading,
        recorded: Recorded,
        draft: Policy,
        report: Report,
    ) -> Decision:
        """Judge by the draft what was judged before, with the classifier where that must be."""
        before = self._version(recorded.policy_version)
        odds_changed = before is None or before.reply_odds != draft.reply_odds
        weighed = weigh(comment, reading, _found(recorded), draft, odds_changed=odds_changed)
        if weighed.is_sure:
            return weighed.decision
        if self._scorer is None or self._scorer.version != recorded.model_version:
            report.n_unsure += 1
            return weighed.decision
        report.n_asked += 1
        return screen_many(
            [as_it_stood(comment, recorded.facts)],
            scorer=self._scorer,
            policy=draft,
            facts=[recorded.facts or NO_FACTS],
            explain=False,
        )[0]

    def _as_recorded(self, found: Sequence[Judged]) -> Outcome:
        """Weigh each decision by the policy that took it, and name what comes out otherwise."""
        report, differing, unknown = Report(), [], 0
        for each in found:
            history = _History.of(each)
            if history is None:
                continue
            reading = normalise(each.comment.body, self._lexicon)
            for recorded in filter(None, (history.first, history.late)):
                policy = self._version(recorded.policy_version)
                if policy is None or recorded.facts is None:
                    unknown += 1
                    continue
                after = weigh(each.comment, reading, _found(recorded), policy).decision
                if recorded is history.late:
                    after = second_thoughts(Action.APPROVE, after) or after
                report.add(
                    each.comment.id,
                    recorded.position,
                    recorded.decided_at,
                    _as_decision(recorded),
                    after,
                    None,
                )
                if not _is_same(recorded, after):
                    differing.append(each.comment.id)
        return Outcome(report, tuple(differing), unknown)

    def _find_version(self, version: str) -> Policy | None:
        with self._db.read() as db:
            return self._policies.version(db, self._setting.site, version)


def replay(setting: Setting, *, processes: int) -> Iterator[tuple[int, int, Outcome]]:
    """Replay a site's history, newest parts first, on several processes.

    Yields how many parts are done and how many there are, and what was found of the last.
    """
    here = Replay(setting)
    try:
        parts = here.parts()[::-1]
        if processes < 2 or len(parts) < 2:
            for n, (start, end) in enumerate(parts, start=1):
                yield n, len(parts), here.part(start, end)
            return
    finally:
        here.close()
    # Spawned, since neither connections nor threads may cross a fork.
    with ProcessPoolExecutor(
        processes, mp_context=get_context("spawn"), initializer=_begin, initargs=(setting,)
    ) as pool:
        for n, outcome in enumerate(pool.map(_part, parts), start=1):
            yield n, len(parts), outcome


_replay: list[Replay] = []


def _begin(setting: Setting) -> None:
    _replay[:] = [Replay(setting)]


def _part(bounds: tuple[int, int]) -> Outcome:
    return _replay[0].part(*bounds)


@dataclass(frozen=True, slots=True)
class _History:
    """A revision's first decision, a later one by both stages, and a moderator's newest."""

    first: Recorded
    late: Recorded | None
    moderator: tuple[Action, datetime] | None

    @classmethod
    def of(cls, each: Judged) -> _History | None:
        """Sort a revision's decisions; None where the policy took none, as of what was imported."""
        by_policy = [d for d in each.decisions if d.decided_by == decisions.POLICY]
        if not by_policy:
            return None
        again = [d for d in by_policy[1:] if [r.signal.code for r in d.reasons] != [REPORTED]]
        said = [d for d in each.decisions if d.decided_by == decisions.MODERATOR]
        moderator = (said[-1].action, said[-1].decided_at) if said else None
        return cls(by_policy[0], again[0] if again else None, moderator)


def _found(recorded: Recorded) -> Found:
    return Found(recorded.reasons, recorded.scores, recorded.model_version, recorded.facts)


def _as_decision(recorded: Recorded) -> Decision:
    return Decision(
        recorded.action,
        recorded.reasons,
        recorded.policy_version,
        scores=recorded.scores,
        model_version=recorded.model_version,
    )


def _is_same(recorded: Recorded, after: Decision) -> bool:
    before = [(reason.signal.code, reason.action) for reason in recorded.reasons]
    now = [(reason.signal.code, reason.action) for reason in after.reasons]
    return recorded.action is after.action and before == now
