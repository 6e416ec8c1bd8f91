from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa

from modsvc.core.comment import Comment
from modsvc.core.decision import Action, Decision
from modsvc.core.policy import decide
from modsvc.core.signals import Signal, Span
from modsvc.errors import LogAltered, NotFound
from modsvc.services.verify_log import verify_log
from modsvc.store import comments, decisions
from modsvc.store.db import Database
from modsvc.store.decisions import Recorded
from tests.conftest import SITE
from tests.factories import make_comment
from tests.fakes import Clock
from tests.strategies import default_policy

NOW = Clock().now


def record(database: Database, comment: Comment, decision: Decision) -> Recorded:
    with database.write() as db:
        head = decisions.lock_head(db, SITE)
        key = comments.add(
            db, SITE, comment, position=head.position + 1, action=Action.HOLD, now=NOW
        )
        digest = comments.add_revision(db, key, 1, comment, NOW)
        subject = decisions.Subject(SITE, key, comment.id, 1, digest)
        return decisions.append(db, head, subject, decision, now=NOW)


def some_decision() -> Decision:
    spans = (Span(0, 3, 0.123456), Span(5, 6))
    return decide([Signal("insult", 0.987654, spans), Signal("links.too_many", detail={"count": 3, "allowed": 2})], default_policy())  # fmt: skip


def test_a_decision_is_read_back_as_it_was_written(database: Database) -> None:
    written = record(database, make_comment(id="🙂"), some_decision())

    with database.read() as db:
        assert decisions.at(db, SITE, 1) == written
        assert decisions.after(db, SITE, 0, 10) == [written]
    assert written.comment_id == "🙂"
    assert [(r.signal.code, r.signal.strength) for r in written.reasons] == [
        ("insult", 0.9877),
        ("links.too_many", 1.0),
    ]
    assert written.reasons[0].signal.spans == (Span(0, 3, 0.1235), Span(5, 6, 1.0))


def test_positions_have_no_gaps_whoever_writes(database: Database) -> None:
    def write(who: int) -> None:
        for n in range(10):
            record(database, make_comment(id=f"{who}-{n}"), some_decision())

    threads = [threading.Thread(target=write, args=(who,)) for who in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with database.read() as db:
        assert [d.position for d in decisions.after(db, SITE, 0, 100)] == list(range(1, 41))
    assert verify_log(database, SITE) == 40


def test_a_transaction_undone_leaves_no_gap(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.write() as db:
        decisions.lock_head(db, SITE)
        comments.add(db, SITE, make_comment(), position=1, action=Action.HOLD, now=NOW)
        raise ZeroDivisionError
    record(database, make_comment(), some_decision())

    assert verify_log(database, SITE) == 1


def test_an_unknown_site_has_no_log(database: Database) -> None:
    with pytest.raises(NotFound), database.write() as db:
        decisions.lock_head(db, "nowhere")


TAMPERINGS = {
    "an action changed": "UPDATE decisions SET action = 'approve' WHERE position = 2",
    "a reason changed": "UPDATE decisions SET reasons = '[]' WHERE position = 2",
    "a moderator named": "UPDATE decisions SET decided_by = 'moderator' WHERE position = 2",
    "a time changed": "UPDATE decisions SET decided_at = '2020-01-01 00:00:00' WHERE position = 2",
    "a row removed": "DELETE FROM decisions WHERE position = 2",
    "the end cut off": "DELETE FROM decisions WHERE position = 3",
    "two rows swapped": "UPDATE decisions SET position = CASE position WHEN 2 THEN 9 ELSE 2 END "
    "WHERE position IN (2)",
    "a hash made up": "UPDATE decisions SET hash = 'abc' WHERE position = 2",
}


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_a_log_that_was_tampered_with_is_found_out(database: Database, tampering: str) -> None:
    for n in range(3):
        record(database, make_comment(id=f"c-{n}"), some_decision())
    assert verify_log(database, SITE) == 3

    with database.write() as db:
        for statement in unguard(database):
            db.exec_driver_sql(statement)
        db.exec_driver_sql(TAMPERINGS[tampering])

    with pytest.raises(LogAltered, match=r"decision 2|ends at 2"):
        verify_log(database, SITE)


def unguard(database: Database) -> list[str]:
    """What somebody with full rights on the database would do first."""
    if database.is_sqlite:
        return ["DROP TRIGGER decisions_no_update", "DROP TRIGGER decisions_no_delete"]
    return ["ALTER TABLE decisions DISABLE TRIGGER ALL"]


def test_a_decision_holds_no_word_of_the_comment(database: Database) -> None:
    record(database, make_comment("canary-7731 you fool"), some_decision())

    with database.read() as db:
        rows = db.execute(sa.text("SELECT * FROM decisions")).all()
    assert "canary" not in str(rows)


def test_the_digest_of_a_body_says_nothing_without_its_salt(database: Database) -> None:
    record(database, make_comment("the same", id="a"), some_decision())
    record(database, make_comment("the same", id="b"), some_decision())

    with database.read() as db:
        digests = db.execute(sa.text("SELECT body_digest FROM decisions")).scalars().all()
        stored = comments.find(db, SITE, "a")
    assert digests[0] != digests[1]
    assert stored is not None
    assert comments.digest(stored.salt, "the same") in digests
