"""Eight moderators at once, who think again now and then: what they did is what is there.

Half of them work on one connection pool and writer, half on another, as two processes would. Each
notes what was acknowledged; afterwards the store must say the same.
"""

from __future__ import annotations

import random
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from modsvc.core.decision import Action
from modsvc.core.review import APPROVAL
from modsvc.errors import Conflict
from modsvc.services.decide_cases import DecideCases, Seen
from modsvc.services.review_case import ReviewCase
from modsvc.services.verify_log import verify_log
from modsvc.store import people, queue
from modsvc.store.db import Database
from modsvc.store.tables import cases, comments, decisions, outbox, sites
from modsvc.store.writer import Writer
from tests.conftest import SITE, deciding, policies_of, screening
from tests.factories import make_comment
from tests.fakes import Clock

N_CASES = 1_000
MODERATORS = [f"moderator-{n}" for n in range(8)]
CODES = [APPROVAL, "moderator.spam", "moderator.abuse"]
# Of what a moderator does: decide several from the list, without a claim; undo what was done last.
BULK, UNDO = 0.1, 0.15
AT_MOST = 5


@dataclass
class Noted:
    """What one moderator was told had been done: cases by the act, and the acts that were undone."""

    codes: dict[int, str] = field(default_factory=dict)
    decided: dict[int, list[int]] = field(default_factory=dict)
    put_back: dict[int, list[int]] = field(default_factory=dict)


@dataclass
class Desk:
    """What one process has, and one moderator at it."""

    database: Database
    clock: Clock
    review: ReviewCase
    decide: DecideCases
    moderator: int
    random: random.Random
    noted: Noted = field(default_factory=Noted)

    def work(self) -> None:
        """Go on until nothing waits that can be claimed."""
        while True:
            acts = [act for act in self.noted.decided if act not in self.noted.put_back]
            roll = self.random.random()
            if acts and roll < UNDO:
                self.undo(acts[-1])
            elif roll < UNDO + BULK:
                with self.database.read() as db:
                    lines = queue.page(db, SITE, limit=N_CASES, now=self.clock())
                some = self.random.sample(lines, min(AT_MOST, len(lines)))
                self.act([Seen(line.id, 1) for line in some])
            else:
                case_id = self.review.claim_next(SITE, self.moderator)
                if case_id is None:
                    return
                case = self.review.open(SITE, case_id).case
                self.act([Seen(case_id, case.revision, case.claim_token)])

    def act(self, seen: list[Seen]) -> None:
        code = self.random.choice(CODES)
        done = self.decide.many(SITE, self.moderator, seen, code)
        if done.act_id is not None:
            self.noted.codes[done.act_id] = code
            self.noted.decided[done.act_id] = done.decided

    def undo(self, act: int) -> None:
        try:
            self.noted.put_back[act] = self.decide.undo(SITE, self.moderator, act).decided
        except Conflict:
            self.noted.put_back[act] = []


@pytest.fixture
def desks(database: Database, writer: Writer, clock: Clock) -> Iterator[list[Desk]]:
    with database.write() as db:
        ids = [people.add(db, name, clock()) for name in MODERATORS]
    other = Database(database.url.render_as_string(hide_password=False))
    writers = [(database, writer), (other, Writer(other))]
    made = []
    for n, moderator in enumerate(ids):
        here, its_writer = writers[n % 2]
        review = ReviewCase(db=here, writer=its_writer, policies=policies_of(here), now=clock)
        decide = deciding(here, its_writer, clock)
        made.append(Desk(here, clock, review, decide, moderator, random.Random(n)))
    yield made
    writers[1][1].close()
    other.close()


@pytest.mark.slow
def test_every_case_stands_as_the_last_valid_action_says(
    database: Database, writer: Writer, clock: Clock, desks: list[Desk]
) -> None:
    screen = screening(database, writer, clock)
    batch = [make_comment("dubious", id=f"c-{n}") for n in range(N_CASES)]
    assert {o.decision.action for o in screen.many(SITE, batch)} == {Action.HOLD}

    start_all = threading.Barrier(len(desks))

    def work(desk: Desk) -> None:
        start_all.wait()
        desk.work()

    with ThreadPoolExecutor(len(desks)) as pool:
        list(pool.map(work, desks))
    desks[0].work()  # What somebody put back after the others had left.

    with database.read() as db:
        assert problems(db, [desk.noted for desk in desks]) == {}
    assert verify_log(database, SITE) > N_CASES


def problems(db: Connection, noted: list[Noted]) -> Mapping[str, object]:
    """Say what the store has otherwise than the moderators were told; empty when it agrees."""
    said: defaultdict[int, list[str]] = defaultdict(list)
    n_decided, n_put_back = Counter[int](), Counter[int]()
    for each in noted:
        for act, decided in each.decided.items():
            back = each.put_back.get(act, [])
            n_decided.update(decided)
            n_put_back.update(back)
            for case in set(decided) - set(back):
                said[case].append(each.codes[act])
    rows = db.execute(
        sa.select(cases.c.id, cases.c.closed_at, comments.c.key, comments.c.position)
        .join_from(cases, comments, comments.c.key == cases.c.comment)
        .where(cases.c.site == SITE)
    ).all()
    log: defaultdict[int, list[sa.Row]] = defaultdict(list)
    for row in db.execute(sa.select(decisions).order_by(decisions.c.position)):
        log[row.comment].append(row)
    news: defaultdict[int, list[int]] = defaultdict(list)
    for row in db.execute(sa.select(outbox.c.comment, outbox.c.position)):
        news[row.comment].append(row.position)
    found = {
        "number": set() if len(rows) == N_CASES else {len(rows)},
        "open": {row.id for row in rows if row.closed_at is None},
        "decided twice, or not": {row.id for row in rows if len(said[row.id]) != 1},
        "other than was said": {
            row.id
            for row in rows
            if said[row.id] != [code_of(log[row.key][-1])]
            or log[row.key][-1].position != row.position
        },
        "lost or doubled": {
            row.id
            for row in rows
            if len(log[row.key]) != 1 + n_decided[row.id] + n_put_back[row.id]
        },
        "wrong news": {row.id for row in rows if news[row.key] != [row.position]},
        "counter": {db.execute(sa.select(sites.c.open_cases)).scalar_one()} - {0},
    }
    return {kind: which for kind, which in found.items() if which}


def code_of(decision: sa.Row) -> str:
    return str(decision.reasons.partition('"code":"')[2].partition('"')[0])


def test_the_checker_names_what_is_wrong(
    database: Database, writer: Writer, clock: Clock, desks: list[Desk],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setitem(globals(), "N_CASES", 2)
    screen = screening(database, writer, clock)
    for n in range(2):
        screen(SITE, make_comment("dubious", id=f"c-{n}"))
    desks[0].act([Seen(1, 1)])
    desks[1].act([Seen(2, 1)])
    noted = [desk.noted for desk in desks]

    def broken(change: Callable[[Connection], object]) -> set[str]:
        with database.write() as db:
            change(db)
            found = set(problems(db, noted))
            db.rollback()
        return found

    assert broken(lambda _: None) == set()
    assert broken(lambda db: db.execute(sa.update(cases).values(closed_at=None))) == {"open"}
    assert broken(lambda db: db.execute(sa.update(sites).values(open_cases=1))) == {"counter"}
    assert broken(lambda db: db.execute(sa.delete(outbox))) == {"wrong news"}
    assert "other than was said" in broken(
        lambda db: db.execute(sa.update(comments).values(position=1))
    )
    noted[0].decided[99], noted[0].codes[99] = [2], APPROVAL
    assert {"decided twice, or not", "lost or doubled"} <= broken(lambda _: None)
