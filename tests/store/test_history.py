"""What the store says about an author, an article, an address and what was said before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from modsvc.app import DEFAULT_POLICY
from modsvc.core.comment import UNTOLD, Article, Author, Comment, Parent
from modsvc.core.decision import Action
from modsvc.core.facts import RECORD, Facts, Record, Sent
from modsvc.core.likeness import N_BANDS, likeness
from modsvc.core.policy_document import read_policy
from modsvc.core.text import normalise
from modsvc.services.prune import Prune
from modsvc.services.screen_comment import ScreenComment
from modsvc.store import articles, comments, history, likenesses, reports, sites
from modsvc.store.db import Database
from modsvc.store.reports import Report
from modsvc.store.tables.comments import BANDS
from modsvc.store.writer import Writer
from tests.conftest import SITE, screening
from tests.factories import make_comment
from tests.fakes import Clock

LONG = "The council voted for the new bridge last night after a long and rather angry debate."
NEARLY = "The council voted for the new bridge last night after a long and quite angry debate!!"
ELSEWHERE = "My grandmother bakes bread on Fridays and nobody in town has ever said no to a slice."

Ask = Callable[..., Facts]


@pytest.fixture
def screen(database: Database, writer: Writer, clock: Clock) -> ScreenComment:
    return screening(database, writer, clock)


@pytest.fixture
def ask(database: Database, clock: Clock) -> Ask:
    """Give what is known of a comment now, as if it were sent."""

    def facts(comment: Comment) -> Facts:
        like = likeness(normalise(comment.body).text)
        with database.read() as db:
            known = history.ask(db, SITE, comment, like, clock())
        assert known is not None
        return known.facts

    return facts


def test_of_a_first_comment_nothing_is_known(ask: Ask, clock: Clock) -> None:
    facts = ask(make_comment(LONG))

    assert facts.at == clock()
    assert facts.kept().keys() == {"at", "n_words"}


def test_a_site_that_is_not_there_is_told_apart(database: Database, clock: Clock) -> None:
    with database.read() as db:
        assert history.ask(db, "nowhere", make_comment(), None, clock()) is None


def test_an_authors_record_says_how_their_comments_stand_now(
    screen: ScreenComment, ask: Ask, clock: Clock
) -> None:
    for n, word in enumerate(["goodly", "goodly", "dubious", "dreadful"]):
        screen(SITE, make_comment(f"A {word} remark.", id=f"c-{n}"))
    screen(SITE, make_comment("A dreadful remark.", id="c-9", author=Author("u-2")))

    facts = ask(make_comment(LONG, id="new"))

    assert facts.record == Record(4, 2, 1)
    screen(SITE, make_comment("A goodly remark after all.", id="c-2"))
    assert ask(make_comment(LONG, id="new")).record == Record(4, 3, 1)


def test_a_record_forgets_what_was_long_ago(screen: ScreenComment, ask: Ask, clock: Clock) -> None:
    screen(SITE, make_comment("A dreadful remark.", id="old"))
    clock.advance(timedelta(seconds=1))
    screen.many(SITE, [make_comment(id=f"c-{n}") for n in range(RECORD)])

    assert ask(make_comment(LONG, id="new")).record == Record(RECORD, RECORD, 0)


def test_what_was_sent_lately_is_counted_by_author_article_and_address(
    screen: ScreenComment, ask: Ask, clock: Clock
) -> None:
    here = {"article": Article("a-1"), "author": Author("u-1"), "address": "x"}
    screen(SITE, make_comment(id="c-1", **here))
    clock.advance(timedelta(minutes=59))
    screen(SITE, make_comment(id="c-2", **{**here, "author": Author("u-2")}))
    screen(SITE, make_comment(id="c-3", **{**here, "article": Article("a-2")}))
    screen(SITE, make_comment(id="c-4", **{**here, "address": "y"}))

    facts = ask(make_comment(id="new", **here))

    assert facts.by_author == Sent(2, 3)
    assert facts.on_article == 2
    assert facts.from_address == Sent(2, 3)
    clock.advance(timedelta(minutes=1))
    assert ask(make_comment(id="new", **here)).by_author == Sent(0, 2)


def test_of_whom_nobody_tells_nothing_is_known(screen: ScreenComment, ask: Ask) -> None:
    nobody = {"article": Article(UNTOLD), "author": Author(UNTOLD)}
    for n in range(3):
        screen(SITE, make_comment(LONG, id=f"c-{n}", **nobody))

    facts = ask(make_comment(LONG, id="new", **nobody))

    assert (facts.record, facts.by_author, facts.on_article) == (Record(), Sent(), 0)
    assert [like.own for like in facts.likes] == [False] * 3
    assert facts.from_address == Sent()


def test_the_same_and_nearly_the_same_is_found_across_authors_and_articles(
    screen: ScreenComment, ask: Ask, clock: Clock
) -> None:
    screen(SITE, make_comment(ELSEWHERE, id="c-0"))
    screen(SITE, make_comment(LONG, id="c-1", article=Article("a-9"), author=Author("u-9")))
    clock.advance(timedelta(minutes=7))
    screen(SITE, make_comment(LONG.upper(), id="c-2"))

    facts = ask(make_comment(NEARLY, id="new"))

    newer, older = facts.likes
    assert (newer.own, newer.minutes, older.own, older.minutes) == (True, 0, False, 7)
    assert 0.5 <= newer.similarity < 1
    assert facts.n_words == 16
    assert [like.similarity for like in ask(make_comment(LONG, id="new")).likes] == [1.0, 1.0]


def test_what_stands_rejected_is_said_so(screen: ScreenComment, ask: Ask) -> None:
    screen(SITE, make_comment(f"A dreadful remark. {LONG}", id="c-1", author=Author("u-9")))

    (like,) = ask(make_comment(f"A dreadful remark: {LONG}", id="new")).likes

    assert like.rejected


def test_a_comment_is_not_like_itself_nor_like_what_it_answers(
    screen: ScreenComment, ask: Ask
) -> None:
    screen(SITE, make_comment(LONG, id="c-1"))

    again = ask(make_comment(LONG, id="c-1"))
    answer = ask(make_comment(LONG, id="c-2", parent=Parent("c-1")))

    assert (again.likes, again.is_edit) == ((), True)
    assert (answer.likes, answer.is_edit) == ((), False)


def test_an_edit_is_found_again_by_what_it_says_now(screen: ScreenComment, ask: Ask) -> None:
    screen(SITE, make_comment(LONG, id="c-1"))
    screen(SITE, make_comment(ELSEWHERE, id="c-1"))

    assert ask(make_comment(LONG, id="new")).likes == ()
    assert len(ask(make_comment(ELSEWHERE, id="new")).likes) == 1


def test_an_edit_that_says_nothing_is_like_nothing(screen: ScreenComment, ask: Ask) -> None:
    screen(SITE, make_comment(LONG, id="c-1"))
    screen(SITE, make_comment("!!", id="c-1"))

    assert ask(make_comment(LONG, id="new")).likes == ()


def test_what_is_too_old_is_not_found_and_is_dropped(
    screen: ScreenComment, ask: Ask, clock: Clock, database: Database
) -> None:
    screen(SITE, make_comment(LONG, id="c-1"))
    clock.advance(history.KEPT)
    screen(SITE, make_comment(ELSEWHERE, id="c-2"))

    assert ask(make_comment(LONG, id="new")).likes == ()
    clock.advance(timedelta(seconds=1))
    with database.write() as db:
        assert likenesses.prune(db, clock() - history.KEPT) == 1
    assert len(ask(make_comment(ELSEWHERE, id="new")).likes) == 1


def test_how_long_an_author_is_known_is_told_by_the_site_or_else_by_us(
    screen: ScreenComment, ask: Ask, clock: Clock
) -> None:
    screen(SITE, make_comment(id="c-1", author=Author("u-1")))
    clock.advance(timedelta(days=3, hours=5))
    joined = Author("u-1", joined_at=clock() - timedelta(days=40))

    assert ask(make_comment(author=Author("u-1"), id="new")).age_days == 3
    assert ask(make_comment(author=joined, id="new")).age_days == 40
    assert ask(make_comment(author=Author("u-2"), id="new")).age_days == 0
    screen(SITE, make_comment(id="c-2", author=joined))
    assert ask(make_comment(author=Author("u-1"), id="new")).age_days == 40


def test_an_articles_mode_and_section_are_known(database: Database, ask: Ask, clock: Clock) -> None:
    with database.write() as db:
        articles.put(db, SITE, "a-1", {"mode": "strict", "section": "sport"}, clock())

    facts = ask(make_comment())

    assert (facts.mode, facts.section) == ("strict", "sport")
    assert ask(make_comment(article=Article("a-1", section="news"))).section == "news"


def test_there_is_a_column_for_each_band() -> None:
    assert len(BANDS) == N_BANDS


@pytest.mark.parametrize("kind", ["author", "article", "address", "band"])
def test_every_part_of_the_question_goes_by_an_index(sqlite_url: str, kind: str) -> None:
    wanted = {
        "author": "ix_comments_site_author_received_at_action",
        "article": "ix_comments_site_article_received_at",
        "address": "ix_comments_address",
        "band": "ix_likenesses_site_band_0_comment",
    }
    database = Database(sqlite_url)
    asked = str(
        history.STATEMENT.compile(database.engine, compile_kwargs={"render_postcompile": True})
    )
    with database.read() as db:
        compiled = history.STATEMENT.compile(database.engine)
        values = tuple(compiled.params[name] for name in compiled.positiontup or ())
        plan = db.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}", values).all()
    database.close()

    steps = [step[-1] for step in plan]
    assert any(wanted[kind] in step for step in steps)
    assert not [step for step in steps if step.startswith("SCAN comments")]


def test_what_came_between_is_looked_for_in_the_end_of_the_log_alone(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    compiled = history.CAME_BETWEEN.compile(
        database.engine, compile_kwargs={"render_postcompile": True}
    )
    values = tuple(compiled.params[name] for name in compiled.positiontup or ())
    with database.read() as db:
        plan = db.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", values).all()
    database.close()

    steps = [step[-1] for step in plan]
    assert any("decisions" in step and "position>? AND position<?" in step for step in steps)
    assert not [step for step in steps if step.startswith("SCAN")]


def test_what_is_edited_is_not_counted_with_itself(
    screen: ScreenComment, ask: Ask, clock: Clock
) -> None:
    for n, word in enumerate(["goodly", "dreadful"]):
        screen(SITE, make_comment(f"A {word} remark.", id=f"c-{n}", address="x"))

    facts = ask(make_comment(LONG, id="c-1", address="x"))

    assert (facts.record, facts.by_author) == (Record(1, 1, 0), Sent(1, 1))
    assert (facts.on_article, facts.from_address) == (1, Sent(1, 1))
    elsewhere = make_comment(
        LONG, id="c-1", address="y", author=Author("u-2"), article=Article("a-2")
    )
    assert ask(elsewhere).by_author == Sent()
    clock.advance(timedelta(minutes=2))
    assert ask(make_comment(LONG, id="c-1", address="x")).from_address == Sent(0, 1)


def test_more_is_counted_than_limits_are_set_to(
    screen: ScreenComment, ask: Ask, clock: Clock
) -> None:
    limit = read_policy(DEFAULT_POLICY.read_text(encoding="utf-8")).limits.max_address_hour
    screen.many(
        SITE,
        [make_comment(id=f"c-{n}", author=Author(f"u-{n}"), address="x") for n in range(limit + 1)],
    )

    facts = ask(make_comment(id="new", address="x"))

    assert facts.from_address.hour == facts.on_article == limit + 1


def test_more_of_an_author_is_counted_than_makes_their_record(
    screen: ScreenComment, ask: Ask
) -> None:
    screen.many(SITE, [make_comment(id=f"c-{n}") for n in range(RECORD + 20)])

    facts = ask(make_comment(id="new"))

    assert facts.by_author == Sent(RECORD + 20, RECORD + 20)
    assert facts.record.comments == RECORD


def test_reports_of_what_it_said_before_are_not_edited_away(
    screen: ScreenComment, ask: Ask, database: Database, clock: Clock
) -> None:
    screen(SITE, make_comment("A goodly remark.", id="c-1"))
    with database.write() as db:
        stored = comments.find(db, SITE, "c-1")
        assert stored is not None
        for reader in ("r-1", "r-2"):
            reports.add(db, SITE, stored, Report(reader), clock())

    for n in range(2):
        assert ask(make_comment(f"Edit {n}.", id="c-1")).reports == 2
        screen(SITE, make_comment(f"A goodly edit {n}.", id="c-1"))


def test_of_another_sites_author_and_article_of_that_id_nothing_is_known(
    screen: ScreenComment, ask: Ask, database: Database, clock: Clock
) -> None:
    joined = Author("u-1", joined_at=clock() - timedelta(days=40))
    with database.write() as db:
        sites.add_site(db, "other", "Another", clock())
        articles.put(db, "other", "a-1", {"mode": "strict", "section": "sport"}, clock())
    screen("other", make_comment(LONG, id="c-1", author=joined, address="x"))

    assert ask(make_comment(LONG, id="c-1", address="x")) == Facts(at=clock(), n_words=16)


def test_in_a_batch_what_nobody_tells_is_nobodys_own(screen: ScreenComment) -> None:
    nobody = {"article": Article(UNTOLD), "author": Author(UNTOLD)}

    _, second = screen.many(SITE, [make_comment(LONG, id=id_, **nobody) for id_ in ("c-1", "c-2")])

    assert second.decision.facts is not None
    assert [like.own for like in second.decision.facts.likes] == [False]


def test_in_a_batch_an_edit_is_counted_no_second_time(screen: ScreenComment) -> None:
    screen(SITE, make_comment(id="c-1"))

    _, new = screen.many(SITE, [make_comment("An edit.", id="c-1"), make_comment(id="c-2")])

    assert new.decision.facts is not None
    assert new.decision.facts.by_author == Sent(1, 1)


def test_what_may_still_be_found_is_not_dropped(
    screen: ScreenComment, ask: Ask, clock: Clock, writer: Writer
) -> None:
    screen(SITE, make_comment(LONG, id="c-1"))
    clock.advance(timedelta(days=6))

    assert not Prune(writer=writer, now=clock)()
    assert len(ask(make_comment(LONG, id="new")).likes) == 1


def test_that_an_article_is_closed_says_nothing_of_its_authors(
    database: Database, screen: ScreenComment, ask: Ask, clock: Clock
) -> None:
    with database.write() as db:
        articles.put(db, SITE, "a-1", {"mode": "closed"}, clock())
    closed = screen(SITE, make_comment(LONG, id="c-1")).decision
    also_dreadful = screen(SITE, make_comment("A dreadful remark.", id="c-2")).decision

    facts = ask(make_comment(LONG, id="c-3", article=Article("a-2")))

    assert closed.action is also_dreadful.action is Action.REJECT
    assert facts.record == Record(comments=2, approved=0, rejected=1)
    assert [like.rejected for like in facts.likes] == [False]
