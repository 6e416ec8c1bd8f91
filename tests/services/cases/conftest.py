"""A site's moderators, and what they do with its cases."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from modsvc.services.decide_cases import DecideCases
from modsvc.services.review_case import ReviewCase
from modsvc.services.work_on_case import WorkOnCase
from modsvc.store.db import Database
from modsvc.store.writer import Writer
from tests.conftest import SITE, deciding, policies_of, screening
from tests.factories import make_comment
from tests.fakes import Clock, FakeScorer

Employ = Callable[..., int]


@pytest.fixture
def review(database: Database, writer: Writer, clock: Clock) -> ReviewCase:
    return ReviewCase(db=database, writer=writer, policies=policies_of(database), now=clock)


@pytest.fixture
def work(database: Database, writer: Writer, clock: Clock) -> WorkOnCase:
    return WorkOnCase(db=database, writer=writer, now=clock)


@pytest.fixture
def decider(database: Database, writer: Writer, clock: Clock) -> DecideCases:
    return deciding(database, writer, clock)


@pytest.fixture
def hold(database: Database, writer: Writer, clock: Clock) -> Callable[..., int]:
    """Have comments held, and give the last one's case."""
    count = 0

    def screen(n: int = 1, **scores: float) -> int:
        nonlocal count
        for _ in range(n):
            count += 1
            screening(database, writer, clock, scorer=FakeScorer(scores or {"toxicity": 0.3}))(
                SITE, make_comment(id=f"c-{count}")
            )
        return count

    return screen


@pytest.fixture
def ada(employ: Employ) -> int:
    return employ("Ada")


@pytest.fixture
def ben(employ: Employ) -> int:
    return employ("Ben Levi")
