"""What a policy would have done to history; and that the old one does what it did."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.engine import Connection

from modsvc.core.comment import Article, Author, Comment, Parent
from modsvc.core.decision import Action
from modsvc.core.policy_document import read_policy
from modsvc.core.replay import MAX_EXAMPLES, Report
from modsvc.core.screening import Scorer
from modsvc.core.words import Entry
from modsvc.services import save_policy
from modsvc.services.decide_cases import Seen
from modsvc.services.judge_late import JudgeLate
from modsvc.services.replay_policy import Outcome, Replay, Setting, replay
from modsvc.services.review_case import ReviewCase
from modsvc.services.screen_comment import ScreenComment
from modsvc.store import articles, judged, people, sites, words
from modsvc.store.db import Database
from modsvc.store.words import Wanted
from modsvc.store.writer import Writer
from tests.calm import calm_text
from tests.conftest import SITE, deciding, policies_of, screening
from tests.factories import make_comment
from tests.fakes import BothStages, Clock, FakeScorer, WordScorer
from tests.strategies import default_policy

LINKS = "A goodly remark, see https://a.example and https://b.example there."
FEWER = calm_text().replace("max_links = 2", "max_links = 1", 1)
STRICTER = calm_text().replace("toxicity        = { hold = 0.08 }", "toxicity = { hold = 0.02 }", 1)

Run = Callable[..., Outcome]


@pytest.fixture
def screen(database: Database, writer: Writer, clock: Clock) -> ScreenComment:
    return screening(database, writer, clock)


@pytest.fixture
def run(database: Database) -> Run:
    """Replay all of the site's history: `run(document)`, or as it was recorded: `run()`."""

    def run(document: str | None = None, *, scorer: Scorer | None = None, **more: int) -> Outcome:
        url = database.url.render_as_string(hide_password=False)
        setting = Setting(url, SITE, document, calm_text(), lambda: scorer or WordScorer(), **more)
        here, report = Replay(setting), Report()
        differing: tuple[str, ...] = ()
        unknown = 0
        for start, end in here.parts():
            outcome = here.part(start, end)
            report.merge(outcome.report)
            differing += outcome.differing
            unknown += outcome.n_unknown
        here.close()
        return Outcome(report, differing, unknown)

    return run


@pytest.fixture
def fresh_site(
    sqlite_template: bytes, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], AbstractContextManager[tuple[Database, Writer, Clock]]]:
    """Make a database of its own for each example, with a writer and a clock."""

    @contextmanager
    def make() -> Iterator[tuple[Database, Writer, Clock]]:
        path = tmp_path_factory.mktemp("replayed") / "modsvc.db"
        path.write_bytes(sqlite_template)
        database = Database(f"sqlite:///{path}")
        with database.write() as db:
            sites.add_site(db, SITE, "The Gazette", Clock().now)
        writer = Writer(database)
        try:
            yield database, writer, Clock()
        finally:
            writer.close()
            database.close()

    return make


def changes(outcome: Outcome) -> dict[str, int]:
    return {
        f"{before.word} {after.word}": n for (before, after), n in outcome.report.changes.items()
    }


def test_a_draft_says_what_it_would_change_and_why(screen: ScreenComment, run: Run) -> None:
    screen(SITE, make_comment(id="c-1"))
    screen(SITE, make_comment(LINKS, id="c-2"))
    screen(SITE, make_comment("A dreadful remark.", id="c-3"))

    outcome = run(FEWER)

    assert changes(outcome) == {"approve approve": 1, "approve hold": 1, "reject reject": 1}
    assert outcome.report.gained == {"links.too_many": 1}
    assert outcome.report.n_changed == 1
    assert outcome.report.n_asked == 0  # The label that stops the third did so before.
    ((example,),) = [e for e in outcome.report.examples.values() if e]
    assert (example.comment_id, example.before, example.after) == ("c-2", (), ("links.too_many",))


def test_parts_together_show_no_more_examples_than_one(screen: ScreenComment, run: Run) -> None:
    for n in range(12):
        screen(SITE, make_comment(LINKS, id=f"c-{n}"))

    report = run(FEWER, part=5).report

    assert report.n_changed == 12
    assert len(report.examples[Action.APPROVE, Action.HOLD]) == MAX_EXAMPLES


def test_a_milder_draft_lets_go(screen: ScreenComment, run: Run) -> None:
    screen(SITE, make_comment("A dubious remark.", id="c-1"))
    milder = calm_text()
    for code in ("toxicity       ", "insult         "):
        milder = milder.replace(f"{code} = {{ hold = 0.045", f"{code} = {{ hold = 0.4", 1)

    outcome = run(milder)

    assert changes(outcome) == {"hold approve": 1}
    assert outcome.report.lost == {"toxicity": 1, "insult": 1}


def test_what_a_draft_would_stop_by_a_label_is_asked_of_the_classifier_once_more(
    database: Database, writer: Writer, clock: Clock, run: Run
) -> None:
    scorer = FakeScorer({"toxicity": 0.03})
    screening(database, writer, clock, scorer=scorer)(SITE, make_comment())
    stricter = calm_text().replace(
        "toxicity        = { hold = 0.045 }", "toxicity = { hold = 0.02 }"
    )
    other = FakeScorer({"toxicity": 0.03})
    other.version = "another"

    asked, unsure = run(stricter, scorer=scorer).report, run(stricter, scorer=other).report

    assert (asked.n_asked, asked.n_unsure) == (1, 0)
    assert (unsure.n_asked, unsure.n_unsure) == (0, 1)
    assert asked.changes == unsure.changes == {(Action.APPROVE, Action.HOLD): 1}


def test_moderators_who_said_otherwise_are_counted(
    database: Database, writer: Writer, clock: Clock, screen: ScreenComment, run: Run
) -> None:
    with database.write() as db:
        ada = people.add(db, "ada", clock())
    review = ReviewCase(db=database, writer=writer, policies=policies_of(database), now=clock)
    for n, code in enumerate(["moderator.approved", "moderator.abuse"]):
        screen(SITE, make_comment("A dubious remark.", id=f"c-{n}"))
        case_id = review.claim_next(SITE, ada)
        assert case_id is not None
        token = review.open(SITE, case_id).case.claim_token
        deciding(database, writer, clock).one(SITE, ada, Seen(case_id, 1, token), code)
    rejecting = calm_text()
    for code in ("toxicity       ", "insult         "):
        rejecting = rejecting.replace(f"{code} = {{ hold = 0.045", f"{code} = {{ reject = 0.045", 1)
    rejecting = rejecting.replace(", reject = 0.5 }", " }")

    report = run(rejecting).report

    # By the policy then both were held, which contradicts nobody.
    assert report.contradicted() == (2, 0, 1)
    assert report.queue()[-1][1:] == (0, 0)


def test_the_queue_grows_by_what_is_held_and_shrinks_by_what_was_closed(
    screen: ScreenComment, clock: Clock, run: Run
) -> None:
    for n in range(3):
        screen(SITE, make_comment(LINKS, id=f"l-{n}"))
    clock.advance(timedelta(hours=1))
    screen(SITE, make_comment("A dubious remark.", id="c-1"))

    lengths = [(was, would_be) for _, was, would_be in run(FEWER).report.queue()]

    assert lengths == [(0, 3), (1, 4)]


def test_only_the_newest_are_replayed_if_asked(screen: ScreenComment, run: Run) -> None:
    for n in range(5):
        screen(SITE, make_comment(id=f"c-{n}"))

    assert run(FEWER, newest=2).report.n_comments == 2
    assert run(FEWER, newest=50, part=2).report.n_comments == 5


def test_of_a_site_without_history_there_is_nothing_to_say(run: Run) -> None:
    assert run(FEWER).report.told()["comments"] == 0


@pytest.mark.parametrize("size", [1, 2, 3, 4, 7, 8])
def test_parts_hold_every_comment_once(
    database: Database, screen: ScreenComment, size: int
) -> None:
    screen.many(SITE, [make_comment(id=f"c-{n}") for n in range(7)])

    with database.read() as db:
        found = [
            each.comment.id
            for start, end in judged.parts(db, SITE, None, size)
            for each in judged.between(db, SITE, start, end)
        ]

    assert found == [f"c-{n}" for n in range(7)]


WORDS = ("goodly", "dubious", "dreadful", "humbug", "https://a.example", "SHOUTING ALOUD HERE NOW")
bodies = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join)
sent = st.builds(
    Comment,
    id=st.integers(0, 9).map("c-{}".format),
    body=bodies,
    article=st.sampled_from([Article("a-1"), Article("a-2", section="sport"), Article("a-3")]),
    author=st.sampled_from([Author("u-1"), Author("u-2"), Author("staff")]),
    parent=st.sampled_from([None, Parent("p-1", "You said so.")]),
    language=st.sampled_from([None, "en"]),
    address=st.sampled_from([None, "x"]),
)
EXPRESSION = (
    "'three' = { when = '1.0 / double(links - 1) > 0.5 && chars > 40', action = \"reject\" }"
)
NO_LINKS = '\n[[overrides]]\nsections = ["sport"]\nlimits = { max_links = 0 }\n'
SITE_POLICY = (
    calm_text()
    .replace("max_author_minute = 1000000", "max_author_minute = 2")
    .replace("max_author_repeats = 1000000", "max_author_repeats = 0")
    .replace("staff = []", 'staff = ["staff"]')
    .replace('"author.new"        = {}', '"author.new" = { hold = 1.0 }')
    .replace("\n[expressions]\n", f"\n[expressions]\n{EXPRESSION}\n")
    + NO_LINKS
)
Change = Callable[[Connection, Clock], object]


def another_policy(document: str) -> Change:
    return lambda db, clock: save_policy.save(
        db, SITE, read_policy(document), note="", author=None, now=clock()
    )


def another_word(action: Action) -> Change:
    def change(db: Connection, clock: Clock) -> None:
        there = [entry.id for entry in words.entries(db, SITE)]
        words.remove(db, SITE, there, by=None, now=clock())
        wanted = [Wanted(Entry("humbug", action), "")]
        words.add(db, SITE, wanted, by=None, now=clock())

    return change


def another_mode(mode: str) -> Change:
    return lambda db, clock: articles.put(db, SITE, "a-1", {"mode": mode}, clock())


def another_section(section: str) -> Change:
    return lambda db, clock: articles.put(db, SITE, "a-1", {"section": section}, clock())


def later(seconds: int) -> Change:
    return lambda _, clock: clock.advance(timedelta(seconds=seconds))


events = st.one_of(
    st.just(later(0)),
    st.integers(1, 90).map(later),
    st.sampled_from([SITE_POLICY, FEWER]).map(another_policy),
    st.sampled_from([Action.HOLD, Action.REJECT]).map(another_word),
    st.sampled_from(["normal", "strict", "premoderate"]).map(another_mode),
    st.sampled_from(["sport", ""]).map(another_section),
)
SCORERS = [
    WordScorer(),
    FakeScorer({"insult": 0.51, "toxicity": 0.0449999}),
    BothStages({"insult": 0.4999999}),
    None,
]


@given(
    history=st.lists(st.tuples(events, sent), min_size=1, max_size=12),
    scorer=st.sampled_from(SCORERS),
)
def test_the_old_policy_replayed_gives_the_old_decisions(
    fresh_site: Callable[[], AbstractContextManager[tuple[Database, Writer, Clock]]],
    history: list[tuple[Change, Comment]], scorer: Scorer | None,
) -> None:  # fmt: skip
    """Whatever is sent, and however the policy, the words and the articles change in between."""
    with fresh_site() as (database, writer, clock):
        screen = screening(database, writer, clock, scorer=scorer)
        for change, comment in history:
            with database.write() as db:
                change(db, clock)
            screen(SITE, comment)
        setting = Setting(str(database.url), SITE, None, calm_text(), lambda: scorer, part=5)
        outcomes = [outcome for *_, outcome in replay(setting, processes=1)]

    assert [name for outcome in outcomes for name in outcome.differing] == []
    assert sum(outcome.n_unknown for outcome in outcomes) == 0
    assert sum(outcome.report.n_comments for outcome in outcomes) > 0
    assert all(before is after for o in outcomes for before, after in o.report.changes)


def test_an_article_that_was_moved_since_is_replayed_where_it_stood(
    database: Database, clock: Clock, screen: ScreenComment, run: Run
) -> None:
    with database.write() as db:
        another_policy(calm_text() + NO_LINKS)(db, clock)
    screen(SITE, make_comment("A goodly https://a.example."))

    with database.write() as db:
        another_section("sport")(db, clock)

    assert run().differing == ()
    assert changes(run(calm_text() + NO_LINKS)) == {"approve approve": 1}


def test_what_was_judged_late_is_replayed_late(
    screen_late: ScreenComment, make_judge: Callable[..., JudgeLate], run: Run
) -> None:
    screen_late(SITE, make_comment())
    make_judge(BothStages({"insult": 0.9}))()

    outcome = run(None)
    milder = run(
        calm_text().replace("insult          = { hold = 0.08, reject = 0.5 }", "insult = {}")
    )

    assert (outcome.differing, outcome.n_unknown, outcome.report.n_comments) == ((), 0, 2)
    assert changes(milder) == {"hold approve": 1}


def test_decisions_without_facts_are_not_tried(
    database: Database, screen: ScreenComment, run: Run
) -> None:
    from modsvc.core.decision import Decision
    from modsvc.core.facts import NO_FACTS
    from modsvc.store import comments, decisions

    with database.write() as db:
        head = decisions.lock_head(db, SITE)
        comment = make_comment()
        key = comments.add(db, SITE, comment, position=1, action=Action.APPROVE, now=Clock().now)
        assert key is not None
        digest = comments.add_revision(db, key, 1, comment, Clock().now)
        subject = decisions.Subject(SITE, key, comment.id, 1, digest)
        decision = Decision(Action.APPROVE, (), default_policy().version, facts=NO_FACTS)
        decisions.append(db, head, subject, decision, now=Clock().now)

    assert run(None).n_unknown == 1
    assert run(FEWER).report.n_comments == 1
