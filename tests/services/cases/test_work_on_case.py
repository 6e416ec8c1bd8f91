from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from modsvc.core.review import APPROVAL
from modsvc.errors import CaseAlreadyClosed, CaseChanged, NotFound
from modsvc.services.decide_cases import DecideCases, Seen
from modsvc.services.review_case import ReviewCase
from modsvc.services.work_on_case import WorkOnCase
from modsvc.store import people, sites
from modsvc.store.db import Database
from modsvc.store.writer import Writer
from tests.conftest import SITE, screening
from tests.factories import make_comment
from tests.fakes import Clock, FakeScorer

MINUTE = timedelta(minutes=1)


def said(work: WorkOnCase, moderator: int) -> list[tuple[str, str, bool]]:
    waiting = work.for_me(SITE, moderator, is_lead=False)
    return [(each.note.by, each.note.text, each.is_new) for each in waiting.mentions]


def mine(work: WorkOnCase, moderator: int) -> list[int]:
    return [brief.id for brief in work.for_me(SITE, moderator, is_lead=False).assigned]


def test_who_passes_a_case_on_never_gets_it_again_and_others_do(
    review: ReviewCase, work: WorkOnCase, hold: Any, ada: int, ben: int
) -> None:
    hold(2)
    assert review.claim_next(SITE, ada) == 1

    work.pass_on(SITE, 1, ada)

    assert review.claim_next(SITE, ada) == 2
    assert review.claim_next(SITE, ben) == 1


def test_passing_on_what_was_handed_to_one_makes_it_everybodys(
    review: ReviewCase, work: WorkOnCase, hold: Any, ada: int, ben: int
) -> None:
    hold()
    work.assign(SITE, 1, ben, ada)
    assert review.claim_next(SITE, ben) is None

    work.pass_on(SITE, 1, ada)

    assert mine(work, ada) == []
    assert review.claim_next(SITE, ben) == 1


def test_what_is_left_to_leads_is_for_them_alone_and_at_once(
    review: ReviewCase, work: WorkOnCase, hold: Any, ada: int, ben: int, employ: Any
) -> None:
    lea = employ("Lea", "lead")
    hold(2)

    work.escalate(SITE, 2, ada, "Is this about @Lea?")

    assert [b.id for b in work.for_me(SITE, lea, is_lead=True).escalated] == [2]
    assert work.for_me(SITE, ben, is_lead=False).escalated == []
    assert not review.claim(SITE, 2, ben)
    assert review.claim_next(SITE, ben) == 1
    assert review.claim_next(SITE, lea, is_lead=True) == 2
    assert said(work, lea) == [("Ada", "Is this about @Lea?", True)]


def test_what_is_left_to_leads_stays_with_them_when_its_author_edits_it(
    review: ReviewCase,
    work: WorkOnCase,
    hold: Any,
    ada: int,
    employ: Callable[..., int],
    database: Database,
    writer: Writer,
    clock: Clock,
) -> None:
    hold()
    lea = employ("Lea", "lead")
    work.escalate(SITE, 1, ada)
    clock.advance(MINUTE)
    screening(database, writer, clock, scorer=FakeScorer({"toxicity": 0.3}))(
        SITE, make_comment("Another text.", id="c-1")
    )

    assert [brief.body for brief in work.for_me(SITE, lea, is_lead=True).escalated] == [
        "Another text."
    ]
    assert review.claim_next(SITE, ada) is None
    assert review.open(SITE, 1).case.due_at < clock()


def test_what_is_handed_to_somebody_waits_for_them_with_the_note(
    review: ReviewCase, work: WorkOnCase, hold: Any, ada: int, ben: int
) -> None:
    hold(2)

    work.assign(SITE, 1, ada, ben, "What do you think?")

    assert mine(work, ben) == [1]
    assert said(work, ben) == [("Ada", "What do you think?", True)]
    assert not review.claim(SITE, 1, ada)
    assert review.claim_next(SITE, ada) == 2
    assert review.claim_next(SITE, ben) == 1


def test_a_case_can_be_everybodys_again(
    review: ReviewCase, work: WorkOnCase, hold: Any, ada: int, ben: int
) -> None:
    hold()
    work.assign(SITE, 1, ada, ben)

    with pytest.raises(CaseChanged):
        work.assign(SITE, 1, ada, None)
    work.assign(SITE, 1, ben, None)

    assert mine(work, ben) == []
    assert review.claim_next(SITE, ada) == 1


def test_nobody_from_elsewhere_is_handed_a_case(
    work: WorkOnCase, hold: Any, ada: int, employ: Any, database: Database, clock: Clock
) -> None:
    with database.write() as db:
        sites.add_site(db, "courier", "The Courier", clock())
    cleo = employ("Cleo", courier="moderator")
    gone = employ("Gone")
    with database.write() as db:
        people.disable(db, "Gone", clock())
    hold()

    for nobody in (cleo, gone, 999):
        with pytest.raises(NotFound):
            work.assign(SITE, 1, ada, nobody)
        with pytest.raises(NotFound):
            work.hand_over(SITE, ada, nobody)


def test_who_decided_it_is_not_handed_the_look_at_it_and_it_waits_for_others(
    review: ReviewCase, work: WorkOnCase, hold: Any, ada: int, ben: int, database: Database
) -> None:
    hold()
    with database.write() as db:
        db.exec_driver_sql(f"UPDATE cases SET kind = 'second', checks = 1, not_for = {ada}")

    work.assign(SITE, 1, ben, ada, "Please.")

    assert mine(work, ada) == []
    assert review.claim_next(SITE, ben) == 1


ACTS: dict[str, Callable[[WorkOnCase, int], None]] = {
    "pass": lambda work, who: work.pass_on(SITE, 1, who),
    "escalate": lambda work, who: work.escalate(SITE, 1, who, "Hm."),
    "assign": lambda work, who: work.assign(SITE, 1, who, who, "Hm."),
}


@pytest.mark.parametrize("act", ACTS)
def test_a_case_that_somebody_reads_is_left_to_them(
    review: ReviewCase, work: WorkOnCase, hold: Any, ada: int, ben: int, act: str
) -> None:
    hold()
    review.claim(SITE, 1, ben)

    with pytest.raises(CaseChanged):
        ACTS[act](work, ada)

    assert review.open(SITE, 1).around.notes == []
    assert review.claim_next(SITE, ben) == 1


@pytest.mark.parametrize("act", ACTS)
def test_a_closed_case_is_nobodys(
    review: ReviewCase, work: WorkOnCase, decider: DecideCases, hold: Any, ada: int, act: str
) -> None:
    hold()
    decider.one(SITE, ada, Seen(1, 1), APPROVAL)

    with pytest.raises(CaseAlreadyClosed):
        ACTS[act](work, ada)

    assert review.open(SITE, 1).around.notes == []


@pytest.mark.parametrize("act", ACTS)
def test_another_sites_case_is_not_found(
    work: WorkOnCase, hold: Any, ada: int, act: str, database: Database, clock: Clock
) -> None:
    hold()
    with database.write() as db:
        sites.add_site(db, "courier", "The Courier", clock())

    with pytest.raises(NotFound):
        work.pass_on("courier", 1, ada)
    with pytest.raises(NotFound):
        work.note("courier", 1, ada, "Hm.")


def test_notes_stay_with_the_comment_and_reach_those_they_name(
    review: ReviewCase, work: WorkOnCase, hold: Any, ada: int, ben: int, clock: Clock
) -> None:
    hold()

    work.note(SITE, 1, ada, "Have a look, @ben levi, and you, @Ada.")
    clock.advance(MINUTE)
    work.note(SITE, 1, ben, "It is a joke. (mail@ada)")

    notes = review.open(SITE, 1).around.notes
    assert [(note.by, note.text) for note in notes] == [
        ("Ada", "Have a look, @ben levi, and you, @Ada."),
        ("Ben Levi", "It is a joke. (mail@ada)"),
    ]
    assert notes[1].written_at == clock()
    assert said(work, ben) == [("Ada", "Have a look, @ben levi, and you, @Ada.", True)]
    assert said(work, ada) == []  # Who speaks to themselves knows it already.


def test_what_was_seen_is_not_new_any_more(work: WorkOnCase, hold: Any, ada: int, ben: int) -> None:
    hold()
    for text in ("@Ben Levi one", "@Ben Levi two"):
        work.note(SITE, 1, ada, text)
    first = work.for_me(SITE, ben, is_lead=False).mentions[-1].id
    assert work.count_new(SITE, ben) == 2

    work.mark_seen(SITE, ben, first)

    assert [is_new for _, _, is_new in said(work, ben)] == [True, False]
    assert work.count_new(SITE, ben) == 1


def test_all_that_is_ones_own_can_be_handed_over(
    work: WorkOnCase, hold: Any, ada: int, ben: int
) -> None:
    hold(3)
    for case in (1, 3):
        work.assign(SITE, case, ada, ada)

    assert work.hand_over(SITE, ada, ben, "My shift ends.") == 2

    assert (mine(work, ada), mine(work, ben)) == ([], [1, 3])
    assert [text for _, text, _ in said(work, ben)] == ["My shift ends."] * 2


def test_what_one_did_comes_newest_first_and_many_at_once_as_one(
    work: WorkOnCase, decider: DecideCases, hold: Any, ada: int, ben: int, clock: Clock
) -> None:
    hold(4)
    decider.one(SITE, ada, Seen(1, 1), APPROVAL)
    decider.many(SITE, ada, [Seen(2, 1), Seen(3, 1)], "moderator.spam")
    decider.one(SITE, ben, Seen(4, 1), APPROVAL)
    clock.advance(MINUTE)
    decider.undo(SITE, ada, 1)

    done = work.done(SITE, ada)

    assert [(each.act.code, each.act.n_cases, each.act.undone_at) for each in done] == [
        ("moderator.spam", 2, None),
        (APPROVAL, 1, clock()),
    ]
    assert done[0].brief is None
    assert done[1].brief is not None
    assert (done[1].brief.id, done[1].brief.is_open) == (1, True)


def test_severe_cases_are_passed_over_for_who_is_spared_while_they_can_wait(
    review: ReviewCase, hold: Any, ada: int, ben: int, database: Database
) -> None:
    hold(1, identity_attack=0.9)
    hold(1, toxicity=0.3)
    with database.write() as db:
        db.exec_driver_sql("UPDATE cases SET due_at = '2100-01-01 00:00:00+00' WHERE id = 1")
        db.exec_driver_sql("UPDATE cases SET due_at = '2100-01-02 00:00:00+00' WHERE id = 2")

    assert review.claim_next(SITE, ben) == 1
    review.release(SITE, 1, ben)
    assert review.claim_next(SITE, ada, spare=True) == 2
    assert review.claim_next(SITE, ben, spare=True) == 1  # Nothing else waits.


def test_what_is_due_is_given_to_who_is_spared_as_well(
    review: ReviewCase, hold: Any, ada: int
) -> None:
    hold(1, identity_attack=0.9)
    hold(1, toxicity=0.3)  # Both were due long ago.

    assert review.claim_next(SITE, ada, spare=True) == 1
