from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from modsvc.core.decision import Action
from modsvc.core.policy import Band
from modsvc.core.review import APPROVAL, SAMPLE, SECOND, worst
from modsvc.errors import CaseChanged
from modsvc.services.case_file import CaseFile
from modsvc.services.decide_cases import DecideCases, Seen
from modsvc.services.hold_later import hold_later
from modsvc.services.review_case import ReviewCase
from modsvc.services.sampling import Sampling
from modsvc.services.work_on_case import WorkOnCase
from modsvc.store import comments, decisions, people, queue
from modsvc.store.db import Database
from modsvc.store.tables import case_signals, cases, opinions, outbox
from modsvc.store.writer import Writer
from tests.calm import calm_policy
from tests.conftest import SITE, policies_of, screening
from tests.factories import make_comment
from tests.fakes import Clock

HOUR = timedelta(hours=1)
SPAM, ABUSE = "moderator.spam", "moderator.abuse"
POLICY = replace(calm_policy(), queue=replace(calm_policy().queue, second_looks=1.0))
SAMPLED = replace(calm_policy(), queue=replace(calm_policy().queue, samples=1.0))


class House:
    """A site where each decision of a moderator is looked at twice."""

    def __init__(self, database: Database, writer: Writer, clock: Clock) -> None:
        self.database, self.writer, self.clock = database, writer, clock
        policies = policies_of(database, POLICY)
        parts: dict[str, Any] = {"writer": writer, "policies": policies, "now": clock}
        self.decider = DecideCases(sampling=Sampling(db=database), **parts)
        self.review = ReviewCase(db=database, **parts)
        self.work = WorkOnCase(db=database, writer=writer, now=clock)
        with database.write() as db:
            self.ada, self.ben, self.lea = (
                people.add(db, n, clock()) for n in ("Ada", "Ben", "Lea")
            )
            for each in (self.ada, self.ben):
                people.join_site(db, each, SITE, "moderator")
            people.join_site(db, self.lea, SITE, "lead")

    def send(self, word: str = "dubious", *, policy: Any = POLICY, **more: Any) -> None:
        screen = screening(self.database, self.writer, self.clock, policy=policy)
        screen(SITE, make_comment(f"A {word} remark.", **more))
        self.clock.advance(HOUR)

    def decide(self, case: int, who: int, code: str) -> Any:
        done = self.decider.one(SITE, who, Seen(case, 1), code)
        self.clock.advance(HOUR)
        return done

    def open(self, case: int, *, is_lead: bool = False) -> CaseFile:
        return self.review.open(SITE, case, moderator=self.ben, is_lead=is_lead)

    def rows(self, table: sa.Table) -> list[Any]:
        with self.database.read() as db:
            return list(db.execute(sa.select(table).order_by(*table.primary_key)))


@pytest.fixture
def house(database: Database, writer: Writer, clock: Clock) -> House:
    return House(database, writer, clock)


def told(file: CaseFile) -> list[tuple[str, str, str | None]]:
    return [
        (each.action.status, each.decided_by, file.decided_by.get(each.position))
        for each in file.decisions
    ]


def looks(file: CaseFile) -> dict[str, Any]:
    """All of an open case's file that might tell it from another, but for its number."""
    about = file.about
    return {
        "decisions": [(d.action, d.reasons, d.scores, d.decided_by) for d in file.decisions],
        "reasons": [(r.signal.code, r.action) for r in about.reasons],
        "held": about.decided_at - file.case.opened_at,
        "due": file.case.due_at - file.case.opened_at,
        "why": file.why_due,
        "notes": file.around.notes,
        "record": file.around.record,
        "opinions": file.opinions,
        "position": file.in_force.position - about.position,
    }


def test_a_second_look_looks_as_the_first_did(house: House) -> None:
    house.send()
    first = looks(house.open(1))
    house.work.note(SITE, 1, house.ada, "Surely spam.")
    house.clock.advance(HOUR)
    house.decide(1, house.ada, SPAM)

    file = house.open(2)

    assert file.case.kind == SECOND
    assert looks(file) == first
    assert looks(house.open(2, is_lead=True)) == first


@pytest.mark.parametrize("word", ["dreadful", "goodly"])
def test_a_sample_shows_no_more_than_what_is_held(house: House, word: str) -> None:
    house.send(word, policy=SAMPLED)

    file = house.open(1)

    assert file.case.kind == SAMPLE
    assert told(file) == [("held", "policy", None)]
    assert file.about.reasons
    assert {reason.action.word for reason in file.about.reasons} == {"hold"}
    assert file.about.decided_at == file.case.opened_at


def test_notes_on_the_second_look_itself_are_shown(house: House) -> None:
    house.send()
    house.work.note(SITE, 1, house.ada, "Surely spam.")
    house.clock.advance(HOUR)
    house.decide(1, house.ada, SPAM)

    house.work.note(SITE, 2, house.ben, "What is this?")

    assert [note.text for note in house.open(2).around.notes] == ["What is this?"]
    assert [note.text for note in house.open(1).around.notes] == ["Surely spam.", "What is this?"]


def test_who_has_given_an_opinion_sees_that_and_not_whether_they_agree(house: House) -> None:
    house.send()
    house.decide(1, house.ada, SPAM)
    house.decide(2, house.ben, APPROVAL)

    file, leads = house.open(2), house.open(2, is_lead=True)

    assert told(file) == [("held", "policy", None), ("approved", "moderator", "Ben")]
    assert [r.signal.code for r in file.in_force.reasons] == [APPROVAL]
    assert told(leads) == [("held", "policy", None), ("rejected", "moderator", "Ada")]


def test_a_lead_sees_what_the_two_said_where_they_differ(house: House) -> None:
    house.send()
    house.decide(1, house.ada, SPAM)
    house.decide(2, house.ben, APPROVAL)

    file = house.open(3, is_lead=True)

    assert file.case.escalated_at is not None
    assert [(o.action, o.about_action, name) for o, name in file.opinions] == [
        ("approve", "reject", "Ben")
    ]
    assert house.open(3).opinions == []


def test_a_closed_case_is_decided_otherwise_and_the_site_hears_of_it(house: House) -> None:
    house.send()
    house.decide(1, house.ada, SPAM)
    position = house.open(1).position

    done = house.decider.overturn(SITE, house.ada, 1, APPROVAL, position=position)

    assert done.decision.action.status == "approved"
    assert told(house.open(1))[1:] == [
        ("rejected", "moderator", "Ada"),
        ("approved", "moderator", "Ada"),
    ]
    assert [row.position for row in house.rows(outbox)] == [2, 3]
    # The look at what is no longer in force is over.
    assert [row.closed_at is None for row in house.rows(cases)] == [False, False]

    house.decider.undo(SITE, house.ada, done.act_id)
    assert told(house.open(1))[-1][0] == "rejected"


def test_what_was_decided_otherwise_meanwhile_is_left(house: House) -> None:
    house.send()
    house.decide(1, house.ada, SPAM)
    position = house.open(1).position
    house.decider.overturn(SITE, house.lea, 1, APPROVAL, position=position)

    with pytest.raises(CaseChanged):
        house.decider.overturn(SITE, house.ada, 1, ABUSE, position=position)
    with pytest.raises(CaseChanged):
        house.decider.overturn(SITE, house.ada, 2, ABUSE, position=position)


def test_an_opinion_is_changed_as_an_opinion(house: House) -> None:
    house.send()
    house.decide(1, house.ada, SPAM)
    house.decide(2, house.ben, APPROVAL)
    assert [row.closed_at is None for row in house.rows(cases)] == [False, False, True]
    position = house.open(2).position

    house.decider.overturn(SITE, house.ben, 2, ABUSE, position=position)

    (opinion,) = house.rows(opinions)
    assert (opinion.action, opinion.about_action) == ("reject", "reject")
    assert told(house.open(2))[-1] == ("rejected", "moderator", "Ben")
    # Nothing is left for a lead to settle, and Ada's decision stands.
    assert [row.closed_at is None for row in house.rows(cases)] == [False, False, False]
    assert house.open(1).position == position


def test_who_decided_it_does_not_change_the_opinion_of_it(house: House) -> None:
    house.send()
    house.decide(1, house.ada, SPAM)
    house.decide(2, house.ben, APPROVAL)

    with pytest.raises(CaseChanged):
        house.decider.overturn(SITE, house.ada, 2, SPAM, position=house.open(2).position)


def test_a_sample_that_was_judged_otherwise_can_be_judged_so_again(house: House) -> None:
    house.send("goodly", policy=SAMPLED)
    house.decide(1, house.ben, SPAM)
    file = house.open(1)

    house.decider.overturn(SITE, house.ben, 1, APPROVAL, position=file.position)

    (opinion,) = house.rows(opinions)
    assert (opinion.action, opinion.about_action) == ("approve", "approve")
    assert house.open(1, is_lead=True).in_force.action.status == "approved"


def test_why_it_is_due_says_what_the_due_time_was_made_of(house: House) -> None:
    house.send()

    file = house.open(1)

    why = file.why_due
    assert (why.promised_minutes, why.urgent, why.reach) == (60, None, 0.0)
    assert timedelta(minutes=why.minutes) == file.case.due_at - file.case.opened_at
    assert 0 < why.minutes < 60


def test_an_opinion_is_not_taken_back_once_what_it_was_of_was_decided_anew(house: House) -> None:
    house.send()
    first = house.decide(1, house.ada, APPROVAL)
    second = house.decide(2, house.ben, APPROVAL)
    assert house.decider.undo(SITE, house.ada, first.act_id).decided == [1]

    done = house.decider.undo(SITE, house.ben, second.act_id)

    assert (done.decided, list(done.refused)) == ([], [2])
    assert house.open(1).case.is_open
    house.decide(1, house.lea, SPAM)
    assert house.open(1).in_force.action.status == "rejected"


def test_a_sample_is_due_found_and_ordered_by_what_is_shown_as_its_reasons(house: House) -> None:
    high = {**SAMPLED.bands, **dict.fromkeys(("toxicity", "insult"), Band(0.9, 0.95))}
    house.send(policy=replace(SAMPLED, bands=high, bands_alone={}))
    house.send("dreadful", policy=SAMPLED, id="c-2")

    for case_id in (1, 2):
        file = house.open(case_id)
        assert file.case.kind == SAMPLE
        with house.database.read() as db:
            (line,) = queue.lines(db, SITE, [case_id], house.clock())
            found = db.execute(
                sa.select(case_signals.c.code, case_signals.c.strength).where(
                    case_signals.c.case == case_id, case_signals.c.is_reason
                )
            ).all()
        assert {tuple(row) for row in found} == {
            (reason.signal.code, reason.signal.strength) for reason in line.reasons
        }
        assert house.rows(cases)[case_id - 1].worst == worst(line.reasons)
        assert file.is_due_so


def test_what_is_due_by_an_older_policy_does_not_say_what_the_present_one_would_do(
    house: House,
) -> None:
    house.send(policy=replace(POLICY, queue=replace(POLICY.queue, promised_minutes=600)))

    assert not house.open(1).is_due_so


def test_a_second_look_at_what_had_been_printed_is_due_as_it_says(house: House) -> None:
    house.send("goodly")
    with house.database.write() as db:
        stored = comments.find(db, SITE, "c-1")
        assert stored is not None
        head = decisions.lock_head(db, SITE)
        held = replace(decisions.at(db, SITE, 1).as_decision(), action=Action.HOLD)
        hold_later(db, SITE, head, stored, held, within=POLICY.queue, now=house.clock())
    house.decide(1, house.ada, SPAM)

    assert house.open(1).why_due.reach
    assert house.open(2).case.kind == SECOND
    assert house.open(2).is_due_so


def test_what_nobody_else_could_look_at_is_not_put_before_others(house: House) -> None:
    house.send()
    with house.database.write() as db:
        for each in (house.ben, house.lea):
            people.leave_site(db, each, SITE)

    house.decide(1, house.ada, SPAM)

    assert [row.closed_at is None for row in house.rows(cases)] == [False]


def test_where_two_differ_and_nobody_leads_what_was_decided_stays(house: House) -> None:
    with house.database.write() as db:
        people.join_site(db, house.lea, SITE, "moderator")
    house.send()
    house.decide(1, house.ada, SPAM)

    house.decide(2, house.ben, APPROVAL)

    (opinion,) = house.rows(opinions)
    assert (opinion.about_action, opinion.action) == ("reject", "approve")
    assert [row.closed_at is None for row in house.rows(cases)] == [False, False]
    assert house.open(1, is_lead=True).in_force.action.status == "rejected"


@pytest.mark.parametrize("lea_is", ["first", "second"])
def test_where_a_lead_is_one_of_the_two_another_lead_decides(house: House, lea_is: str) -> None:
    first, second = (house.lea, house.ben) if lea_is == "first" else (house.ada, house.lea)
    with house.database.write() as db:
        leo = people.add(db, "Leo", house.clock())
        people.join_site(db, leo, SITE, "lead")
    house.send()
    house.decide(1, first, SPAM)

    house.decide(2, second, APPROVAL)

    assert house.review.claim_next(SITE, house.lea, is_lead=True) is None
    assert house.review.claim_next(SITE, leo, is_lead=True) == 3


def test_where_the_only_lead_is_one_of_the_two_it_is_theirs(house: House) -> None:
    house.send()
    house.decide(1, house.lea, SPAM)

    house.decide(2, house.ben, APPROVAL)

    assert house.review.claim_next(SITE, house.lea, is_lead=True) == 3


def test_who_decided_it_decides_otherwise_though_the_look_at_it_waits_for_others(
    house: House,
) -> None:
    house.send()
    house.decide(1, house.ada, SPAM)
    house.work.escalate(SITE, 2, house.ben)

    # Refused, they would know that it is looked at.
    house.decider.overturn(SITE, house.ada, 1, APPROVAL, position=house.open(1).position)

    assert house.open(1, is_lead=True).in_force.action.status == "approved"
    assert [row.closed_at is None for row in house.rows(cases)] == [False, False]
