"""Say whether the service can decide, and in what state it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from modsvc.classifier.stages import Stages
from modsvc.core.policy import Policy
from modsvc.errors import StoreError
from modsvc.store import late, schema
from modsvc.store.db import Database
from modsvc.store.late import Backlog

# One core judges so many within some seconds: more that wait are no burst but an overload.
MOST_WAITING = 1_000
# Counting further would cost more the worse things are, and tell nobody more.
COUNT_UP_TO = 10_000


@dataclass(frozen=True, slots=True)
class Health:
    """`ready`: comments can be decided. `degraded`: with less than the operator asked for.

    `stages` are those that judge before the answer, `encoder` is what the operator chose for the
    second of them, and `encoder_problem` says why that one is missing, where it is. `late_backlog`
    counts the approvals that wait to be judged again, `late_given_up` those that could not be; each
    up to COUNT_UP_TO, and None when the database cannot be asked.
    """

    ready: bool
    degraded: bool
    problems: tuple[str, ...]
    policy_version: str
    model_version: str | None
    stages: tuple[str, ...]
    encoder: str
    encoder_problem: str | None
    late_backlog: int | None
    late_given_up: int | None


class ReportHealth:
    """Looks at the parts that a decision needs.

    Parameters
    ----------
    encoder : str
        What the operator chose for the second stage.
    """

    def __init__(self, *, db: Database, policy: Policy, stages: Stages, encoder: str) -> None:
        self._db, self._policy, self._stages, self._encoder = db, policy, stages, encoder

    def __call__(self) -> Health:
        """Ask the database; the stages were checked when they were opened."""
        problems = list(self._stages.problems)
        backlog = None
        try:
            schema.check(self._db)
            with self._db.read() as db:
                backlog = late.backlog(db, up_to=COUNT_UP_TO)
        except StoreError as error:
            down = [str(error)]
        else:
            down = []
            problems += _of_backlog(backlog)
        scorer = self._stages.at_once
        return Health(
            ready=not down,
            degraded=bool(problems),
            problems=(*problems, *down),
            policy_version=self._policy.version,
            model_version=scorer.version if scorer else None,
            stages=scorer.stages if scorer else (),
            encoder=self._encoder,
            encoder_problem=self._stages.encoder_problem,
            late_backlog=backlog.waiting if backlog else None,
            late_given_up=backlog.given_up if backlog else None,
        )


def _of_backlog(backlog: Backlog) -> Iterator[str]:
    if backlog.waiting > MOST_WAITING:
        at_least = "at least " if backlog.waiting == COUNT_UP_TO else ""
        yield (
            f"{at_least}{backlog.waiting} approved comments wait to be judged by both stages "
            "(late_backlog); they come faster than they are judged, or nothing judges them"
        )
    if backlog.given_up:
        yield (
            f"{backlog.given_up} approved comments could not be judged by both stages "
            "(late_given_up); see late.given_up in the log; modsvc serve tries again when it starts"
        )
