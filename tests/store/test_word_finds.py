from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from modsvc.core.decision import Action, Decision, Reason
from modsvc.core.facts import Facts
from modsvc.core.review import APPROVAL, moderators_decision
from modsvc.core.signals import Signal
from modsvc.core.word_lines import Wanted
from modsvc.core.words import Entry
from modsvc.store import cases, comments, decisions, people, word_finds, words
from modsvc.store.cases import Opening
from modsvc.store.db import Database
from modsvc.store.word_finds import Judged
from tests.conftest import SITE
from tests.factories import make_comment
from tests.fakes import Clock
from tests.store.test_decisions import record

NOW = Clock().now
Decide = Callable[..., None]


def found(*entries: int, code: str = "words.suspect", language: str | None = None) -> Decision:
    signal = Signal(code, detail={"count": 1, "entries": list(entries)})
    reasons = (Reason(signal, Action.HOLD),) if entries else ()
    return Decision(
        Action.HOLD if entries else Action.APPROVE, reasons, "v", facts=Facts(language=language)
    )


@pytest.fixture
def decide(database: Database) -> Decide:
    """Let a moderator decide on a comment that was stored."""
    with database.write() as db:
        moderator = people.add(db, "ada", NOW)

    def write(comment_id: str, code: str) -> None:
        with database.write() as db:
            head = decisions.lock_head(db, SITE)
            stored = comments.find(db, SITE, comment_id)
            decision = moderators_decision(code, policy_version="v", scores={}, model_version=None)
            subject = decisions.Subject(SITE, stored.key, comment_id, stored.revision, "digest")
            recorded = decisions.append(db, head, subject, decision, now=NOW, moderator=moderator)
            comments.point_at(db, stored.key, recorded.position, recorded.action)

    return write


def test_comments_come_by_their_newest_decision_each_once(database: Database, decide: Decide):
    for n in range(4):
        record(database, make_comment(f"body {n}", id=f"c-{n}"), found(language="he"))
    decide("c-1", APPROVAL)

    with database.read() as db:
        first = word_finds.newest(db, SITE, None, 2)
        rest = word_finds.newest(db, SITE, first[-1].position, 10)

    told = [(each.comment_id, each.body, each.by_moderator) for each in (*first, *rest)]
    assert told == [
        ("c-1", "body 1", True),
        ("c-3", "body 3", False),
        ("c-2", "body 2", False),
        ("c-0", "body 0", False),
    ]
    assert {each.language for each in (*first, *rest)} == {"he"}


def test_a_find_is_told_by_the_entry_and_not_by_numbers_that_look_like_it(database: Database):
    for n, entries in enumerate([(7,), (17,), (77, 7), (), (1, 7, 70), (71,)]):
        record(database, make_comment(id=f"c-{n}"), found(*entries))

    with database.read() as db:
        seen = word_finds.found_in(db, SITE, 7, among=100, limit=2)
        old = word_finds.found_in(db, SITE, 7, among=3, limit=9)

    assert [each.comment_id for each in seen] == ["c-4", "c-2"]
    assert [each.comment_id for each in old] == ["c-4"]


def test_a_find_tells_what_is_in_force_by_now(database: Database, decide: Decide):
    record(database, make_comment(), found(7))
    decide("c-1", "moderator.spam")

    with database.read() as db:
        (seen,) = word_finds.found_in(db, SITE, 7, among=100, limit=9)

    assert (seen.action, seen.by_moderator) == (Action.REJECT, True)


def test_finds_beyond_the_first_step_are_found(database: Database, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(word_finds, "_STEP", 2)
    for n in range(9):
        record(database, make_comment(id=f"c-{n}"), found(7 if n % 3 == 0 else 107, 8))

    with database.read() as db:
        seen = word_finds.found_in(db, SITE, 7, among=100, limit=9)

    assert [each.comment_id for each in seen] == ["c-6", "c-3", "c-0"]


def test_what_moderators_made_of_finds_is_counted_by_entry(database: Database, decide: Decide):
    for n, entries in enumerate([(7, 8), (7,), (8,), (7,)]):
        record(database, make_comment(id=f"c-{n}"), found(*entries))
    for comment, code in (("c-0", APPROVAL), ("c-1", APPROVAL), ("c-2", "moderator.spam")):
        decide(comment, code)

    with database.read() as db:
        assert word_finds.judged(db, SITE, among=100) == {7: Judged(2, 0), 8: Judged(1, 1)}
        assert word_finds.judged(db, SITE, among=5) == {8: Judged(0, 1)}
        assert word_finds.judged(db, "elsewhere", among=100) == {}


def test_days_without_hits_are_left_out(database: Database):
    with database.write() as db:
        words.add(db, SITE, [Wanted(Entry("fool", Action.HOLD))], by=None, now=NOW)
        today = NOW.date()
        for back, count in ((0, 2), (3, 1), (90, 9)):
            words.add_hits(db, {(SITE, 1, today - timedelta(days=back)): count})

    with database.read() as db:
        hits = word_finds.hits_by_day(db, 1, today - timedelta(days=30))

    assert hits == {today - timedelta(days=3): 1, today: 2}


def test_comments_are_told_with_their_newest_case(database: Database):
    for n in (1, 2):
        record(database, make_comment(id=f"c-{n}"), found(7))
    with database.write() as db:
        opening = Opening(SITE, 1, 1, about=1, due_at=NOW)
        cases.open_case(db, opening, NOW)
        cases.close_for_comment(db, 1, NOW)
        cases.open_case(db, opening, NOW)

        assert word_finds.cases_of(db, SITE, [1, 2]) == {1: 2}
        assert word_finds.cases_of(db, SITE, []) == {}
        ada = people.add(db, "ada", NOW)
        db.exec_driver_sql(f"UPDATE cases SET not_for = {ada} WHERE id = 2")
        assert word_finds.cases_of(db, SITE, [1, 2]) == {1: 1}
