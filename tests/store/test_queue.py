from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from modsvc.core.decision import Action, Decision, Reason
from modsvc.core.review import SAMPLE
from modsvc.core.signals import Signal
from modsvc.errors import CaseAlreadyClosed, CaseChanged, NotFound
from modsvc.store import cases, claims, comments, people, queue
from modsvc.store.cases import Opening
from modsvc.store.db import Database
from tests.conftest import SITE
from tests.factories import make_comment
from tests.fakes import Clock
from tests.store.test_decisions import record, some_decision

NOW = Clock().now
LEASE = timedelta(seconds=90)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def ada(database: Database) -> int:
    with database.write() as db:
        return people.add(db, "ada", NOW)


@pytest.fixture
def ben(database: Database) -> int:
    with database.write() as db:
        return people.add(db, "ben", NOW)


@pytest.fixture
def make_case(database: Database) -> Callable[..., int]:
    """Open a case for a new comment, and give its id."""

    def make(comment_id: str = "c-1", due_at: datetime = NOW) -> int:
        record(database, make_comment(id=comment_id), some_decision())
        with database.write() as db:
            stored = comments.find(db, SITE, comment_id)
            assert stored is not None
            cases.open_case(db, Opening(SITE, stored.key, 1, stored.position, due_at), NOW)
            return max(line.id for line in queue.page(db, SITE, limit=1_000, now=NOW))

    return make


def next_for(database: Database, moderator: int, now: datetime = NOW) -> int | None:
    with database.write() as db:
        return claims.claim_next(
            db, site=SITE, moderator=moderator, is_lead=False, lease=LEASE, now=now
        )


def test_two_moderators_never_get_the_same_case(
    database: Database, make_case: Callable[..., int], ada: int, ben: int
) -> None:
    case = make_case()

    assert next_for(database, ada) == case
    assert next_for(database, ben) is None


def test_the_most_pressing_case_comes_first(
    database: Database, make_case: Callable[..., int], ada: int, ben: int
) -> None:
    later, sooner = make_case("c-1", NOW + MINUTE), make_case("c-2", NOW)

    assert [next_for(database, who) for who in (ada, ben)] == [sooner, later]


def test_a_claim_lapses(
    database: Database, make_case: Callable[..., int], ada: int, ben: int
) -> None:
    case = make_case()
    next_for(database, ada)

    assert next_for(database, ben, NOW + LEASE - timedelta(seconds=1)) is None
    assert next_for(database, ben, NOW + LEASE) == case


def test_who_asks_again_gets_their_own_case_again(
    database: Database, make_case: Callable[..., int], ada: int
) -> None:
    case = make_case()

    assert [next_for(database, ada), next_for(database, ada)] == [case, case]


def test_many_moderators_at_once_get_a_case_each(
    database: Database, make_case: Callable[..., int]
) -> None:
    cases = {make_case(f"c-{n}", NOW + n * MINUTE) for n in range(8)}
    with database.write() as db:
        moderators = [people.add(db, f"m{n}", NOW) for n in range(8)]
    got: list[int | None] = []

    threads = [
        threading.Thread(target=lambda who=who: got.append(next_for(database, who)))
        for who in moderators
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(got) == len(set(got)) == 8
    assert set(got) == cases


def test_a_closed_case_cannot_be_closed_again(
    database: Database, make_case: Callable[..., int], ada: int, ben: int
) -> None:
    case_id = make_case()
    next_for(database, ada)
    with database.write() as db:
        case = cases.get(db, SITE, case_id)
        cases.close(db, case, moderator=ada, claim_token=1, revision=1, now=NOW)

    with pytest.raises(CaseAlreadyClosed), database.write() as db:
        case = cases.get(db, SITE, case_id)
        cases.close(db, case, moderator=ben, claim_token=1, revision=1, now=NOW)


@pytest.mark.parametrize(
    ("token", "revision", "who"), [(0, 1, "ada"), (2, 1, "ada"), (1, 2, "ada"), (1, 1, "ben")]
)
def test_a_form_that_no_longer_fits_closes_nothing(
    database: Database, make_case: Callable[..., int], ada: int, ben: int,
    token: int, revision: int, who: str,
) -> None:  # fmt: skip
    case_id = make_case()
    next_for(database, ada)
    moderator = {"ada": ada, "ben": ben}[who]

    with pytest.raises(CaseChanged), database.write() as db:
        case = cases.get(db, SITE, case_id)
        cases.close(db, case, moderator=moderator, claim_token=token, revision=revision, now=NOW)
    with database.read() as db:
        assert cases.get(db, SITE, case_id).is_open


def test_a_late_form_is_refused_after_somebody_else_claimed(
    database: Database, make_case: Callable[..., int], ada: int, ben: int
) -> None:
    case_id = make_case()
    next_for(database, ada)
    next_for(database, ben, NOW + LEASE)

    with pytest.raises(CaseChanged), database.write() as db:
        case = cases.get(db, SITE, case_id)
        cases.close(db, case, moderator=ada, claim_token=1, revision=1, now=NOW + LEASE)


def test_an_edit_takes_the_case_from_whoever_claimed_it(
    database: Database, make_case: Callable[..., int], ada: int
) -> None:
    case_id = make_case()
    next_for(database, ada)
    with database.write() as db:
        key = cases.get(db, SITE, case_id).comment_key
        comments.add_revision(db, key, 2, make_comment("another"), NOW)
        cases.open_case(db, Opening(SITE, key, 2, 1, NOW), NOW)

    with database.read() as db:
        case = cases.get(db, SITE, case_id)
        assert len(queue.page(db, SITE, limit=10, now=NOW)) == 1
    assert (case.revision, case.claimed_by, case.claim_token) == (2, None, 2)


def test_renewing_a_claim_keeps_its_forms_good(
    database: Database, make_case: Callable[..., int], ada: int
) -> None:
    case_id = make_case()
    next_for(database, ada)
    with database.write() as db:
        case = cases.get(db, SITE, case_id)
        assert claims.claim(db, case, moderator=ada, lease=LEASE, now=NOW + MINUTE)

    with database.read() as db:
        renewed = cases.get(db, SITE, case_id)
    assert (renewed.claim_token, renewed.claimed_until) == (1, NOW + MINUTE + LEASE)


def test_a_released_case_is_free(
    database: Database, make_case: Callable[..., int], ada: int, ben: int
) -> None:
    case = make_case()
    next_for(database, ada)
    with database.write() as db:
        claims.release(db, case, moderator=ben)  # It is not Ben's to release.
    assert next_for(database, ben) is None

    with database.write() as db:
        claims.release(db, case, moderator=ada)
    assert next_for(database, ben) == case


def test_pages_follow_each_other_without_gap_or_double(
    database: Database, make_case: Callable[..., int]
) -> None:
    made = [make_case(f"c-{n}", NOW + (n % 3) * MINUTE) for n in range(10)]

    seen, last = [], None
    while True:
        with database.read() as db:
            lines = queue.page(db, SITE, limit=3, now=NOW, after=last)
        if not lines:
            break
        seen += [line.id for line in lines]
        last = (lines[-1].due_at, lines[-1].id)

    assert seen == sorted(made, key=lambda case: (made.index(case) % 3, case))


def test_the_count_stops_where_it_is_told(
    database: Database, make_case: Callable[..., int]
) -> None:
    for n in range(5):
        make_case(f"c-{n}")

    with database.read() as db:
        assert queue.count_open(db, SITE) == 5


def test_a_case_of_another_site_is_not_found(
    database: Database, make_case: Callable[..., int]
) -> None:
    case = make_case()

    with pytest.raises(NotFound), database.read() as db:
        cases.get(db, "herald", case)


def test_the_queue_is_read_by_its_index(database: Database) -> None:
    explain = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"
    with database.read() as db:
        if not database.is_sqlite:
            db.exec_driver_sql("SET LOCAL enable_seqscan = off")
        plan = db.exec_driver_sql(
            f"{explain} SELECT id FROM cases WHERE site = 'gazette' AND closed_at IS NULL "
            "ORDER BY due_at, id LIMIT 50"
        ).all()

    assert "ix_cases_open" in str(plan)
    assert "Sort" not in str(plan)
    assert "TEMP B-TREE" not in str(plan)


def test_a_line_shows_who_holds_the_case_until_the_claim_lapses(
    database: Database, make_case: Callable[..., int], ada: int
) -> None:
    make_case()
    next_for(database, ada)

    with database.read() as db:
        (before,) = queue.page(db, SITE, limit=10, now=NOW)
        (after,) = queue.page(db, SITE, limit=10, now=NOW + LEASE)
    assert (before.claimed_by, after.claimed_by) == ("ada", None)


def test_a_line_shows_why_the_comment_was_held(
    database: Database, make_case: Callable[..., int]
) -> None:
    make_case()

    with database.read() as db:
        (line,) = queue.page(db, SITE, limit=10, now=NOW)
    assert [reason.signal.code for reason in line.reasons] == ["insult", "links.too_many"]
    assert line.article.id == "a-1"


@pytest.mark.parametrize("action", [Action.REJECT, Action.APPROVE])
def test_a_line_of_a_sample_reads_as_one_of_a_held_comment(
    database: Database, action: Action
) -> None:
    reasons = (Reason(Signal("insult", 0.97), action),) if action is Action.REJECT else ()
    decision = Decision(action, reasons, "policy", scores={"insult": 0.97, "toxicity": 0.2})
    at = record(database, make_comment(), decision).position
    opening = Opening(SITE, 1, 1, at, NOW, reasons, decision.scores, kind=SAMPLE, checks=at)
    with database.write() as db:
        cases.open_case(db, opening, NOW)

        (line,) = queue.page(db, SITE, limit=10, now=NOW)

    assert [(r.signal.code, r.action) for r in line.reasons] == [("insult", Action.HOLD)]
