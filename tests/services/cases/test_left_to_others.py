"""What is left to leads, or waits for somebody: nobody else decides it, reads it first, hands it on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from modsvc.core.review import APPROVAL
from modsvc.errors import CaseChanged
from modsvc.services.decide_cases import DecideCases, Seen
from modsvc.services.review_case import ReviewCase
from modsvc.services.show_queue import ShowQueue
from modsvc.services.work_on_case import WorkOnCase
from modsvc.store.db import Database
from modsvc.store.writer import Writer
from tests.conftest import SITE, policies_of
from tests.fakes import Clock

Leave = Callable[[], None]


@pytest.fixture
def queue(database: Database, writer: Writer, clock: Clock) -> ShowQueue:
    return ShowQueue(db=database, writer=writer, policies=policies_of(database), now=clock)


@pytest.fixture(params=["leads", "somebody"])
def leave(
    request: pytest.FixtureRequest,
    work: WorkOnCase,
    hold: Any,
    ada: int,
    ben: int,
    employ: Any,
) -> None:
    """Case 1 is left to leads, or waits for Ada."""
    hold()
    employ("Lea", "lead")
    if request.param == "leads":
        work.escalate(SITE, 1, ada)
    else:
        work.assign(SITE, 1, ben, ada)


def test_others_neither_decide_nor_claim_nor_hand_on(
    leave: None,
    decider: DecideCases,
    queue: ShowQueue,
    review: ReviewCase,
    work: WorkOnCase,
    ben: int,
) -> None:
    (refused,) = decider.many(SITE, ben, [Seen(1, 1)], APPROVAL).refused
    assert refused == 1
    assert not queue.read(SITE, ben, 1)
    assert not review.claim(SITE, 1, ben)
    for hand_on in (
        lambda: work.assign(SITE, 1, ben, ben),
        lambda: work.escalate(SITE, 1, ben),
        lambda: work.pass_on(SITE, 1, ben),
    ):
        with pytest.raises(CaseChanged):
            hand_on()
    assert review.open(SITE, 1).case.is_open


def test_leads_do(
    leave: None,
    decider: DecideCases,
    queue: ShowQueue,
    ben: int,
) -> None:
    assert queue.read(SITE, ben, 1, is_lead=True)
    assert decider.many(SITE, ben, [Seen(1, 1)], APPROVAL, is_lead=True).decided == [1]
