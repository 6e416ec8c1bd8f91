from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from modsvc.core.decision import Action
from modsvc.core.word_lines import Wanted
from modsvc.core.words import Entry
from modsvc.errors import AlreadyExists, NotFound
from modsvc.store import people, policies, sites, words
from modsvc.store.db import Database
from tests.conftest import SITE
from tests.fakes import Clock

NOW = Clock().now
TODAY = NOW.date()
FOOL, DOLT, EJIT = (Entry(phrase, Action.HOLD) for phrase in ("fool", "dolt", "eejit"))


@pytest.fixture
def ada(database: Database) -> int:
    with database.write() as db:
        return people.add(db, "ada", NOW)


def add(database: Database, *entries: Entry, note: str = "", site: str = SITE) -> list[str]:
    with database.write() as db:
        wanted = [Wanted(entry, note) for entry in entries]
        return [each.entry.phrase for each in words.add(db, site, wanted, by=None, now=NOW)]


def page(database: Database, site: str = SITE, **asked: object) -> list[words.Line]:
    with database.read() as db:
        return words.page(db, site, **{"limit": 100, **asked})


def hit(database: Database, entry_id: int, count: int, day: date = TODAY) -> None:
    with database.write() as db:
        words.add_hits(db, {(SITE, entry_id, day): count})


def changes(database: Database) -> tuple[int, int]:
    with database.read() as db:
        standing = policies.standing(db, SITE)
        return standing.words, standing.rulebook


def test_an_entry_is_told_with_who_added_it_and_when_it_ends(database: Database, ada: int):
    ends_at = datetime(2027, 1, 1, tzinfo=UTC)
    with database.write() as db:
        entry = Entry("שוטה", Action.REJECT, "he", ends_at)
        words.add(db, SITE, [Wanted(entry, "from the desk")], by=ada, now=NOW)

    (line,) = page(database)

    assert line.entry == entry
    assert (line.note, line.added_by, line.added_at) == ("from the desk", "ada", NOW)
    assert (line.hits, line.last_hit, line.removed_at) == (0, None, None)


def test_what_is_on_the_list_already_is_not_added_again(database: Database):
    add(database, FOOL)

    added = add(database, FOOL, DOLT, DOLT, replace(FOOL, language="en"))

    assert added == ["dolt", "fool"]
    assert len(page(database)) == 3


def test_only_a_change_of_the_list_changes_the_rules(database: Database):
    add(database, FOOL)
    before = changes(database)

    add(database, FOOL)

    assert changes(database) == before


def test_the_list_of_any_time_can_be_had_again(database: Database):
    add(database, FOOL, DOLT)
    (_, fool) = page(database)
    with database.write() as db:
        words.remove(db, SITE, [fool.id], by=None, now=NOW)
        words.add(db, SITE, [Wanted(EJIT)], by=None, now=NOW)
        words.restore(db, SITE, [fool.id])

    with database.read() as db:
        lists = [
            sorted(entry.phrase for entry in words.entries(db, SITE, change))
            for change in range(1, 5)
        ]
        now = sorted(entry.phrase for entry in words.entries(db, SITE))
    assert lists == [["dolt", "fool"], ["dolt"], ["dolt", "eejit"], ["dolt", "eejit", "fool"]]
    assert now == lists[-1]


def test_another_note_leaves_the_entry_and_its_hits_as_they_are(database: Database):
    add(database, FOOL)
    (line,) = page(database)
    hit(database, line.id, 3)
    before = changes(database)

    with database.write() as db:
        same = words.change(db, SITE, line.id, FOOL, note="new", by=None, now=NOW)

    (changed,) = page(database)
    assert (same, changed.note, changed.hits) == (line.id, "new", 3)
    assert changes(database) == before


@pytest.mark.parametrize(
    "other",
    [
        replace(FOOL, phrase="fools"),
        replace(FOOL, action=Action.REJECT),
        replace(FOOL, language="en"),
        replace(FOOL, ends_at=NOW + timedelta(days=1)),
    ],
)
def test_anything_else_makes_it_another_entry_whose_hits_begin_anew(
    database: Database, other: Entry
):
    add(database, FOOL)
    (line,) = page(database)
    hit(database, line.id, 3)

    with database.write() as db:
        new = words.change(db, SITE, line.id, other, note="", by=None, now=NOW)

    (changed,) = page(database)
    assert new == changed.id != line.id
    assert (changed.entry, changed.hits) == (other, 0)


def test_an_entry_cannot_become_another_that_is_there(database: Database):
    add(database, FOOL, DOLT)
    (dolt, _) = page(database)

    with pytest.raises(AlreadyExists), database.write() as db:
        words.change(db, SITE, dolt.id, FOOL, note="", by=None, now=NOW)

    assert len(page(database)) == 2


def test_what_is_not_on_the_list_cannot_be_had_or_changed(database: Database):
    add(database, FOOL)
    (line,) = page(database)
    with database.write() as db:
        sites.add_site(db, "courier", "The Courier", NOW)
        assert words.remove(db, "courier", [line.id], by=None, now=NOW) == []
        assert words.restore(db, "courier", [line.id]) == 0
        assert words.remove(db, SITE, [line.id, 99], by=None, now=NOW) == [line.id]
        assert words.remove(db, SITE, [line.id], by=None, now=NOW) == []

    for site in (SITE, "courier"):
        with pytest.raises(NotFound), database.read() as db:
            words.get(db, site, line.id)
        with pytest.raises(NotFound), database.write() as db:
            words.change(db, site, line.id, DOLT, note="", by=None, now=NOW)
    with pytest.raises(NotFound):
        add(database, FOOL, site="nowhere")


def test_a_removed_entry_can_be_told_by_its_number_and_put_back_with_its_hits(database: Database):
    add(database, FOOL, note="why")
    (line,) = page(database)
    hit(database, line.id, 3)
    hit(database, line.id, 2, TODAY - timedelta(days=1))
    with database.write() as db:
        words.remove(db, SITE, [line.id], by=None, now=NOW)
        gone = words.of_ids(db, SITE, [line.id], removed=True)[line.id]

        assert words.restore(db, SITE, [line.id]) == 1
        assert words.restore(db, SITE, [line.id]) == 0

    (back,) = page(database)
    assert gone.removed_at == NOW
    assert back == replace(line, id=back.id, hits=5, last_hit=TODAY)
    assert back.id != line.id


def test_what_is_on_the_list_by_now_stays_removed(database: Database):
    add(database, FOOL)
    (line,) = page(database)
    with database.write() as db:
        words.remove(db, SITE, [line.id], by=None, now=NOW)
    add(database, FOOL, note="anew")

    with database.write() as db:
        assert words.restore(db, SITE, [line.id]) == 0

    assert [line.note for line in page(database)] == ["anew"]


def test_hits_add_up_by_day(database: Database):
    add(database, FOOL)
    (line,) = page(database)
    for count, day in ((2, TODAY), (1, TODAY), (4, TODAY - timedelta(days=9))):
        hit(database, line.id, count, day)

    (line,) = page(database)

    assert (line.hits, line.last_hit) == (7, TODAY)


def test_the_list_can_be_had_in_four_orders_and_in_pages(database: Database):
    add(database, FOOL, DOLT)
    add(database, Entry("Eejit", Action.HOLD))
    ids = {line.phrase: line.id for line in page(database)}
    hit(database, ids["fool"], 1)
    hit(database, ids["Eejit"], 5)

    orders = {
        order: [line.phrase for line in page(database, order=order)]
        for order in ("phrase", "hits", "dead", "newest")
    }

    assert orders == {
        "phrase": ["dolt", "Eejit", "fool"],
        "hits": ["Eejit", "fool", "dolt"],
        "dead": ["dolt", "fool", "Eejit"],
        "newest": ["Eejit", "dolt", "fool"],
    }
    assert [line.phrase for line in page(database, after=1, limit=1)] == ["Eejit"]


@pytest.mark.parametrize(
    ("search", "found"), [("OO", ["fool"]), ("desk", ["fool"]), ("%", ["100% sure"]), ("_", [])]
)
def test_a_search_looks_into_phrases_and_notes_as_they_are(
    database: Database, search: str, found: list[str]
):
    add(database, FOOL, note="The Desk")
    add(database, DOLT, Entry("100% sure", Action.HOLD))

    with database.read() as db:
        assert words.count(db, SITE, search) == len(found)
        assert words.count(db, SITE) == 3
    assert [line.phrase for line in page(database, search=search)] == found


def test_of_two_who_add_the_same_at_once_one_does(
    database: Database, in_threads: Callable[..., list[list[str]]]
):
    added = in_threads([lambda: add(database, FOOL, DOLT)] * 4)

    assert sorted(map(len, added)) == [0, 0, 0, 2]
    assert len(page(database)) == 2
