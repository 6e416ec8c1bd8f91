"""Comments that are judged at the same moment know of each other once they are stored."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import partial

import pytest

from modsvc.core.comment import Author, Comment
from modsvc.core.decision import Action
from modsvc.core.facts import Facts
from modsvc.core.text import Reading
from modsvc.services.read_decisions import ReadDecisions
from modsvc.services.screen_comment import ScreenComment
from modsvc.store import articles
from modsvc.store.db import Database
from modsvc.store.decisions import Recorded
from modsvc.store.writer import Writer
from tests.conftest import SITE, screening
from tests.factories import make_comment
from tests.fakes import Clock, FakeScorer
from tests.strategies import policy_with

TOGETHER = 8
LONG = "The council voted for the new bridge last night after a long and rather angry debate, {}."
POLICY = policy_with(max_author_minute=3, max_address_minute=3, max_others_repeats=2)

WORDS = ["bridge", "market", "school", "harbour", "library", "tramway", "orchard", "theatre"]

InThreads = Callable[[list[Callable[[], object]]], list[object]]


class Abreast(FakeScorer):
    """Scores nothing before so many texts are there to be scored: none is stored till then."""

    def __init__(self, n: int = TOGETHER) -> None:
        super().__init__()
        self._all_here = threading.Barrier(n, timeout=60)

    def score(self, readings: Sequence[Reading]) -> list[dict[str, float]]:
        self._all_here.wait()
        return super().score(readings)


@pytest.fixture
def together(
    database: Database, writer: Writer, clock: Clock, in_threads: InThreads
) -> Callable[[Sequence[Comment]], list[Recorded]]:
    """Send comments at the same moment; give their decisions in the order of the log."""

    def send(comments: Sequence[Comment]) -> list[Recorded]:
        scorer = Abreast(len(comments))
        screen = screening(database, writer, clock, policy=POLICY, scorer=scorer)
        in_threads([partial(screen, SITE, comment) for comment in comments])
        read = ReadDecisions(db=database)
        told = [d for c in comments for d in read.of_comment(SITE, c.id).decisions]
        return sorted(told, key=lambda decision: decision.position)

    return send


def facts_of(decided: Sequence[Recorded]) -> list[Facts]:
    return [decision.facts for decision in decided if decision.facts is not None]


def different(n: int) -> str:
    return f"A goodly {WORDS[n]}."


def test_a_flood_that_comes_at_once_is_held(
    together: Callable[[Sequence[Comment]], list[Recorded]],
) -> None:
    decided = together([make_comment(different(n), id=f"c-{n}") for n in range(TOGETHER)])

    assert [facts.by_author.minute for facts in facts_of(decided)] == list(range(TOGETHER))
    assert [d.action for d in decided] == [Action.APPROVE] * 3 + [Action.HOLD] * 5
    assert decided[-1].reasons[0].signal.code == "author.too_fast"


def test_so_is_one_from_an_address(
    together: Callable[[Sequence[Comment]], list[Recorded]],
) -> None:
    decided = together(
        [
            make_comment(different(n), id=f"c-{n}", author=Author(f"u-{n}"), address="pseudonym")
            for n in range(TOGETHER)
        ]
    )

    assert [d.action for d in decided] == [Action.APPROVE] * 3 + [Action.HOLD] * 5


def test_nearly_the_same_from_many_accounts_at_once_is_found(
    together: Callable[[Sequence[Comment]], list[Recorded]],
) -> None:
    decided = together(
        [
            make_comment(LONG.format(WORDS[n]), id=f"c-{n}", author=Author(f"u-{n}"))
            for n in range(TOGETHER)
        ]
    )

    assert [len(facts.likes) for facts in facts_of(decided)] == list(range(TOGETHER))
    assert [d.action for d in decided] == [Action.APPROVE] * 3 + [Action.HOLD] * 5


def test_comments_of_strangers_are_judged_once(
    together: Callable[[Sequence[Comment]], list[Recorded]],
) -> None:
    decided = together(
        [make_comment(different(n), id=f"c-{n}", author=Author(f"u-{n}")) for n in range(TOGETHER)]
    )

    assert {d.action for d in decided} == {Action.APPROVE}


def test_an_article_that_becomes_stricter_meanwhile_is_so_for_the_next_comment(
    database: Database, writer: Writer, clock: Clock
) -> None:
    class Meanwhile(FakeScorer):
        """Another comment of the author comes while this one is scored, and the mode changes."""

        def score(self, readings: Sequence[Reading]) -> list[dict[str, float]]:
            with database.write() as db:
                articles.put(db, SITE, "a-1", {"mode": "strict"}, clock())
            others(SITE, make_comment("Another remark.", id="c-2"))
            return super().score(readings)

    others = screening(database, writer, clock)
    screen: ScreenComment = screening(database, writer, clock, scorer=Meanwhile({"toxicity": 0.04}))

    outcome = screen(SITE, make_comment())

    assert outcome.decision.action is Action.APPROVE
    assert outcome.decision.facts is not None
    assert outcome.decision.facts.mode == "normal"
