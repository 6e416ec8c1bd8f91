"""Judge comments: gather what is known of them, then let the site's policy decide.

Comments that are judged at the same time do not know of each other, or a flood would pass that
came all at once. So whoever stores one, and alone has the site's log, first asks whether something
came in between that bears on it, and weighs it again if so: by the scores that it has, with the
facts of that moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from time import perf_counter_ns, thread_time_ns

from sqlalchemy.engine import Connection

from modsvc.core.asking import Timer, warm_up
from modsvc.core.comment import Comment
from modsvc.core.decision import Decision
from modsvc.core.facts import Facts
from modsvc.core.likeness import Likeness
from modsvc.core.policy import Policy
from modsvc.core.screening import Scorer, read, screen_many
from modsvc.core.weighing import Found, weigh
from modsvc.services.gather_facts import GatherFacts
from modsvc.services.policies import InForce, Policies
from modsvc.store import history

TIMER = Timer(passed=perf_counter_ns, own=thread_time_ns)


@dataclass(frozen=True, slots=True)
class Judged:
    """A comment, and what was decided on it, but is not stored yet.

    `rules` decided; `shadow` is what the policy that looks on would have decided. `like` is what
    the comment is found again by. `known_to` is the position in the site's log up to which the
    facts know what came; None where the store did not answer.
    """

    comment: Comment
    decision: Decision
    rules: InForce
    shadow: Decision | None
    like: Likeness | None
    known_to: int | None


class JudgeComments:
    """Judges comments with what is known of them.

    Parameters
    ----------
    scorer : Scorer or None
        None when there is no model: rules still act, all else is held.
    gather : GatherFacts
        Says what is known of a comment beside itself.
    """

    def __init__(self, *, scorer: Scorer | None, policies: Policies, gather: GatherFacts) -> None:
        self.scorer, self._policies, self._gather = scorer, policies, gather
        warm_up(policies.default)

    def __call__(self, site: str, batch: Sequence[Comment]) -> list[Judged]:
        """Judge comments, in their order; those of a batch know of the ones before them."""
        known = self._gather(site, batch)
        rules = (
            self._policies.last(site)
            if known.rulebook is None
            else self._policies.at(site, known.rulebook)
        )
        judge = partial(screen_many, batch, scorer=self.scorer, facts=known.facts, timer=TIMER)
        decisions = judge(policy=rules.policy)
        looking_on: Sequence[Decision | None] = [None] * len(batch)
        if rules.shadow is not None:
            looking_on = judge(policy=rules.shadow, explain=False)
        return [
            Judged(comment, decision, rules, shadow, like, known.position)
            for comment, decision, shadow, like in zip(
                batch, decisions, looking_on, known.likenesses, strict=True
            )
        ]

    def anew(self, db: Connection, site: str, judged: Judged, until: int, now: datetime) -> Judged:
        """Judge again what something came before that it does not know of.

        Parameters
        ----------
        db : Connection
            A transaction that has the site's log to itself.
        until : int
            The position of the log's last decision that may be of somebody else's making.
        """
        comment, like = judged.comment, judged.like
        if judged.known_to is None or not history.came_between(
            db, site, comment, like, judged.known_to, until
        ):
            return judged
        known = history.ask(db, site, comment, like, now)
        if known is None:
            return judged
        return self._weighed(judged, known.facts)

    def _weighed(self, judged: Judged, facts: Facts) -> Judged:
        (reading,) = read([judged.comment], self.scorer)

        def again(decision: Decision, policy: Policy) -> Decision:
            told = replace(
                facts,
                language=decision.facts.language,
                section=facts.section or judged.comment.article.section,
            )
            found = Found(decision.reasons, decision.scores, decision.model_version, told)
            weighed = weigh(judged.comment, reading, found, policy)
            # Its article became stricter this very moment: the next one is judged by that.
            return weighed.decision if weighed.is_sure else decision

        shadow = judged.shadow
        if shadow is not None and judged.rules.shadow is not None:
            shadow = again(shadow, judged.rules.shadow)
        return replace(judged, decision=again(judged.decision, judged.rules.policy), shadow=shadow)
