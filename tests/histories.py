"""Random histories of a desk: comments come in, moderators decide, undo and overturn, time passes."""

from __future__ import annotations

import re
from collections import defaultdict
from contextlib import suppress
from datetime import timedelta
from random import Random
from typing import Any

import sqlalchemy as sa
from hypothesis import strategies as st

from modsvc.core.policy import Policy
from modsvc.core.policy_document import read_policy
from modsvc.core.review import APPROVAL, REJECTIONS, RELEASE
from modsvc.errors import Conflict
from modsvc.services.decide_cases import DecideCases, Seen
from modsvc.services.sampling import Sampling
from modsvc.store import people, sites
from modsvc.store.db import Database
from modsvc.store.tables import act_cases, acts, cases, decisions, opinions
from modsvc.store.tables import sites as site_rows
from modsvc.store.writer import Writer
from tests.calm import calm_text
from tests.conftest import policies_of, screening
from tests.factories import make_comment
from tests.fakes import Clock

WORDS = ("goodly", "dubious", "dubious", "dreadful")
CODES = (APPROVAL, APPROVAL, RELEASE, *list(REJECTIONS)[:2])

LENGTH = 120
MINUTES = (1, 20, 300, 300, 60 * 24 * 9)


def history(chance: Random, length: int = LENGTH) -> list[tuple[Any, ...]]:
    """Give what happens at a desk, by chance: long enough that leads decide where two differed."""
    happens = chance.choices(("send", "decide", "undo", "wait"), (6, 12, 1, 2), k=length)
    facts = {
        "send": lambda: (chance.choice(WORDS), chance.randrange(5)),
        "decide": lambda: (chance.choice(CODES), chance.randrange(99), chance.randrange(3)),
        "undo": lambda: (chance.randrange(99),),
        "wait": lambda: (chance.randrange(chance.choice(MINUTES)) + 1,),
    }
    return [(what, *facts[what]()) for what in happens]


histories = st.integers(0, 2**32).map(lambda seed: history(Random(seed)))


def watchful(share: float) -> Policy:
    """The calm policy, but that a share of all decisions is looked at once more."""
    text = re.sub(
        r"^(second_looks|samples) = .*$", rf"\1 = {share}", calm_text(), flags=re.MULTILINE
    )
    return read_policy(text)


class EveryOther(Sampling):
    """Chooses as evenly as can be, and by places alone, whatever the site is called."""

    def takes(self, site: str, position: int, share: float) -> bool:
        return position * 0.618 % 1.0 < share


class Desk:
    """A site of its own, with three moderators, on a clock of its own."""

    def __init__(self, database: Database, writer: Writer, site: str, *, share: float = 0.5):
        self.site, self.clock, self.database = site, Clock(), database
        policy = watchful(share)
        with database.write() as db:
            sites.add_site(db, site, site, self.clock())
            self.moderators = [people.add(db, f"{site} {n}", self.clock()) for n in range(3)]
            for each in self.moderators:
                people.join_site(db, each, site, "lead")
        sampling = EveryOther(db=database)
        self.screen = screening(database, writer, self.clock, policy=policy, sampling=sampling)
        self.decider = DecideCases(
            writer=writer,
            policies=policies_of(database, policy),
            sampling=sampling,
            now=self.clock,
        )
        self.sent = 0

    def live(self, history: list[tuple[Any, ...]]) -> None:
        for what, *facts in history:
            getattr(self, what)(*facts)

    def send(self, word: str, edits: int = 1) -> None:
        """Send a comment; now and then it is an edit of the one before."""
        self.sent += edits > 0 or not self.sent
        self.screen(self.site, make_comment(f"A {word} remark. {'!' * self.sent}{edits}", id=f"c-{self.sent}"))  # fmt: skip

    def decide(self, code: str, which: int, who: int) -> None:
        if opened := self.rows(cases, cases.c.closed_at.is_(None)):
            case = opened[which % len(opened)]
            with suppress(Conflict):
                self.decider.many(self.site, self.moderators[who], [Seen(case["id"], case["revision"])], code, is_lead=True)  # fmt: skip

    def undo(self, which: int) -> None:
        if done := self.rows(acts):
            act = done[which % len(done)]
            with suppress(Conflict):
                self.decider.undo(self.site, act["moderator"], act["id"])

    def wait(self, minutes: int) -> None:
        self.clock.advance(timedelta(minutes=minutes, seconds=7))

    def rows(self, table: sa.Table, *wanted: Any) -> list[dict[str, Any]]:
        with self.database.read() as db:
            statement = sa.select(table).where(table.c.site == self.site, *wanted)
            return [dict(row) for row in db.execute(statement.order_by(*table.primary_key)).mappings()]  # fmt: skip

    def tables(self) -> dict[str, list[dict[str, Any]]]:
        """All that there is of the site, to be counted once more."""
        found = {table.name: self.rows(table) for table in (acts, act_cases, cases, decisions, opinions)}  # fmt: skip
        with self.database.read() as db:
            statement = sa.select(site_rows.c.open_cases).where(site_rows.c.id == self.site)
            found["open"] = [{"n": db.execute(statement).scalar_one()}]
        return defaultdict(list, found)


def lived_for_days(database: Database, writer: Writer, site: str, clock: Clock) -> Desk:
    """Give a desk that has lived for some days, until the clock's new moment."""
    desk = Desk(database, writer, site, share=0.9)
    desk.clock.now = clock() - timedelta(days=5)
    for what, *facts in history(Random(4), 400):
        getattr(desk, what)(*([min(facts[0], 120)] if what == "wait" else facts))
    clock.now = desk.clock()
    return desk
