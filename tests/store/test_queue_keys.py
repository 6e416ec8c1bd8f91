from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from modsvc.core.filters import DUE, ESCALATED, MINE, NEWEST, OLDEST, OTHERS, WORST, Asked, Filters
from modsvc.core.searching import read_query
from modsvc.store import claims, people, queue, queue_keys, search
from modsvc.store.cases import get
from modsvc.store.db import Database
from modsvc.store.queue_keys import Count
from tests.conftest import SITE
from tests.store.desk import NOW, open_case

HOUR = timedelta(hours=1)
MANY = "How a town that has no river came to want a bridge is what nobody here can explain"


@pytest.fixture
def ada(database: Database) -> int:
    with database.write() as db:
        return people.add(db, "ada", NOW)


@pytest.fixture
def ben(database: Database) -> int:
    with database.write() as db:
        return people.add(db, "ben", NOW)


def ids(database: Database, order: str = DUE, *, limit: int = 50, **asked: Any) -> list[int]:
    who = {name: asked.pop(name) for name in ("moderator", "is_lead") if name in asked}
    wanted = Asked(Filters(**asked), order, **who)
    with database.read() as db:
        found = queue_keys.find(db, SITE, wanted, limit=limit, now=NOW)
    assert found.reached is None
    return [key.id for key in found.keys]


@pytest.fixture(params=["narrow", "walk"])
def both_ways(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the filters' own indexes, and by the order's: what is found is the same."""
    if request.param == "walk":
        monkeypatch.setattr(queue_keys, "NARROW", 0)
        monkeypatch.setattr(queue_keys, "STRETCH", 2)


def test_each_order_is_its_own(database: Database) -> None:
    first = open_case(database, "c-1", opened_at=NOW - HOUR, due_at=NOW, reasons={"insult": 0.4})
    second = open_case(database, "c-2", opened_at=NOW, due_at=NOW - HOUR, reasons={"insult": 0.2})
    third = open_case(
        database, "c-3", opened_at=NOW - HOUR / 2, due_at=NOW + HOUR, reasons={"insult": 0.9}
    )

    assert ids(database, DUE) == [second, first, third]
    assert ids(database, NEWEST) == [second, third, first]
    assert ids(database, OLDEST) == [first, third, second]
    assert ids(database, WORST) == [third, first, second]


@pytest.mark.parametrize("order", [DUE, NEWEST, OLDEST, WORST])
@pytest.mark.usefixtures("both_ways")
def test_pages_follow_each_other_in_any_order_and_under_a_filter(
    database: Database, order: str
) -> None:
    made = [
        open_case(
            database,
            f"c-{n}",
            opened_at=NOW + (n % 3) * HOUR,
            due_at=NOW + (n % 2) * HOUR,
            reasons={"insult": (n % 4) / 10, "shouting": 1.0},
        )
        for n in range(9)
    ]
    asked, seen, after = Asked(Filters(reason="shouting"), order), list[int](), None

    while True:
        with database.read() as db:
            found = queue_keys.find(db, SITE, asked, limit=2, now=NOW, after=after)
        if not found.keys:
            break
        seen += [key.id for key in found.keys]
        after = found.keys[-1].cursor

    assert len(seen) == 9
    assert seen == ids(database, order)
    assert set(seen) == set(made)


@pytest.mark.usefixtures("both_ways")
def test_each_filter_finds_what_it_asks_for_and_nothing_else(
    database: Database, ada: int, ben: int
) -> None:
    plain = open_case(database, "c-0", reasons={}, scores={"toxicity": 0.1})
    linked = open_case(database, "c-1", reasons={"links.too_many": 1.0}, scores={"toxicity": 0.35})
    rude = open_case(database, "c-2", reasons={"toxicity": 0.6}, scores={"toxicity": 0.6})
    hebrew = open_case(database, "c-3", language="he-IL")
    elsewhere = open_case(database, "c-4", article="a-2", author="u-2")
    old = open_case(database, "c-5", opened_at=NOW - 5 * HOUR, due_at=NOW - HOUR)
    said = open_case(database, "c-6", "Such flapdoodle as this!")
    escalated = open_case(database, "c-7", escalated_at=NOW)
    mine, others = open_case(database, "c-8"), open_case(database, "c-9")
    like, also_like = (
        open_case(database, "c-10", MANY),
        open_case(database, "c-11", MANY + " today"),
    )
    with database.write() as db:
        claims.assign(db, get(db, SITE, mine), ada)
        claims.assign(db, get(db, SITE, others), ben)
        search.catch_up(db, SITE, 100)

    lead = {"moderator": ada, "is_lead": True}
    for wanted, asked in [
        ([linked], {"reason": "links.too_many"}),
        ([rude], {"label": "toxicity", "least": 0.55, "most": 0.65, "reason": "toxicity"}),
        ([plain, linked], {"label": "toxicity", "most": 0.4}),
        ([hebrew], {"language": "he"}),
        ([hebrew], {"language": "he-il"}),
        ([], {"language": "he-latn"}),
        ([elsewhere], {"article": "a-2"}),
        ([elsewhere], {"author": "u-2"}),
        ([elsewhere], {"by": elsewhere}),
        ([], {"by": 999}),
        ([], {"author": "u-2", "article": "a-1"}),
        ([old], {"over": 4 * HOUR}),
        ([old], {"is_late": True}),
        ([said], {"text": read_query("flapdoodle")}),
        ([said], {"text": read_query('"such flap*" -nobody')}),
        ([], {"text": read_query("-such")}),
        ([escalated], {"whose": ESCALATED, **lead}),
        ([mine], {"whose": MINE, **lead}),
        ([others], {"whose": OTHERS, **lead}),
        ([], {"whose": OTHERS, "moderator": ada}),
        ([like, also_like], {"like": like}),
        ([], {"reason": "nothing.such"}),
    ]:
        assert sorted(ids(database, **asked)) == wanted, asked
    assert old not in ids(database, under=HOUR)


def test_who_looks_is_not_shown_what_is_not_for_them(
    database: Database, ada: int, ben: int
) -> None:
    seen = open_case(database, "c-1")
    open_case(database, "c-2", not_for=ada)
    passed = open_case(database, "c-3")
    escalated = open_case(database, "c-4", escalated_at=NOW)
    with database.write() as db:
        claims.pass_on(db, get(db, SITE, passed), moderator=ada)

    assert ids(database, moderator=ada) == [seen]
    assert ids(database, moderator=ada, is_lead=True) == [seen, escalated]
    assert len(ids(database, moderator=ben)) == 3


def test_a_long_walk_ends_and_says_how_far_it_came(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue_keys, "NARROW", 0)
    made = [open_case(database, f"c-{n}", due_at=NOW + n * HOUR) for n in range(7)]
    rare = open_case(database, "c-7", due_at=NOW + 9 * HOUR, reasons={"shouting": 1.0})
    asked = Asked(Filters(reason="shouting"))

    with database.read() as db:
        first = queue_keys.find(db, SITE, asked, limit=5, now=NOW, walk=5)
        counted = queue_keys.count(db, SITE, asked, now=NOW, walk=5)
        rest = queue_keys.find(db, SITE, asked, limit=5, now=NOW, walk=5, after=first.reached)

    assert (first.keys, first.reached) == ([], (NOW + 4 * HOUR, made[4]))
    assert counted == Count(0, is_exact=False)
    assert ([key.id for key in rest.keys], rest.reached) == ([rare], None)


def test_counts_are_exact_up_to_their_bound(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(4):
        open_case(database, f"c-{n}", reasons={"shouting": 1.0})
    asked = Asked(Filters(reason="shouting"))

    with database.read() as db:
        assert queue_keys.count(db, SITE, asked, now=NOW) == Count(4)
        monkeypatch.setattr(queue_keys, "COUNTED", 3)
        assert queue_keys.count(db, SITE, asked, now=NOW) == Count(3, is_exact=False)


def test_what_came_since_is_counted_under_the_filter(database: Database) -> None:
    seen = open_case(database, "c-1", opened_at=NOW)
    open_case(database, "c-2", opened_at=NOW + HOUR, reasons={"shouting": 1.0})
    open_case(database, "c-3", opened_at=NOW + HOUR)

    def count(**filters: Any) -> int:
        with database.read() as db:
            return queue_keys.count_new(
                db, SITE, Asked(Filters(**filters)), newest=seen, since=NOW, now=NOW
            )

    assert (count(), count(reason="shouting"), count(reason="insult")) == (2, 1, 0)


def test_a_line_tells_all_that_a_list_shows(database: Database, ada: int) -> None:
    case = open_case(
        database,
        reasons={"insult": 0.4},
        scores={"insult": 0.4, "toxicity": 0.2},
        language="he",
        escalated_at=NOW,
    )
    with database.write() as db:
        claims.assign(db, get(db, SITE, case), ada)
        claims.claim(db, get(db, SITE, case), moderator=ada, lease=HOUR, now=NOW)
    with database.read() as db:
        (line,) = queue.lines(db, SITE, [case], NOW)
        (state,) = queue.states(db, SITE, [case], NOW)

    assert (line.scores["toxicity"], line.facts.language, line.is_escalated) == (0.2, "he", True)
    assert (line.claimed_by, line.holder, line.assigned_to) == ("ada", ada, "ada")
    assert (state.is_open, state.holder, state.claimed_by) == (True, ada, "ada")
    assert line.decision.reasons[0].signal.code == "insult"


ASKED = {
    "nothing": {},
    "reason": {"reason": "shouting"},
    "band": {"label": "toxicity", "least": 0.2, "most": 0.9},
    "language": {"language": "he"},
    "article": {"article": "a-1"},
    "author": {"author": "u-1"},
    "by": {"by": 1},
    "age": {"over": HOUR},
    "late": {"is_late": True},
    "text": {"text": read_query("dubious remark*")},
    "whose": {"whose": ESCALATED},
    "mine": {"whose": MINE},
    "like": {"like": 1},
}


@pytest.mark.parametrize("name", ASKED)
@pytest.mark.parametrize("order", [DUE, NEWEST, OLDEST, WORST])
@pytest.mark.usefixtures("both_ways")
def test_no_statement_reads_a_whole_table(
    sqlite_url: str, explained: Callable[[Database], list[str]], order: str, name: str
) -> None:
    database = Database(sqlite_url)
    with database.write() as db:
        db.exec_driver_sql("INSERT INTO sites (id, name, created_at) VALUES ('gazette', '', '')")
    open_case(database)

    plans = explained(database)
    ids(database, order, moderator=1, **ASKED[name])
    with database.read() as db:
        queue.lines(db, SITE, [1], NOW)
        queue.states(db, SITE, [1], NOW)
        queue.closings(db, SITE, [1])
        queue.today(db, SITE, NOW, most=10)
        queue_keys.count_new(db, SITE, Asked(Filters(**ASKED[name])), newest=1, since=NOW, now=NOW)
    database.close()

    scans = [
        line
        for line in plans
        if re.match(r"SCAN (?!walked|few|CONSTANT|\(|anon|search_index VIRTUAL)", line)
    ]
    assert not scans
    assert len(plans) > 5
    # By other indexes a site's cases are all that it ever had; and nothing is put in order first.
    assert not [
        line for line in plans if re.search(r"cases USING .* ix_cases_site.*\(site=\?\)", line)
    ]
    assert name == "like" or not [line for line in plans if "TEMP B-TREE FOR ORDER" in line]


@pytest.fixture
def explained() -> Callable[[Database], list[str]]:
    """Explain each question that a SQLite database is asked from now on."""

    def listen(database: Database) -> list[str]:
        plans: list[str] = []

        @sa.event.listens_for(database.engine, "before_cursor_execute")
        def explain(
            connection: Any, cursor: Any, statement: str, parameters: Any, *_: object
        ) -> None:
            if statement.startswith("SELECT"):
                cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
                plans.extend(row[3] for row in cursor.fetchall())

        return plans

    return listen
