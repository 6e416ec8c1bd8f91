from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles

from modsvc.core.comment import UNTOLD, Article, Author, Parent
from modsvc.core.facts import RECORD
from modsvc.core.review import APPROVAL
from modsvc.services.decide_cases import Seen
from modsvc.services.screen_comment import ScreenComment
from modsvc.store import acts, comments, context, handed, notes, opinions, people, sites
from modsvc.store.db import Database
from modsvc.store.tables import likenesses, metadata
from modsvc.store.tables.comments import BANDS
from modsvc.store.writer import Writer
from tests.conftest import SITE, deciding, screening
from tests.factories import make_comment
from tests.fakes import Clock

MINUTE = timedelta(minutes=1)
FLYER = "Come to the great flapdoodle fair on the green this very night with all of your friends"

Say = Callable[..., int]


@pytest.fixture
def screen(database: Database, writer: Writer, clock: Clock) -> ScreenComment:
    return screening(database, writer, clock)


@pytest.fixture
def say(database: Database, screen: ScreenComment, clock: Clock) -> Say:
    """Send a comment, a minute after the one before, and give its key."""

    def send(name: str, body: str = "A goodly remark.", *, site: str = SITE, **facts: Any) -> int:
        clock.advance(MINUTE)
        if "parent" in facts:
            facts["parent"] = Parent(*facts["parent"])
        if "author" in facts:
            facts["author"] = Author(facts["author"])
        screen(site, make_comment(body, id=name, **facts))
        with database.read() as db:
            stored = comments.find(db, site, name)
            assert stored is not None
            return stored.key

    return send


@pytest.fixture
def ada(database: Database, clock: Clock) -> int:
    with database.write() as db:
        return people.add(db, "ada", clock())


def ids(found: list[context.Said]) -> list[str]:
    return [said.id for said in found]


def test_an_authors_newest_comments_come_first_with_what_became_of_them(
    database: Database, say: Say
) -> None:
    for n, word in enumerate(("goodly", "dubious", "dreadful", "goodly", "goodly", "goodly")):
        say(f"c-{n}", f"A {word} remark.")
    say("c-other", author="u-2")
    own = say("c-own", "A dubious one.")

    with database.read() as db:
        latest = context.latest_of(db, SITE, "u-1", but=own, reader=0)

    assert ids(latest) == ["c-5", "c-4", "c-3", "c-2", "c-1"]
    assert [said.status for said in latest] == ["approved"] * 3 + ["rejected", "held"]
    assert latest[4].case_id is not None
    assert [reason.signal.code for reason in latest[4].reasons] == ["insult", "toxicity"]


def test_a_record_counts_all_but_the_comment_itself(database: Database, say: Say) -> None:
    first = say("c-0")
    for n, word in enumerate(("goodly", "dubious", "dreadful", "dreadful")):
        say(f"c-{n + 1}", f"A {word} remark.")
    own = say("c-own", "A dreadful one.")

    with database.read() as db:
        record = context.record_of(db, SITE, "u-1", but=own, reader=0)
        seen_at = db.execute(
            sa.select(metadata.tables["comments"].c.received_at).where(
                metadata.tables["comments"].c.key == first
            )
        ).scalar_one()

    assert record is not None
    assert record.statuses == {"approved": 2, "held": 1, "rejected": 2}
    # Insults are rejected; what is toxic alone is not.
    assert record.rejected_for == {"insult": 2}
    assert record.seen_at == seen_at


def test_a_record_goes_back_so_far_and_no_further(
    database: Database, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(4):
        say(f"c-{n}", f"A {'dreadful' if n < 2 else 'goodly'} remark.")
    assert RECORD == 100
    with database.write() as db:
        db.execute(
            sa.insert(metadata.tables["comments"]),
            [
                {
                    "site": SITE, "id": f"x-{n}", "article": "a-1", "author": "u-1", "revision": 1,
                    "position": 3, "action": "approve", "received_at": Clock().now + n * MINUTE * 9,
                }
                for n in range(1, RECORD)
            ],
        )  # fmt: skip

    with database.read() as db:
        record = context.record_of(db, SITE, "u-1", but=0, reader=0)

    assert record is not None
    assert record.total == RECORD


def test_what_waits_for_another_look_counts_as_held(
    database: Database, writer: Writer, clock: Clock, say: Say, ada: int
) -> None:
    say("c-1", "A dubious remark.")
    own = say("c-own", "A dubious one.")
    decider = deciding(database, writer, clock)
    decider.one(SITE, ada, Seen(1, 1), APPROVAL)

    def record() -> Any:
        with database.read() as db:
            found = context.record_of(db, SITE, "u-1", but=own, reader=0)
            (said,) = context.latest_of(db, SITE, "u-1", but=own, reader=0)
        assert found is not None
        return found.statuses, said.status

    decided = record()
    with database.write() as db:
        db.exec_driver_sql("UPDATE cases SET closed_at = NULL, kind = 'second' WHERE id = 1")

    assert decided == ({"approved": 1}, "approved")
    assert record() == ({"held": 1}, "held")


def test_of_nobody_in_particular_nothing_is_told(database: Database, say: Say) -> None:
    say("c-0", author=UNTOLD)
    own = say("c-1", author=UNTOLD)

    with database.read() as db:
        assert context.latest_of(db, SITE, UNTOLD, but=own, reader=0) == []
        assert context.record_of(db, SITE, UNTOLD, but=own, reader=0) is None


def test_what_is_answered_is_followed_three_steps_up(database: Database, say: Say) -> None:
    say("c-0")
    for n in range(1, 5):
        say(f"c-{n}", parent=(f"c-{n - 1}", f"As told by c-{n}."))

    with database.read() as db:
        chain = context.answered(db, SITE, Parent("c-4", ""), reader=0)
        told = context.answered(db, SITE, Parent("c-4", "In other words."), reader=0)

    assert ids(chain) == ["c-4", "c-3", "c-2"]
    # What the answer itself quotes counts more than what we have.
    assert [said.body for said in chain] == [
        "A goodly remark.",
        "As told by c-4.",
        "As told by c-3.",
    ]
    assert told[0].body == "In other words."


def test_what_was_never_sent_is_what_the_answer_says_of_it(database: Database) -> None:
    with database.read() as db:
        (said,) = context.answered(db, SITE, Parent("c-990", "I was there."), reader=0)

    assert (said.key, said.body, said.status) == (None, "I was there.", "")


def test_comments_that_answer_each_other_end(database: Database, say: Say) -> None:
    say("c-1", parent=("c-2", ""))
    say("c-2", parent=("c-1", ""))

    with database.read() as db:
        assert ids(context.answered(db, SITE, Parent("c-1"), reader=0)) == ["c-1", "c-2"]


def test_answers_are_of_the_site_and_of_what_stands_now(
    database: Database, say: Say, clock: Clock
) -> None:
    with database.write() as db:
        sites.add_site(db, "courier", "The Courier", clock())
    own = say("c-1", parent=("p", ""))
    for n in range(2, 6):
        say(f"c-{n}", parent=("p", ""))
    say("c-6", site="courier", parent=("p", ""))
    say("c-5", "Now it answers something else.", parent=("q", ""))

    with database.read() as db:
        found = context.answers(db, SITE, "p", but=own, limit=2, reader=0)

    assert ids(found) == ["c-4", "c-3"]


def test_what_stands_before_it_is_under_the_same_article(database: Database, say: Say) -> None:
    for n in range(3):
        say(f"c-{n}")
    say("c-else", article=Article("a-2"))
    own = say("c-own")
    say("c-later")

    with database.read() as db:
        stored = comments.of_key(db, SITE, own)
        found = context.before(db, SITE, "a-1", stored.received_at, but=own, reader=0)

    assert ids(found) == ["c-2", "c-1"]


def test_what_is_nearly_the_same_is_found_and_what_may_be_decided_is_said(
    database: Database, say: Say, ada: int
) -> None:
    own = say("c-own", f"{FLYER}, dubious as it is")
    say("c-1", f"{FLYER}, dubious as it is!")
    say("c-2", f"{FLYER}, goodly as it is")
    say("c-3", "A dubious remark about something else altogether, and not about a fair.")

    with database.read() as db:
        found = context.alike(
            db, SITE, own, least=0.5, moderator=ada, is_lead=False, now=Clock().now
        )

    assert [(each.said.id, each.said.status) for each in found] == [
        ("c-1", "held"),
        ("c-2", "approved"),
    ]
    assert (found[0].open_case, found[0].revision, found[0].similarity) == (2, 1, 1.0)
    assert found[1].open_case is None
    assert 0.5 <= found[1].similarity < 1.0


@pytest.mark.parametrize(
    "column", ["claimed_by = 2, claimed_until = '2030-01-01'", "assigned_to = 2", "not_for = 1", "escalated_at = '2026-01-01'"]
)  # fmt: skip
def test_what_is_not_for_one_cannot_be_decided_with_the_rest(
    database: Database, say: Say, ada: int, clock: Clock, column: str
) -> None:
    with database.write() as db:
        people.add(db, "ben", clock())
    own = say("c-own", f"{FLYER}, dubious as it is")
    say("c-1", f"{FLYER}, dubious as it is!")

    with database.write() as db:
        db.exec_driver_sql(f"UPDATE cases SET {column} WHERE id = 2")
    with database.read() as db:
        (found,) = context.alike(
            db, SITE, own, least=0.5, moderator=ada, is_lead=False, now=clock()
        )

    assert found.open_case is None


def test_a_comment_that_was_not_compared_is_like_none(
    database: Database, say: Say, ada: int
) -> None:
    own = say("c-own", f"{FLYER}, dubious")
    say("c-1", f"{FLYER}, dubious")
    with database.write() as db:
        db.execute(sa.delete(likenesses))

    with database.read() as db:
        assert not context.alike(
            db, SITE, own, least=0.5, moderator=ada, is_lead=False, now=Clock().now
        )


class Explain(sa.Executable, sa.ClauseElement):
    """A statement whose plan is asked for."""

    inherit_cache = False

    def __init__(self, statement: sa.Select[Any]) -> None:
        self.statement = statement


@compiles(Explain)
def _explain(element: Explain, compiler: Any, **options: Any) -> str:
    how = "EXPLAIN QUERY PLAN" if compiler.dialect.name == "sqlite" else "EXPLAIN"
    return f"{how} {compiler.process(element.statement, **options)}"


QUESTIONS = {
    "latest": context.LATEST_OF,
    "record": context.COUNTS,
    "rejected": context.REJECTED_OF,
    "one": context.BY_ID,
    "answers": context.ANSWERS,
    "before": context.BEFORE,
    "alike": context.NEAR,
    "mentions": notes.TO_MODERATOR,
    "new": notes.COUNT_NEW,
    "notes": notes.NEWEST,
    "mine": handed.MINE,
    "escalated": handed.ESCALATED,
    "opinions": opinions.OF_COMMENT,
    "code": acts.CODE_ON,
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_each_question_is_answered_by_an_index(database: Database, name: str) -> None:
    values: dict[str, Any] = {
        "site": SITE, "author": "u-1", "but": 1, "id": "c-1", "parent_id": "p", "limit": 5, "key": 1,
        "article": "a-1", "received_at": Clock().now, "moderator": 1, "comment": 1, "case": 1,
        "reader": 1,
        **dict.fromkeys(BANDS, 1),
    }  # fmt: skip
    with database.read() as db:
        if not database.is_sqlite:
            db.exec_driver_sql("SET LOCAL enable_seqscan = off")
        asked = QUESTIONS[name].compile(database.engine).params
        given = {key: value for key, value in values.items() if key in asked}
        plan = [str(row) for row in db.execute(Explain(QUESTIONS[name]), given)]

    # Members of a site and its people are few.
    whole = re.compile(r"(?:SCAN|Seq Scan on) (?!moderators|memberships|anon|found|newest)\w+")
    assert [row for row in plan if whole.search(row)] == []
    assert any("ix_" in row or "INDEX" in row or "Index" in row for row in plan)
