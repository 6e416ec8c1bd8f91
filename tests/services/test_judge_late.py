"""Judging again by both stages: stricter or not at all, once, and only what is still in force."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from modsvc.core.comment import Article, Author, Parent
from modsvc.core.policy import Band
from modsvc.core.review import APPROVAL
from modsvc.core.text import Reading
from modsvc.services import judge_late as module
from modsvc.services.decide_cases import Seen
from modsvc.services.judge_late import ATTEMPTS, JudgeLate, try_again
from modsvc.services.review_case import ReviewCase
from modsvc.services.screen_comment import ScreenComment
from modsvc.services.verify_log import verify_log
from modsvc.store import comments, late, people
from modsvc.store.db import Database
from modsvc.store.decisions import Recorded
from modsvc.store.late import Backlog
from modsvc.store.tables import late_judgements, outbox
from modsvc.store.writer import Writer
from tests.conftest import SITE, deciding, policies_of, screening, waiting
from tests.factories import make_comment
from tests.fakes import BothStages, Clock, FakeScorer, WordScorer
from tests.strategies import default_policy

Judge = Callable[..., JudgeLate]


class Strict(BothStages):
    """Finds what the first stage lets pass: `subtle` is worth holding, `vile` worth rejecting."""

    words: Mapping[str, float] = {"subtle": 0.3, "vile": 0.99}

    def score(self, readings: Sequence[Reading]) -> list[dict[str, float]]:
        worst = [
            max((s for w, s in self.words.items() if w in r.text), default=0.0) for r in readings
        ]
        return [dict(self.scores) | {"insult": s} for s in worst]


@pytest.fixture
def screen(screen_late: ScreenComment) -> ScreenComment:
    return screen_late


@pytest.fixture
def judge(make_judge: Judge) -> JudgeLate:
    return make_judge(Strict())


@pytest.fixture
def review(database: Database, writer: Writer, clock: Clock) -> ReviewCase:
    return ReviewCase(db=database, writer=writer, policies=policies_of(database), now=clock)


def backlog(database: Database) -> Backlog:
    with database.read() as db:
        return late.backlog(db, up_to=100)


@pytest.mark.parametrize("body", ["A subtle remark.", "A vile remark."])
def test_an_approval_that_both_stages_would_not_give_is_held(
    screen: ScreenComment, judge: JudgeLate, of: Callable[..., list[Recorded]],
    database: Database, clock: Clock, body: str,
) -> None:  # fmt: skip
    screen(SITE, make_comment(body))

    judge()

    first, again = of()
    assert (first.action.word, first.model_version) == ("approve", "fake")
    assert (again.action.word, again.model_version) == ("hold", Strict.version)
    assert (again.decided_by, again.revision, again.position) == ("policy", 1, 2)
    assert [reason.signal.code for reason in again.reasons] == ["insult"]
    assert [line.comment_id for line in waiting(database, clock)] == ["c-1"]
    with database.read() as db:
        event = db.execute(sa.select(outbox)).one()
    assert (event.position, event.state, event.due_at) == (2, "pending", clock())
    assert verify_log(database, SITE) == 2
    assert backlog(database) == Backlog(0, 0)


@pytest.mark.parametrize("body", ["A goodly remark.", "A dubious remark.", "A dreadful remark."])
def test_all_else_stays_as_it_was(
    screen: ScreenComment, judge: JudgeLate, of: Callable[..., list[Recorded]],
    database: Database, body: str,
) -> None:  # fmt: skip
    before = screen(SITE, make_comment(body)).decision

    judge()

    assert of() == [before]
    assert backlog(database) == Backlog(0, 0)
    with database.read() as db:
        assert db.execute(sa.select(outbox)).all() == []


def test_only_approvals_are_to_be_judged_again(screen: ScreenComment, database: Database) -> None:
    screen.many(SITE, [make_comment(f"A {w} remark.", id=w) for w in ("subtle", *WordScorer.words)])

    assert backlog(database).waiting == 2


def test_nothing_is_judged_again_unless_that_was_chosen(
    writer: Writer, clock: Clock, database: Database
) -> None:
    screen = screening(database, writer, clock)

    screen(SITE, make_comment())

    assert backlog(database) == Backlog(0, 0)


def test_a_repeat_asks_for_nothing_more_and_is_answered_with_the_later_decision(
    screen: ScreenComment, judge: JudgeLate, database: Database
) -> None:
    comment = make_comment("A subtle remark.")
    screen(SITE, comment)
    screen(SITE, comment)
    assert backlog(database).waiting == 1
    judge()

    again = screen(SITE, comment)

    assert not again.created
    assert again.decision.action.word == "hold"
    assert backlog(database).waiting == 0


def test_an_edit_is_judged_for_itself_and_what_it_replaced_no_more(
    screen: ScreenComment, judge: JudgeLate, of: Callable[..., list[Recorded]]
) -> None:
    screen(SITE, make_comment("A subtle remark."))
    screen(SITE, make_comment("A goodly remark."))

    judge()

    assert [d.action.word for d in of()] == ["approve", "approve"]


class Interrupting(Strict):
    """Lets something happen between the claim and the record."""

    def __init__(self, happen: Callable[[], object]) -> None:
        super().__init__()
        self._happen = happen

    def score(self, readings: Sequence[Reading]) -> list[dict[str, float]]:
        self._happen()
        return super().score(readings)


def test_an_edit_that_comes_in_between_has_the_say(
    screen: ScreenComment, make_judge: Judge, of: Callable[..., list[Recorded]], database: Database
) -> None:
    screen(SITE, make_comment("A subtle remark."))
    edit = make_comment("A goodly remark.")

    make_judge(Interrupting(lambda: screen(SITE, edit)))()

    assert [(d.revision, d.action.word) for d in of()] == [(1, "approve"), (2, "approve")]
    assert backlog(database).waiting == 1  # The edit's own.


def test_a_moderator_who_decides_in_between_has_the_say(
    screen: ScreenComment, make_judge: Judge, review: ReviewCase, database: Database,
    of: Callable[..., list[Recorded]], clock: Clock, writer: Writer,
) -> None:  # fmt: skip
    with database.write() as db:
        ada = people.add(db, "ada", clock())
    screen(SITE, make_comment("A subtle remark."))

    def edit_and_approve() -> None:
        screen(SITE, make_comment("A subtle and dubious remark."))
        case_id = review.claim_next(SITE, ada)
        assert case_id is not None
        case = review.open(SITE, case_id).case
        seen = Seen(case_id, case.revision, case.claim_token)
        deciding(database, writer, clock).one(SITE, ada, seen, APPROVAL)

    judge = make_judge(Interrupting(edit_and_approve))
    judge()
    judge()

    assert [d.decided_by for d in of()] == ["policy", "policy", "moderator"]
    assert of()[-1].action.word == "approve"
    assert waiting(database, clock) == []
    assert backlog(database) == Backlog(0, 0)


def test_what_is_erased_in_between_is_not_decided(
    screen: ScreenComment, make_judge: Judge, of: Callable[..., list[Recorded]], database: Database
) -> None:
    screen(SITE, make_comment("A subtle remark."))

    def erase() -> None:
        with database.write() as db:
            db.execute(sa.delete(late_judgements))

    make_judge(Interrupting(erase))()

    assert [d.action.word for d in of()] == ["approve"]


def test_two_that_judge_the_same_decide_once(
    screen: ScreenComment, judge: JudgeLate, make_judge: Judge, lapse: Callable[[], None],
    of: Callable[..., list[Recorded]], database: Database,
) -> None:  # fmt: skip
    screen(SITE, make_comment("A subtle remark."))

    def another_takes_over() -> None:
        lapse()
        judge()

    make_judge(Interrupting(another_takes_over))()

    assert [d.action.word for d in of()] == ["approve", "hold"]
    assert verify_log(database, SITE) == 2


def test_many_that_judge_at_once_decide_each_once(
    screen: ScreenComment, make_judge: Judge, database: Database, of: Callable[..., list[Recorded]],
    in_threads: Callable[..., object],
) -> None:  # fmt: skip
    screen.many(SITE, [make_comment("A subtle remark.", id=f"c-{n}") for n in range(100)])

    def process() -> None:
        own = Database(database.url.render_as_string(hide_password=False))
        writer = Writer(own)
        judge = make_judge(Strict(), db=own, writer=writer)
        while judge():
            pass
        writer.close()
        own.close()

    in_threads([process] * 3)

    assert all([d.action.word for d in of(f"c-{n}")] == ["approve", "hold"] for n in range(100))
    assert verify_log(database, SITE) == 200
    assert backlog(database) == Backlog(0, 0)


def test_more_than_a_batch_is_said_to_be_left(
    screen: ScreenComment, judge: JudgeLate, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH", 3)
    screen.many(SITE, [make_comment(id=f"c-{n}") for n in range(4)])

    assert judge() is True
    assert backlog(database).waiting == 1
    assert judge() is False
    assert judge() is False


class Failing(Strict):
    """Cannot read what is `garbled`, and quotes it in its message."""

    def score(self, readings: Sequence[Reading]) -> list[dict[str, float]]:
        if any("garbled" in reading.text for reading in readings):
            raise ValueError(f"cannot score {readings[0].raw!r}")
        return super().score(readings)


def test_what_cannot_be_judged_stays_decided_and_costs_the_others_nothing(
    screen: ScreenComment, make_judge: Judge, of: Callable[..., list[Recorded]],
    database: Database, caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    screen(SITE, make_comment("A garbled remark.", id="c-1"))
    screen(SITE, make_comment("A subtle remark.", id="c-2"))

    make_judge(Failing())()

    assert [d.action.word for d in of("c-1")] == ["approve"]
    assert [d.action.word for d in of("c-2")] == ["approve", "hold"]
    assert backlog(database) == Backlog(waiting=1, given_up=0)
    assert "late.not_judged: gazette decision 1, attempt 1" in caplog.text
    assert "remark" not in caplog.text


def test_what_fails_is_tried_again_so_many_times_and_then_left_to_be_seen(
    screen: ScreenComment, make_judge: Judge, lapse: Callable[[], None], database: Database,
    of: Callable[..., list[Recorded]], caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    judge = make_judge(Failing())
    screen(SITE, make_comment("A garbled remark."))

    for _ in range(ATTEMPTS):
        judge()
        assert judge() is False  # Its claim has not lapsed.
        lapse()
        assert backlog(database) == Backlog(waiting=1, given_up=0)
    judge()

    assert backlog(database) == Backlog(waiting=0, given_up=1)
    assert [d.action.word for d in of()] == ["approve"]
    with caplog.at_level(logging.ERROR):
        assert f"late.given_up: gazette decision 1, {ATTEMPTS} attempts" in caplog.text


def test_a_start_tries_again_what_was_given_up(
    screen: ScreenComment, make_judge: Judge, judge: JudgeLate, lapse: Callable[[], None],
    database: Database, of: Callable[..., list[Recorded]],
) -> None:  # fmt: skip
    failing = make_judge(Failing())
    screen(SITE, make_comment("A garbled and subtle remark."))
    for _ in range(ATTEMPTS + 1):
        failing()
        lapse()

    assert try_again(database) == 1
    judge()

    assert try_again(database) == 0
    assert [d.action.word for d in of()] == ["approve", "hold"]
    assert backlog(database) == Backlog(0, 0)


def test_both_stages_are_told_all_that_the_first_was(
    screen: ScreenComment, database: Database
) -> None:
    told = make_comment(
        article=Article("a-1", "A title", "https://a.example", "News", "The lead."),
        author=Author("u-2", "owl", datetime(2024, 5, 1, 10, tzinfo=UTC)),
        parent=Parent("c-0", "I was there."),
        language="en",
        created_at=datetime(2026, 11, 22, 11, tzinfo=UTC),
    )
    screen(SITE, told)

    with database.read() as db:
        found = comments.told(db, SITE, 1)
        missing = comments.told(db, "another", 1)

    assert found is not None
    assert found[1] == told
    assert missing is None


# Bands of its own for each judgement: stage one alone holds insults from 0.2 on, both from 0.6.
CAUTIOUS = replace(
    default_policy(),
    bands={**default_policy().bands, "insult": Band(hold=0.6)},
    bands_alone={"insult": Band(hold=0.2)},
)


@pytest.mark.parametrize(
    ("first", "again", "outcome"),
    [
        (0.1, 0.5, ["approve"]),
        (0.1, 0.7, ["approve", "hold"]),
        (0.3, 0.1, ["hold"]),  # Stage one is only cautious; what it holds waits for a person.
    ],
)
def test_the_first_answer_and_the_later_judgement_each_have_bands_of_their_own(
    database: Database, writer: Writer, clock: Clock, make_judge: Judge, of: Callable[..., list[Recorded]],
    first: float, again: float, outcome: list[str],
) -> None:  # fmt: skip
    screen = screening(
        database, writer, clock, scorer=FakeScorer({"insult": first}), policy=CAUTIOUS, late=True
    )
    screen(SITE, make_comment())

    make_judge(BothStages({"insult": again}), policy=CAUTIOUS)()

    assert [d.action.word for d in of()] == outcome
    assert {d.policy_version for d in of()} == {CAUTIOUS.version}
