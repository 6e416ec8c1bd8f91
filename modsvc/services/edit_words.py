"""What editors do with a site's words: look through them, try them, add, change and remove them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

from sqlalchemy.engine import Connection

from modsvc.core.lexicon import Lexicon
from modsvc.core.sentence import Sentence
from modsvc.core.word_lines import Wanted
from modsvc.core.words import Entry, WordList, reads_as
from modsvc.errors import AlreadyExists, StoreError
from modsvc.services.policies import Policies
from modsvc.services.try_words import Sighting, Tried, look_through, sighted, with_cases
from modsvc.store import policies, word_finds, words
from modsvc.store.db import Database
from modsvc.store.word_finds import Judged
from modsvc.store.words import Line
from modsvc.store.writer import Writer

T = TypeVar("T")

PAGE_SIZE = 100
DAYS = 90
SIGHTINGS = 20
# Of the log of decisions only the end is read, for what moderators made of entries' finds, and for
# the comments that one was found in.
JUDGED_AMONG, FOUND_AMONG = 5_000, 20_000


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of a site's list.

    n_all, n_found : how many entries there are, and how many hold what was searched for
    judged : what moderators made of the comments that entries were found in lately, by entry
    """

    lines: list[Line]
    n_all: int
    n_found: int
    judged: dict[int, Judged]
    has_more: bool


@dataclass(frozen=True, slots=True)
class WordFile:
    """All that is shown about an entry: how often it was found on each of the last DAYS days."""

    line: Line
    days: list[tuple[date, int]]
    judged: Judged
    sightings: list[Sighting]


@dataclass(frozen=True, slots=True)
class Added:
    """What was added, and what was not: it reads as what is on the list already, or came twice."""

    added: list[Wanted]
    known: list[Wanted]


class EditWords:
    """An editor's work on a site's words. A change is in force from the next comment on."""

    def __init__(
        self,
        *,
        db: Database,
        writer: Writer,
        policies: Policies,
        lexicon: Lexicon | None,
        now: Callable[[], datetime],
    ) -> None:
        self._db, self._writer, self._policies = db, writer, policies
        self._lexicon, self._now = lexicon, now

    def page(self, site: str, *, search: str, order: str, number: int) -> Listing:
        """Give a page of the list, the first being number 1; `order` is one of the store's."""
        after = (number - 1) * PAGE_SIZE
        with self._db.read() as db:
            lines = words.page(
                db, site, search=search, order=order, after=after, limit=PAGE_SIZE + 1
            )
            n_all = words.count(db, site)
            n_found = words.count(db, site, search) if search else n_all
            judged = word_finds.judged(db, site, among=JUDGED_AMONG) if lines else {}
        return Listing(lines[:PAGE_SIZE], n_all, n_found, judged, len(lines) > PAGE_SIZE)

    def file(self, site: str, entry_id: int) -> WordFile:
        """Give all that is shown about an entry.

        Raises
        ------
        NotFound
            It is not on the list.
        """
        today = self._now().date()
        since = today - timedelta(days=DAYS - 1)
        with self._db.read() as db:
            line = words.get(db, site, entry_id)
            hits = word_finds.hits_by_day(db, entry_id, since)
            judged = word_finds.judged(db, site, among=JUDGED_AMONG)
            sent = word_finds.found_in(db, site, entry_id, among=FOUND_AMONG, limit=SIGHTINGS)
            listed = WordList([line.entry])
            found = with_cases(db, site, [sighted(each, listed, self._lexicon) for each in sent])
        days = [since + timedelta(days=n) for n in range(DAYS)]
        return WordFile(
            line,
            [(day, hits.get(day, 0)) for day in days],
            judged.get(entry_id, Judged()),
            found,
        )

    def try_on(self, site: str, wanted: Sequence[Wanted]) -> Tried:
        """Say what entries would have found in the newest comments. Nothing is kept."""
        entries = [each.entry for each in wanted]
        return look_through(self._db, site, entries, lexicon=self._lexicon)

    def add(self, site: str, moderator: int | None, wanted: Sequence[Wanted]) -> Added:
        """Add entries; those that read as one of the list, in its language, are known already."""
        with self._db.read() as db:  # Read them before others wait for the write.
            _keys(words.entries(db, site), self._lexicon)
        _keys((each.entry for each in wanted), self._lexicon)
        return self._write(
            site,
            lambda db: add_new(
                db, site, wanted, lexicon=self._lexicon, by=moderator, now=self._now()
            ),
        )

    def change(self, site: str, moderator: int, entry_id: int, wanted: Wanted) -> int:
        """Put another in an entry's place and give its number: the same if only the note is new.

        Raises
        ------
        NotFound
            It is not on the list.
        AlreadyExists
            Another entry reads the same, in the same language.
        """

        def write(db: Connection) -> int:
            policies.lock_standing(db, site)
            words.get(db, site, entry_id)
            others = [each for each in words.entries(db, site) if each.id != entry_id]
            same = _reading_as([wanted.entry], others, self._lexicon)
            if not all(each.has_ended(self._now()) for each in same):
                raise AlreadyExists(
                    Sentence("another entry of the list reads the same in that language")
                )
            _give_way(db, site, same, by=moderator, now=self._now())
            return words.change(
                db,
                site,
                entry_id,
                wanted.entry,
                note=wanted.note,
                by=moderator,
                now=self._now(),
            )

        return self._write(site, write)

    def remove(self, site: str, moderator: int | None, ids: Iterable[int]) -> list[int]:
        """Take entries from the list, and give the numbers of those that were on it."""
        return self._write(
            site, lambda db: words.remove(db, site, ids, by=moderator, now=self._now())
        )

    def removed(self, site: str, ids: Iterable[int]) -> list[Line]:
        """Give those of some entries that were removed."""
        with self._db.read() as db:
            return list(words.of_ids(db, site, ids, removed=True).values())

    def restore(self, site: str, moderator: int | None, ids: Iterable[int]) -> int:
        """Put removed entries on the list again, with their hits; say how many.

        Those stay removed that read as one that is on it by now.
        """

        def write(db: Connection) -> int:
            policies.lock_standing(db, site)
            gone = words.of_ids(db, site, ids, removed=True)
            listed = words.entries(db, site)
            ended = [each for each in listed if each.has_ended(self._now())]
            there = _keys((each for each in listed if each not in ended), self._lexicon)
            back = [n for n, line in gone.items() if _key(line.entry, self._lexicon) not in there]
            same = _reading_as([gone[n].entry for n in back], ended, self._lexicon)
            _give_way(db, site, same, by=moderator, now=self._now())
            return words.restore(db, site, back)

        return self._write(site, write)

    def _write(self, site: str, write: Callable[[Connection], T]) -> T:
        result = self._writer.write(write, order=site)
        with suppress(StoreError):  # So that the next comment need not wait for it.
            with self._db.read() as db:
                rulebook = policies.standing(db, site).rulebook
            self._policies.at(site, rulebook)
        return result


def add_new(
    db: Connection,
    site: str,
    wanted: Sequence[Wanted],
    *,
    lexicon: Lexicon | None,
    by: int | None,
    now: datetime,
) -> Added:
    """Add entries but those that read as one of the list, or of those before, in its language."""
    policies.lock_standing(db, site)
    listed = words.entries(db, site)
    there = _keys((each for each in listed if not each.has_ended(now)), lexicon)
    fresh, known = list[Wanted](), list[Wanted]()
    for each in wanted:
        key = _key(each.entry, lexicon)
        (known if key in there else fresh).append(each)
        there.add(key)
    ended = [each for each in listed if each.has_ended(now)]
    same = _reading_as([each.entry for each in fresh], ended, lexicon)
    _give_way(db, site, same, by=by, now=now)
    return Added(words.add(db, site, fresh, by=by, now=now), known)


def _reading_as(
    wanted: Iterable[Entry], listed: Iterable[Entry], lexicon: Lexicon | None
) -> list[Entry]:
    keys = _keys(wanted, lexicon)
    return [each for each in listed if _key(each, lexicon) in keys]


def _give_way(
    db: Connection, site: str, ended: Iterable[Entry], *, by: int | None, now: datetime
) -> None:
    """Take from the list what has ended, for something that reads the same and has not."""
    words.remove(db, site, [each.id for each in ended], by=by, now=now)


def _keys(entries: Iterable[Entry], lexicon: Lexicon | None) -> set[tuple[str, str]]:
    return {_key(entry, lexicon) for entry in entries}


def _key(entry: Entry, lexicon: Lexicon | None) -> tuple[str, str]:
    """Give what tells an entry from others: what it reads as, and in which language."""
    return reads_as(entry.phrase, lexicon), entry.language
