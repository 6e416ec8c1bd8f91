from __future__ import annotations

from datetime import timedelta

import pytest

from modsvc.core.decision import Action
from modsvc.core.lexicon import Lexicon
from modsvc.core.review import APPROVAL
from modsvc.core.word_lines import Wanted
from modsvc.core.words import Entry
from modsvc.errors import AlreadyExists, NotFound
from modsvc.services import try_words
from modsvc.services.count_words import CountWords
from modsvc.services.decide_cases import DecideCases, Seen
from modsvc.services.edit_words import DAYS, EditWords
from modsvc.services.policies import Policies
from modsvc.services.review_case import ReviewCase
from modsvc.services.screen_comment import Idempotency, ScreenComment
from modsvc.services.try_words import look_through
from modsvc.store import people, words
from modsvc.store.db import Database
from modsvc.store.decisions import Recorded
from modsvc.store.word_finds import Judged
from modsvc.store.writer import Writer
from tests.conftest import SITE, deciding, policies_of, screening
from tests.factories import make_comment
from tests.fakes import Clock, WordScorer

LEXICON = Lexicon(["you", "are", "a", "what", "council"], {"fool": 9})


class Reader(WordScorer):
    """Lets texts be read with a lexicon."""

    lexicon = LEXICON  # type: ignore[assignment]


@pytest.fixture
def policies(database: Database) -> Policies:
    return policies_of(database)


@pytest.fixture
def edit(database: Database, writer: Writer, policies: Policies, clock: Clock) -> EditWords:
    return EditWords(db=database, writer=writer, policies=policies, lexicon=LEXICON, now=clock)


@pytest.fixture
def count(writer: Writer, clock: Clock) -> CountWords:
    return CountWords(writer=writer, now=clock)


@pytest.fixture
def screen(
    database: Database, writer: Writer, policies: Policies, clock: Clock, count: CountWords
) -> ScreenComment:
    return screening(database, writer, clock, policies=policies, scorer=Reader(), count_words=count)


@pytest.fixture
def ada(database: Database, clock: Clock) -> int:
    with database.write() as db:
        return people.add(db, "ada", clock())


def want(phrase: str, action: Action = Action.HOLD, **facts: object) -> Wanted:
    return Wanted(Entry(phrase, action, **facts))  # type: ignore[arg-type]


def codes(decision: Recorded) -> list[str]:
    """The reasons that are words; others may say that the machine was too busy for a rule."""
    found = (reason.signal.code for reason in decision.reasons)
    return [code for code in found if code.startswith("words.")]


def decide(review: ReviewCase, decider: DecideCases, moderator: int, code: str) -> None:
    case_id = review.claim_next(SITE, moderator)
    assert case_id is not None
    case = review.open(SITE, case_id).case
    decider.one(SITE, moderator, Seen(case_id, case.revision, case.claim_token), code)


def test_an_entry_is_in_force_from_the_next_comment_on(
    edit: EditWords, screen: ScreenComment, ada: int
):
    before = screen(SITE, make_comment("what a council", id="c-1")).decision
    edit.add(SITE, ada, [want("council")])
    held = screen(SITE, make_comment("what a c.o.u.n.c.i.l", id="c-2")).decision
    (line,) = edit.page(SITE, search="", order="phrase", number=1).lines
    new = edit.change(SITE, ada, line.id, want("council", Action.REJECT))
    rejected = screen(SITE, make_comment("what a council", id="c-3")).decision
    edit.remove(SITE, ada, [new])
    after = screen(SITE, make_comment("what a council", id="c-4")).decision
    edit.restore(SITE, ada, [new])
    again = screen(SITE, make_comment("what a council", id="c-5")).decision

    assert codes(before) == codes(after) == []
    assert codes(held) == ["words.suspect"]
    assert codes(rejected) == codes(again) == ["words.banned"]


def test_what_reads_as_an_entry_of_the_list_is_known_already(edit: EditWords, ada: int):
    edit.add(SITE, ada, [want("fool")])

    done = edit.add(
        SITE, ada, [want("F.O.O.L"), want("fo0l"), want("fool", language="en"), want("fools")]
    )

    assert [each.entry.phrase for each in done.known] == ["F.O.O.L", "fo0l"]
    assert [each.entry.phrase for each in done.added] == ["fool", "fools"]


def test_of_lines_that_read_alike_the_first_is_added(edit: EditWords, ada: int):
    done = edit.add(SITE, ada, [want("טיפש"), want("ט.י.פ.ש"), want("טיפש")])

    assert [each.entry.phrase for each in done.added] == ["טיפש"]
    assert len(done.known) == 2


def test_an_entry_cannot_become_what_another_reads_as_but_may_be_spelled_otherwise(
    edit: EditWords, ada: int
):
    edit.add(SITE, ada, [want("fool"), want("dolt")])
    dolt, fool = edit.page(SITE, search="", order="phrase", number=1).lines

    with pytest.raises(AlreadyExists, match="reads the same"):
        edit.change(SITE, ada, dolt.id, want("F-o-o-l"))
    new = edit.change(SITE, ada, fool.id, want("FOOL"))

    assert edit.file(SITE, new).line.phrase == "FOOL"
    with pytest.raises(NotFound):
        edit.change(SITE, ada, fool.id, want("fool"))


def test_what_an_entry_would_have_found_is_counted_with_what_became_of_it(
    edit: EditWords,
    screen: ScreenComment,
    database: Database,
    writer: Writer,
    clock: Clock,
    ada: int,
):
    review = ReviewCase(db=database, writer=writer, policies=policies_of(database), now=clock)
    bodies = ["a dubious zonk", "a dubious z.o.n.k", "a dubious Zonk", "a zonk", "zonks", "dreadful zonk"]  # fmt: skip
    for n, body in enumerate(bodies):
        screen(SITE, make_comment(body, id=f"c-{n}"))
    decide(review, deciding(database, writer, clock), ada, APPROVAL)
    decide(review, deciding(database, writer, clock), ada, "moderator.abuse")

    tried = edit.try_on(SITE, [want("zonk", Action.REJECT)])

    assert (tried.n_read, tried.n_found, tried.in_time) == (6, 5, True)
    assert tried.stand == {Action.APPROVE: 2, Action.HOLD: 1, Action.REJECT: 2}
    assert tried.judged == Judged(approved=1, rejected=1)
    assert tried.phrases == [("zonk", 5)]
    by_id = {each.sent.comment_id: each for each in tried.examples}
    assert set(by_id) == {"c-0", "c-1", "c-2", "c-3", "c-5"}
    assert [(by_id[f"c-{n}"].case, by_id[f"c-{n}"].is_disguised) for n in (0, 1, 2, 3, 5)] == [
        (1, False),
        (2, True),
        (3, False),
        (None, False),
        (None, False),
    ]
    (place,) = by_id["c-1"].places
    assert bodies[1][place.start : place.end] == "z.o.n.k"
    assert place.reads == "zonk"


def test_trying_keeps_nothing_and_changes_nothing(
    edit: EditWords, screen: ScreenComment, policies: Policies
):
    screen(SITE, make_comment("a zonk"))
    version = policies.of(SITE).policy.version

    edit.try_on(SITE, [want("zonk")])

    assert edit.page(SITE, search="", order="phrase", number=1).n_all == 0
    assert codes(screen(SITE, make_comment("a zonk", id="c-2")).decision) == []
    assert policies.of(SITE).policy.version == version


def test_words_in_disguise_are_among_the_examples_however_old(
    edit: EditWords, screen: ScreenComment
):
    screen(SITE, make_comment("f.o.o.l", id="old"))
    for n in range(15):
        screen(SITE, make_comment("what a fool", id=f"c-{n}"))

    tried = edit.try_on(SITE, [want("fool")])

    assert tried.n_found == 16
    shown = [each.sent.comment_id for each in tried.examples]
    assert shown == [*(f"c-{n}" for n in range(14, 5, -1)), "old"]


def test_an_entry_of_a_language_is_not_looked_for_in_comments_of_another(
    edit: EditWords, screen: ScreenComment
):
    screen(SITE, make_comment("a zonk"))  # Scored, so it is English.

    assert edit.try_on(SITE, [want("zonk", language="de")]).n_found == 0
    assert edit.try_on(SITE, [want("zonk", language="en")]).n_found == 1


def test_when_time_is_up_it_says_how_far_it_came(database: Database, screen: ScreenComment):
    for n in range(5):
        screen(SITE, make_comment("a zonk", id=f"c-{n}"))
    ticks = iter(range(100))

    tried = look_through(
        database,
        SITE,
        [want("zonk").entry],
        lexicon=None,
        timer=lambda: float(next(ticks)),
    )

    assert (tried.n_read, tried.n_found, tried.in_time) == (2, 2, False)


def test_no_more_than_the_newest_are_looked_through(
    edit: EditWords, screen: ScreenComment, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(try_words, "NEWEST", 3)
    monkeypatch.setattr(try_words, "_STEP", 2)
    for n in range(5):
        screen(SITE, make_comment(f"a zonk, {n}", id=f"c-{n}"))

    tried = edit.try_on(SITE, [want("zonk")])

    assert (tried.n_read, tried.in_time) == (3, True)
    assert [each.sent.comment_id for each in tried.examples] == ["c-4", "c-3", "c-2"]


def test_of_many_phrases_it_says_which_were_found(edit: EditWords, screen: ScreenComment):
    screen(SITE, make_comment("zonk and zonk", id="c-1"))
    screen(SITE, make_comment("zonk and plonk", id="c-2"))

    tried = edit.try_on(SITE, [want("zonk"), want("plonk", Action.REJECT), want("clonk")])

    assert tried.n_found == 2
    assert tried.phrases == [("zonk", 2), ("plonk", 1)]


def test_an_entrys_file_tells_its_days_and_the_comments_it_was_found_in(
    edit: EditWords,
    screen: ScreenComment,
    count: CountWords,
    clock: Clock,
    ada: int,
    database: Database,
    writer: Writer,
):
    review = ReviewCase(db=database, writer=writer, policies=policies_of(database), now=clock)
    edit.add(SITE, ada, [want("fool"), want("dolt")])
    screen(SITE, make_comment("f.o.o.l and dolt", id="c-1"))
    screen(SITE, make_comment("a dolt", id="c-2"))
    count.keep()
    decide(review, deciding(database, writer, clock), ada, APPROVAL)
    clock.advance(timedelta(days=1))
    screen(SITE, make_comment("Fool!", id="c-3"))
    count.keep()
    _, fool = edit.page(SITE, search="", order="phrase", number=1).lines

    file = edit.file(SITE, fool.id)

    assert len(file.days) == DAYS
    assert [hits for _, hits in file.days[-3:]] == [0, 1, 1]
    assert file.line.hits == 2
    assert file.judged == Judged(approved=1)
    assert [each.sent.comment_id for each in file.sightings] == ["c-3", "c-1"]
    (place,) = file.sightings[1].places
    assert (place.entry.phrase, place.reads) == ("fool", "fool")


def test_a_listing_tells_what_moderators_made_of_finds(
    edit: EditWords, screen: ScreenComment, database: Database, writer: Writer, clock: Clock, ada: int
):  # fmt: skip
    review = ReviewCase(db=database, writer=writer, policies=policies_of(database), now=clock)
    edit.add(SITE, ada, [want("fool"), want("dolt")])
    screen(SITE, make_comment("a fool", id="c-1"))
    decide(review, deciding(database, writer, clock), ada, APPROVAL)

    listing = edit.page(SITE, search="foo", order="hits", number=1)

    assert (listing.n_all, listing.n_found, listing.has_more) == (2, 1, False)
    assert listing.judged == {listing.lines[0].id: Judged(approved=1)}
    assert edit.page(SITE, search="", order="hits", number=2).lines == []


def test_a_case_tells_which_entries_it_is_for_with_their_notes_and_the_evidence(
    edit: EditWords,
    screen: ScreenComment,
    policies: Policies,
    database: Database,
    writer: Writer,
    clock: Clock,
    ada: int,
):
    review = ReviewCase(db=database, writer=writer, policies=policies, now=clock, lexicon=LEXICON)
    edit.add(SITE, ada, [Wanted(Entry("fool", Action.HOLD), "from the desk"), want("dolt")])
    body = "You f.o.o.l and a DOLT"
    screen(SITE, make_comment(body))

    dolt, fool = sorted(review.open(SITE, 1).words["words.suspect"], key=lambda each: each.phrase)

    assert fool.line.note == "from the desk"
    assert [body[p.start : p.end] for p in (*fool.places, *dolt.places)] == ["f.o.o.l", "DOLT"]
    assert [p.is_disguised for p in (*fool.places, *dolt.places)] == [True, False]
    edit.remove(SITE, ada, [fool.line.id])
    removed = next(e for e in review.open(SITE, 1).words["words.suspect"] if e.phrase == "fool")
    assert removed.line.removed_at == clock()
    assert removed.places == fool.places


def test_a_case_tells_words_of_the_policy_itself_where_they_are_still_there(
    database: Database, writer: Writer, clock: Clock
):
    from tests.strategies import policy_with

    policies = policies_of(database, policy_with(suspect=("zonk",)))
    screen = screening(database, writer, clock, policies=policies)
    screen(SITE, make_comment("a z.o.n.k"))

    def named(policies: Policies) -> list[object]:
        review = ReviewCase(db=database, writer=writer, policies=policies, now=clock)
        return list(review.open(SITE, 1).words["words.suspect"])

    (zonk,) = named(policies)
    assert (zonk.phrase, zonk.line, zonk.places[0].reads) == ("zonk", None, "zonk")
    assert named(policies_of(database)) == []


def test_decisions_hold_no_words(
    edit: EditWords, screen: ScreenComment, database: Database, ada: int
):
    from modsvc.store import decisions

    edit.add(SITE, ada, [want("zonk")])
    screen(SITE, make_comment("a z.o.n.k"))

    with database.read() as db:
        (row,) = decisions.rows_after(db, SITE, 0, 10)
        (line,) = words.page(db, SITE, limit=9)
    assert "onk" not in str(row)
    assert f'"entries":[{line.id}]' in row["reasons"]


def test_what_is_found_counts_whatever_key_the_request_has(
    screen: ScreenComment, edit: EditWords, count: CountWords
) -> None:
    edit.add(SITE, None, [Wanted(Entry("fool", Action.HOLD))])
    request = Idempotency("k-1", "print", lambda _: (201, b""))

    for _ in range(2):
        screen.once(SITE, make_comment("What a fool."), request)

    count.keep()
    (line,) = edit.page(SITE, search="", order="phrase", number=1).lines
    assert line.hits == 1
