"""Say whether the service can decide, and in what state it is."""

from __future__ import annotations

from dataclasses import dataclass

from modsvc.core.policy import Policy
from modsvc.core.screening import Scorer
from modsvc.errors import StoreError
from modsvc.store import schema
from modsvc.store.db import Database


@dataclass(frozen=True, slots=True)
class Health:
    """`ready`: comments can be decided. `degraded`: by rules alone, all else is held."""

    ready: bool
    degraded: bool
    problems: tuple[str, ...]
    policy_version: str
    model_version: str | None


class ReportHealth:
    """Looks at the parts that a decision needs."""

    def __init__(
        self, *, db: Database, scorer: Scorer | None, model_problem: str | None, policy: Policy
    ) -> None:
        self._db, self._scorer, self._policy = db, scorer, policy
        self._model_problem = model_problem

    def __call__(self) -> Health:
        """Ask the database; the model was checked when it was opened."""
        problems = [self._model_problem] if self._model_problem else []
        ready = True
        try:
            schema.check(self._db)
        except StoreError as error:
            ready = False
            problems.append(str(error))
        return Health(
            ready=ready,
            degraded=self._scorer is None,
            problems=tuple(problems),
            policy_version=self._policy.version,
            model_version=self._scorer.version if self._scorer else None,
        )
