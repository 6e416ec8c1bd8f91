"""A desk that has been at work for a month: a site whose dashboard and quality have figures.

Its comments are the demo's, written again and again; they are judged by the shipped model, and
decided by two moderators who do not know of each other, with the lead looking on. That two look at
most of it is the site's own policy, and rare elsewhere.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from importlib import resources
from random import Random
from typing import TYPE_CHECKING

import orjson

from modsvc.classifier.scorer import LinearScorer
from modsvc.core.comment import Article, Author, Comment
from modsvc.core.policy_document import read_policy
from modsvc.core.review import APPROVAL, REJECTIONS
from modsvc.demo.setting import MODERATOR
from modsvc.demo.site import FOLDER, article
from modsvc.services import save_policy
from modsvc.services.decide_cases import DecideCases, Seen
from modsvc.services.gather_facts import GatherFacts
from modsvc.services.policies import Policies
from modsvc.services.review_case import ReviewCase
from modsvc.services.sampling import Sampling
from modsvc.services.screen_comment import ScreenComment
from modsvc.store import people, sites
from modsvc.store.db import Database
from modsvc.store.writer import Writer

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

SITE = "gazette-month"
NAME = "The Gazette, a month in (demo)"
MODERATORS = ("first moderator", "second moderator")
DAYS, TIMES = 28, 4
SHARES = {"second_looks": 0.6, "samples": 0.3}
# How seldom one of the two sees it otherwise.
DIFFERS = 0.1
REJECTION = next(iter(REJECTIONS))


def prepare(database_url: str) -> None:
    """Make the site with its month, if it is not there. It takes some seconds."""
    database = Database(database_url)
    with database.read() as db:
        is_there = sites.get_site(db, SITE) is not None
    if not is_there:
        writer = Writer(database)
        _Month(database, writer, datetime.now(UTC) - timedelta(days=DAYS, hours=1)).live()
        writer.close()
    with database.write() as db:
        if found := people.find(db, MODERATOR):
            people.join_site(db, found.id, SITE, "admin")
    database.close()


class _Month:
    def __init__(self, database: Database, writer: Writer, begun: datetime) -> None:
        self.now = begun

        def clock() -> datetime:
            return self.now

        text = resources.files("modsvc").joinpath("policies", "default.toml").read_text("utf-8")
        for name, share in SHARES.items():
            text = re.sub(rf"^{name} = .*$", f"{name} = {share}", text, flags=re.MULTILINE)
        policy = read_policy(text)
        with database.write() as db:
            sites.add_site(db, SITE, NAME, begun)
            self._moderators = [_person(db, name, begun) for name in MODERATORS]
            note = "two look at most of it, for the demo"
            save_policy.save(db, SITE, policy, note=note, author=None, now=begun)
        scorer = LinearScorer.open_shipped()
        policies = Policies(db=database, default=policy, lexicon=scorer.lexicon)
        sampling = Sampling(db=database)
        self._screen = ScreenComment(
            scorer=scorer,
            policies=policies,
            gather=GatherFacts(db=database, now=clock),
            sampling=sampling,
            writer=writer,
            now=clock,
        )
        self._decide = DecideCases(writer=writer, policies=policies, sampling=sampling, now=clock)
        self._review = ReviewCase(
            db=database, writer=writer, policies=policies, lexicon=scorer.lexicon, now=clock
        )
        self._chance = Random(1)  # noqa: S311  The same month each time.
        self._wanted: dict[str, str] = {}

    def live(self) -> None:
        """Let a month pass."""
        lines = FOLDER.joinpath("comments.jsonl").read_text(encoding="utf-8").splitlines()
        told = [orjson.loads(line) for line in lines]
        about = article()
        where = Article(**{name: about[name] for name in ("id", "title", "url", "section", "body")})
        paces = [self._chance.uniform(0.5, 1.5) for _ in told * TIMES]
        step, at = timedelta(days=DAYS) / sum(paces), self.now
        for n, each in enumerate(told * TIMES):
            # However long the two took over those before: the month ends when it is to.
            at += step * paces[n]
            self.now = max(self.now, at)
            id_ = f"month-{n}"
            self._wanted[id_] = APPROVAL if each["expect"] in ("approve", "any") else REJECTION
            author = Author(f"{each['author']['id']}-{n // len(told)}", each["author"]["name"])
            comment = Comment(id_, each["body"], where, author, language=each["language"])
            self._screen(SITE, comment)
            # The last ones wait.
            if n < TIMES * len(told) - 12:
                self._work()

    def _work(self) -> None:
        """Let both moderators decide what is free."""
        for moderator in self._chance.sample(self._moderators, 2):
            self.now += timedelta(minutes=self._chance.expovariate(1 / 12))
            while (case_id := self._review.claim_next(SITE, moderator)) is not None:
                case = self._review.open(SITE, case_id, moderator=moderator).case
                code = self._wanted[case.comment_id]
                if self._chance.random() < DIFFERS:
                    code = REJECTION if code == APPROVAL else APPROVAL
                self._decide.one(SITE, moderator, Seen(case.id, case.revision), code)


def _person(db: Connection, name: str, now: datetime) -> int:
    found = people.find(db, name)
    moderator = found.id if found else people.add(db, name, now)
    people.join_site(db, moderator, SITE, "moderator")
    return moderator
