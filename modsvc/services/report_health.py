"""Say whether the service can decide, and in what state it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from modsvc.classifier.stages import Stages
from modsvc.config import ALL
from modsvc.core.policy import Policy
from modsvc.errors import StoreError
from modsvc.store import schema
from modsvc.store.db import Database


@dataclass(frozen=True, slots=True)
class Health:
    """`ready`: comments can be decided. `degraded`: with less than the operator asked for.

    `stages` are those that judge before the answer, `encoder` is what the operator chose for the
    second of them, and `encoder_problem` says why that one is missing, where it is.
    """

    ready: bool
    degraded: bool
    problems: tuple[str, ...]
    policy_version: str
    model_version: str | None
    stages: tuple[str, ...]
    encoder: str
    encoder_problem: str | None


class ReportHealth:
    """Looks at the parts that a decision needs.

    Parameters
    ----------
    encoder : str or None
        What the operator chose for the second stage. None where nothing was chosen: that is `all`,
        but nobody misses what they did not ask for.
    """

    def __init__(
        self, *, db: Database, policy: Policy, stages: Stages, encoder: str | None
    ) -> None:
        self._db, self._policy, self._stages, self._encoder = db, policy, stages, encoder

    def __call__(self) -> Health:
        """Ask the database; the stages were checked when they were opened."""
        problems = list(self._missing())
        ready, degraded = True, bool(problems)
        try:
            schema.check(self._db)
        except StoreError as error:
            ready = False
            problems.append(str(error))
        scorer = self._stages.at_once
        return Health(
            ready=ready,
            degraded=degraded,
            problems=tuple(problems),
            policy_version=self._policy.version,
            model_version=scorer.version if scorer else None,
            stages=scorer.stages if scorer else (),
            encoder=self._encoder or ALL,
            encoder_problem=self._stages.encoder_problem,
        )

    def _missing(self) -> Iterator[str]:
        if self._stages.model_problem:
            yield self._stages.model_problem
        if self._stages.encoder_problem and self._encoder is not None:
            yield self._stages.encoder_problem
