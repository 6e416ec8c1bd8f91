"""A policy replayed on a history, on two processes; and the old one, which must say the same."""

from __future__ import annotations

import random
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks import texts
from benchmarks.harness import Ratio, Report
from modsvc.app import DEFAULT_POLICY
from modsvc.classifier.scorer import LinearScorer
from modsvc.core.comment import Article, Author, Comment
from modsvc.core.policy_document import read_policy
from modsvc.services.gather_facts import GatherFacts
from modsvc.services.policies import Policies
from modsvc.services.replay_policy import Setting, replay
from modsvc.services.sampling import Sampling
from modsvc.services.screen_comment import ScreenComment
from modsvc.store import schema, sites
from modsvc.store.db import Database
from modsvc.store.writer import Writer

SITE = "gazette"
N_COMMENTS, N_QUICK, BATCH = 100_000, 5_000, 200
PROCESSES = 2
# What 100,000 comments may take on two cores.
BUDGET_S = 60.0
DEFAULT = DEFAULT_POLICY.read_text(encoding="utf-8")
# A draft that an editor might try: fewer links, newcomers read first, insults held a little sooner.
DRAFT = (
    DEFAULT.replace("max_links = 2", "max_links = 1")
    .replace('"author.new"        = {}', '"author.new" = { hold = 1.0 }')
    .replace("insult          = { hold = 0.045", "insult = { hold = 0.04", 1)
)


def run(*, quick: bool) -> Report:
    """Make a history, and replay it by a draft and by the policy that made it."""
    count = N_QUICK if quick else N_COMMENTS
    report = Report("replay", ["replayed", "comments/s", "s", "changed", "judged anew"])
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'history.db'}"
        made_s = _make_history(url, count)
        took = {}
        for name, document in (("a draft", DRAFT), ("as recorded", None)):
            setting = Setting(url, SITE, document, DEFAULT, LinearScorer.open_shipped)
            began = time.perf_counter()
            outcomes = [outcome for *_, outcome in replay(setting, processes=PROCESSES)]
            took[name] = time.perf_counter() - began
            if any(outcome.differing or outcome.n_unknown for outcome in outcomes):
                raise AssertionError("the old policy does not give the old decisions")
            n = sum(outcome.report.n_comments for outcome in outcomes)
            if n != count:
                raise AssertionError(f"{n} of {count} comments were replayed")
            changed = sum(outcome.report.n_changed for outcome in outcomes)
            anew = sum(outcome.report.n_asked for outcome in outcomes)
            report.add(name, n / took[name], took[name], changed, anew)
    for name, seconds in took.items():
        allowed = BUDGET_S * count / N_COMMENTS
        report.ratios.append(Ratio(f"{BUDGET_S:.0f} s per 100,000 to {name}", [allowed / seconds]))
    report.notes.append(
        f"{count:,} made-up comments judged by stage one in {made_s:.0f} s; replayed by "
        f"{PROCESSES} processes, their start counted; all decisions as recorded came out the same"
    )
    return report


def _make_history(url: str, count: int) -> float:
    """Let a site send comments, thirty a minute by some thousand authors; give the seconds."""
    chance = random.Random(count)  # noqa: S311  The same history at every run.
    database = Database(url)
    schema.migrate(database)
    now = datetime(2026, 1, 1, tzinfo=UTC)

    def clock() -> datetime:
        return now

    with database.write() as db:
        sites.add_site(db, SITE, "The Gazette", now)
    writer = Writer(database)
    policies = Policies(db=database, default=read_policy(DEFAULT))
    screen = ScreenComment(
        scorer=LinearScorer.open_shipped(),
        policies=policies,
        gather=GatherFacts(db=database, now=clock),
        sampling=Sampling(db=database),
        writer=writer,
        now=clock,
    )
    bodies = texts.make_with_abuse(texts.SET_SIZE)
    words = texts.WORDS
    began = time.perf_counter()
    for start in range(0, count, BATCH):
        batch = []
        for n in range(start, min(start + BATCH, count)):
            # No two alike, but for one in fifty that is sent again.
            own = " ".join(chance.choices(words, k=12)) if n % 50 else ""
            author = Author(f"u-{int(chance.paretovariate(0.6)) % 5_000}")
            article = Article(f"a-{n // 500}", section=chance.choice(["news", "sport"]))
            batch.append(Comment(f"c-{n}", f"{bodies[n % len(bodies)]} {own}", article, author))
        screen.many(SITE, batch)
        now += timedelta(minutes=BATCH / 30)
    writer.close()
    database.close()
    return time.perf_counter() - began
