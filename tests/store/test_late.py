from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from modsvc.core.policy import decide
from modsvc.store import late
from modsvc.store.db import Database
from modsvc.store.late import Backlog, Due
from modsvc.store.tables import late_judgements
from tests.conftest import SITE
from tests.factories import make_comment
from tests.fakes import Clock
from tests.store.test_decisions import record
from tests.strategies import default_policy

NOW = Clock().now
LEASE = timedelta(seconds=30)
ATTEMPTS = 3


@pytest.fixture
def asked(database: Database) -> Callable[[int], None]:
    """Decide comments, each a second after the one before, and ask for them to be judged again."""

    def ask(count: int) -> None:
        for n in range(1, count + 1):
            record(database, make_comment(id=f"c-{n}"), decide([], default_policy()))
            with database.write() as db:
                at = NOW + timedelta(seconds=n)
                late.add(db, site=SITE, position=n, comment_key=n, now=at)

    return ask


def claim(database: Database, *, limit: int = 10, after: timedelta = timedelta()):
    with database.write() as db:
        return late.claim(db, now=NOW + after, lease=LEASE, limit=limit, attempts=ATTEMPTS)


def finish(database: Database, claimed: list[Due]) -> list[Due]:
    with database.write() as db:
        return late.finish(db, SITE, claimed)


def backlog(database: Database) -> Backlog:
    with database.read() as db:
        return late.backlog(db, up_to=100)


def test_the_oldest_are_claimed_first(database: Database, asked: Callable[[int], None]) -> None:
    asked(5)

    claimed, _ = claim(database, limit=2)

    assert claimed == [Due(SITE, 1, 1, attempt=1), Due(SITE, 2, 2, attempt=1)]


def test_what_is_claimed_is_nobody_elses_until_the_claim_lapses(
    database: Database, asked: Callable[[int], None]
) -> None:
    asked(1)

    first, second = claim(database)[0], claim(database)[0]
    third = claim(database, after=LEASE)[0]

    assert ([d.attempt for d in first], second, [d.attempt for d in third]) == ([1], [], [2])


def test_two_who_claim_at_once_never_get_the_same(
    database: Database, asked: Callable[[int], None], in_threads: Callable[..., list[list[Due]]]
) -> None:
    asked(20)

    claims = in_threads([lambda: claim(database, limit=5)[0]] * 4)

    positions = [due.position for claimed in claims for due in claimed]
    assert len(positions) == len(set(positions))


def test_what_is_finished_is_gone(database: Database, asked: Callable[[int], None]) -> None:
    asked(2)
    claimed, _ = claim(database)

    assert finish(database, claimed[:1]) == claimed[:1]
    assert backlog(database) == Backlog(waiting=1, given_up=0)
    assert finish(database, claimed) == claimed[1:]
    assert backlog(database) == Backlog(waiting=0, given_up=0)


def test_who_comes_back_after_another_has_claimed_it_finishes_nothing(
    database: Database, asked: Callable[[int], None]
) -> None:
    asked(1)
    slow, _ = claim(database)
    quick, _ = claim(database, after=LEASE)

    assert finish(database, slow) == []
    assert finish(database, quick) == quick


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_what_another_process_has_locked_is_neither_waited_for_nor_finished(
    database: Database, asked: Callable[[int], None]
) -> None:
    asked(2)
    claimed, _ = claim(database)

    with database.write() as other:
        other.execute(
            sa.select(late_judgements).where(late_judgements.c.position == 1).with_for_update()
        )
        assert finish(database, claimed) == claimed[1:]
        assert claim(database, after=LEASE)[0] == []


def test_what_was_tried_too_often_is_given_up_and_stays_to_be_seen(
    database: Database, asked: Callable[[int], None]
) -> None:
    asked(1)
    for n in range(ATTEMPTS):
        assert [due.attempt for due in claim(database, after=n * LEASE)[0]] == [n + 1]

    claimed, given_up = claim(database, after=ATTEMPTS * LEASE)

    assert (claimed, [due.position for due in given_up]) == ([], [1])
    assert backlog(database) == Backlog(waiting=0, given_up=1)
    assert claim(database, after=10 * LEASE) == ([], [])


def test_what_was_given_up_can_be_tried_again_from_the_beginning(
    database: Database, asked: Callable[[int], None]
) -> None:
    asked(1)
    for n in range(ATTEMPTS + 1):
        claim(database, after=n * LEASE)

    with database.write() as db:
        assert late.try_again(db) == 1

    assert [due.attempt for due in claim(database)[0]] == [1]


def test_counting_stops_where_it_is_told_to(
    database: Database, asked: Callable[[int], None]
) -> None:
    asked(4)

    with database.read() as db:
        assert late.backlog(db, up_to=3) == Backlog(waiting=3, given_up=0)


def test_nothing_is_free_while_all_is_claimed(
    database: Database, asked: Callable[[int], None]
) -> None:
    asked(1)

    def free(after: timedelta) -> bool:
        with database.read() as db:
            return late.any_free(db, NOW + after)

    assert free(timedelta())
    claim(database)
    assert not free(timedelta())
    assert free(LEASE)
