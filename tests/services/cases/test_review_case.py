from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from modsvc.core.review import APPROVAL, REJECTIONS
from modsvc.errors import CaseAlreadyClosed, CaseChanged
from modsvc.services.decide_cases import UNDO_WINDOW, Seen
from modsvc.services.review_case import ReviewCase
from modsvc.services.screen_comment import ScreenComment
from modsvc.store import decisions
from modsvc.store.db import Database
from modsvc.store.decisions import Recorded
from modsvc.store.tables import outbox
from modsvc.store.writer import Writer
from tests.conftest import SITE, deciding, screening, waiting
from tests.factories import make_comment
from tests.fakes import Clock

Decide = Callable[..., Recorded]

HELD = "A dubious remark."


@pytest.fixture
def screen(database: Database, writer: Writer, clock: Clock) -> ScreenComment:
    return screening(database, writer, clock)


@pytest.fixture
def decide(database: Database, writer: Writer, clock: Clock, review: ReviewCase) -> Decide:
    decider = deciding(database, writer, clock)

    def one(case_id: int, moderator: int, code: str = APPROVAL, **form: int) -> Recorded:
        case = review.open(SITE, case_id).case
        carried = {"claim_token": case.claim_token, "revision": case.revision, **form}
        return decider.one(SITE, moderator, Seen(case_id, **carried), code).decision

    return one


@pytest.mark.parametrize("code", [APPROVAL, *REJECTIONS])
def test_what_a_moderator_decides_is_the_newest_decision(
    screen: ScreenComment, review: ReviewCase, ada: int, decide: Decide, code: str
) -> None:
    machine = screen(SITE, make_comment(HELD)).decision
    case_id = review.claim_next(SITE, ada)
    assert case_id is not None

    decided = decide(case_id, ada, code)

    file = review.open(SITE, case_id)
    assert file.in_force == decided
    assert [d.position for d in file.decisions] == [1, 2]
    assert decided.decided_by == "moderator"
    assert decided.action.word == ("approve" if code == APPROVAL else "reject")
    assert [r.signal.code for r in decided.reasons] == [code]
    assert (decided.scores, decided.model_version) == (machine.scores, machine.model_version)
    assert not file.case.is_open


def test_a_repeat_after_a_moderators_decision_is_answered_with_it(
    screen: ScreenComment, review: ReviewCase, ada: int, decide: Decide
) -> None:
    screen(SITE, make_comment(HELD))
    case_id = review.claim_next(SITE, ada)
    assert case_id is not None
    decided = decide(case_id, ada)

    again = screen(SITE, make_comment(HELD))

    assert not again.created
    assert again.decision == decided


def test_the_site_hears_of_it_when_there_is_no_more_undoing(
    screen: ScreenComment,
    review: ReviewCase,
    ada: int,
    decide: Decide,
    database: Database,
    clock: Clock,
) -> None:
    screen(SITE, make_comment(HELD))
    case_id = review.claim_next(SITE, ada)
    assert case_id is not None
    decided = decide(case_id, ada)

    with database.read() as db:
        event = db.execute(sa.select(outbox)).one()
    assert (event.type, event.position, event.state) == (
        "comment.decided",
        decided.position,
        "pending",
    )
    assert event.due_at == clock() + UNDO_WINDOW


def test_deciding_twice_keeps_the_first(
    screen: ScreenComment, review: ReviewCase, ada: int, decide: Decide
) -> None:
    screen(SITE, make_comment(HELD))
    case_id = review.claim_next(SITE, ada)
    assert case_id is not None
    first = decide(case_id, ada)

    with pytest.raises(CaseAlreadyClosed):
        decide(case_id, ada, "moderator.spam")

    assert review.open(SITE, case_id).in_force == first


def test_a_form_made_before_an_edit_changes_nothing(
    screen: ScreenComment, review: ReviewCase, ada: int, decide: Decide
) -> None:
    screen(SITE, make_comment(HELD))
    case_id = review.claim_next(SITE, ada)
    assert case_id is not None
    screen(SITE, make_comment(HELD + " And more."))

    with pytest.raises(CaseChanged):
        decide(case_id, ada, claim_token=1, revision=1)

    file = review.open(SITE, case_id)
    assert file.in_force.action.word == "hold"
    assert file.body.endswith("And more.")


def test_a_code_that_is_no_reason_is_refused_and_the_case_stays_open(
    screen: ScreenComment, review: ReviewCase, ada: int, decide: Decide
) -> None:
    screen(SITE, make_comment(HELD))
    case_id = review.claim_next(SITE, ada)
    assert case_id is not None

    with pytest.raises(ValueError, match="no reason"):
        decide(case_id, ada, "toxicity")

    assert review.open(SITE, case_id).case.is_open


def test_a_case_shows_what_is_known_about_the_comment(
    screen: ScreenComment, review: ReviewCase, ada: int
) -> None:
    from modsvc.core.comment import Article, Author, Parent

    article = Article("a-1", "A title", "https://a.example", "News", "The lead.")
    screen(SITE, make_comment("First, a goodly one.", id="c-0"))
    screen(
        SITE,
        make_comment(HELD, article=article, author=Author("u-2", "owl"), parent=Parent("c-0")),
    )
    case_id = review.claim_next(SITE, ada)
    assert case_id is not None

    file = review.open(SITE, case_id)

    assert (file.article, file.author.name, file.claimed_by_name) == (article, "owl", "Ada")
    assert file.parent == Parent("c-0", "First, a goodly one.")


def test_a_bare_id_does_not_make_us_forget_the_article(
    screen: ScreenComment, review: ReviewCase, ada: int
) -> None:
    from modsvc.core.comment import Article

    screen(SITE, make_comment("goodly", id="c-0", article=Article("a-1", "A title")))
    screen(SITE, make_comment(HELD, article=Article("a-1")))
    case_id = review.claim_next(SITE, ada)
    assert case_id is not None

    assert review.open(SITE, case_id).article.title == "A title"


def test_the_worst_is_due_first_and_the_urgent_at_once(
    database: Database, writer: Writer, clock: Clock
) -> None:
    from tests.fakes import FakeScorer

    for n, scores in enumerate([{"toxicity": 0.5}, {"toxicity": 0.8}, {"threat": 0.3}]):
        screen = screening(database, writer, clock, scorer=FakeScorer(scores))
        screen(SITE, make_comment(id=f"c-{n}"))

    lines = waiting(database, clock)

    assert [line.comment_id for line in lines] == ["c-2", "c-1", "c-0"]
    assert [line.due_at - clock() for line in lines] == [
        timedelta(0),
        # A fifth of the hour is left at 0.8, half of it at 0.5; and of that less, since such scores
        # leave it open: by 0.4 and by all of three tenths.
        pytest.approx(timedelta(minutes=12) * 0.88, abs=timedelta(seconds=1)),
        timedelta(minutes=21),
    ]


def test_two_decisions_at_once_on_one_case_leave_one(
    screen: ScreenComment, review: ReviewCase, ada: int, decide: Decide, database: Database,
    in_threads: Callable[..., list[object]],
) -> None:  # fmt: skip
    screen(SITE, make_comment(HELD))
    case_id = review.claim_next(SITE, ada)
    assert case_id is not None

    def try_to(code: str) -> str:
        try:
            return decide(case_id, ada, code, claim_token=1, revision=1).action.word
        except CaseAlreadyClosed:
            return "refused"

    outcomes = in_threads([lambda code=code: try_to(code) for code in list(REJECTIONS)[:6]])

    assert sorted(map(str, outcomes)) == ["refused"] * 5 + ["reject"]
    with database.read() as db:
        assert len(decisions.after(db, SITE, 0, 100)) == 2
