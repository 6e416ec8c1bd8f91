"""Entries of the word list that have ended: they stand in the way of nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from modsvc.core.decision import Action
from modsvc.core.word_lines import Wanted
from modsvc.core.words import Entry
from modsvc.errors import AlreadyExists
from modsvc.services.edit_words import EditWords
from modsvc.store import people
from modsvc.store.db import Database
from modsvc.store.words import Line
from modsvc.store.writer import Writer
from tests.conftest import SITE, policies_of
from tests.fakes import Clock


@pytest.fixture
def edit(database: Database, writer: Writer, clock: Clock) -> EditWords:
    return EditWords(
        db=database, writer=writer, policies=policies_of(database), lexicon=None, now=clock
    )


@pytest.fixture
def ada(database: Database, clock: Clock) -> int:
    with database.write() as db:
        return people.add(db, "ada", clock())


def lines(edit: EditWords) -> list[Line]:
    return edit.page(SITE, search="", order="phrase", number=1).lines


def want(phrase: str) -> Wanted:
    return Wanted(Entry(phrase, Action.HOLD))


def test_what_has_ended_makes_way_for_what_reads_the_same(edit: EditWords, clock: Clock) -> None:
    soon = clock() + timedelta(days=1)
    edit.add(SITE, None, [Wanted(Entry("fool", Action.HOLD, ends_at=soon))])
    again = [Wanted(Entry("f00l", Action.REJECT))]

    assert not edit.add(SITE, None, again).added
    clock.advance(timedelta(days=1))
    assert edit.add(SITE, None, again).added == again
    assert [line.phrase for line in lines(edit)] == ["f00l"]


def test_what_has_ended_is_in_nobodys_way(edit: EditWords, clock: Clock) -> None:
    edit.add(SITE, None, [want("fool")])
    (removed,) = [line.id for line in lines(edit)]
    edit.remove(SITE, None, [removed])
    soon = clock() + timedelta(days=1)
    edit.add(SITE, None, [Wanted(Entry("f00l", Action.HOLD, ends_at=soon))])

    assert edit.restore(SITE, None, [removed]) == 0
    clock.advance(timedelta(days=1))
    assert edit.restore(SITE, None, [removed]) == 1
    assert [line.phrase for line in lines(edit)] == ["fool"]


def test_an_entry_may_be_changed_into_what_has_ended(
    edit: EditWords, ada: int, clock: Clock
) -> None:
    soon = clock() + timedelta(days=1)
    edit.add(SITE, None, [want("clown"), Wanted(Entry("fool", Action.HOLD, ends_at=soon))])
    (clown, _) = lines(edit)

    with pytest.raises(AlreadyExists):
        edit.change(SITE, ada, clown.id, want("f00l"))
    clock.advance(timedelta(days=1))
    edit.change(SITE, ada, clown.id, want("f00l"))
    assert [line.phrase for line in lines(edit)] == ["f00l"]
