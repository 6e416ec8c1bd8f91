"""Look for words in a site's newest comments: what an entry would have found, before it is added.

Comments are read as they are screened, evasions and all, which takes a while for thousands. So
there are bounds on how many are read and for how long, and what is told says how many were.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from time import monotonic

from sqlalchemy.engine import Connection

from modsvc.core.decision import Action
from modsvc.core.evidence import Place, places
from modsvc.core.lexicon import Lexicon
from modsvc.core.text import normalise
from modsvc.core.words import Entry, WordList
from modsvc.store import word_finds
from modsvc.store.db import Database
from modsvc.store.word_finds import Judged, Sent

NEWEST = 5_000
SECONDS = 2.0
EXAMPLES = 10
# So many of the examples are kept for words in disguise: the others are what anybody expects.
DISGUISED = 4
PHRASES = 20
_STEP = 250


@dataclass(frozen=True, slots=True)
class Sighting:
    """A comment in which words were found, where, and its case if it has one."""

    sent: Sent
    places: tuple[Place, ...]
    case: int | None = None

    @property
    def is_disguised(self) -> bool:
        """Whether a word is spelled otherwise than it is read."""
        return any(place.is_disguised for place in self.places)


@dataclass(frozen=True, slots=True)
class Tried:
    """What words would have found in the newest comments.

    n_read : how many comments were looked through
    in_time : False where there are more, and no time was left for them
    stand : in how many comments they were found, by what is in force on those
    judged : those of them that moderators decided on
    phrases : the phrases found most often, and in how many comments
    """

    n_read: int
    in_time: bool
    stand: dict[Action, int]
    judged: Judged
    phrases: list[tuple[str, int]]
    examples: list[Sighting]

    @property
    def n_found(self) -> int:
        """In how many comments something was found."""
        return sum(self.stand.values())


def look_through(
    database: Database,
    site: str,
    entries: Sequence[Entry],
    *,
    lexicon: Lexicon | None,
    timer: Callable[[], float] = monotonic,
) -> Tried:
    """Look for entries in a site's newest comments, for as long as there is time."""
    words = WordList(entries)
    words.prepare(lexicon)
    until = timer() + SECONDS
    n_read, in_time, judged = 0, True, Judged()
    stand, phrases = Counter[Action](), Counter[str]()
    plain, disguised = list[Sighting](), list[Sighting]()
    with database.read() as db:
        for sent in _newest(db, site):
            if n_read == NEWEST:
                break
            if timer() > until:
                in_time = False
                break
            n_read += 1
            sighting = sighted(sent, words, lexicon)
            if sighting.places:
                stand[sent.action] += 1
                phrases.update({place.entry.phrase for place in sighting.places})
                judged = judged.with_one(sent.action) if sent.by_moderator else judged
                (disguised if sighting.is_disguised else plain).append(sighting)
        some = disguised[:DISGUISED]
        some = sorted(some + plain[: EXAMPLES - len(some)], key=lambda each: -each.sent.position)
        examples = with_cases(db, site, some)
    return Tried(n_read, in_time, dict(stand), judged, phrases.most_common(PHRASES), examples)


def sighted(sent: Sent, words: WordList, lexicon: Lexicon | None) -> Sighting:
    """Look for words in one comment."""
    return Sighting(sent, tuple(places(normalise(sent.body, lexicon), words, sent.language)))


def with_cases(db: Connection, site: str, sightings: Sequence[Sighting]) -> list[Sighting]:
    """Add the cases of the comments, where they have any."""
    cases = word_finds.cases_of(db, site, [each.sent.key for each in sightings])
    return [replace(each, case=cases.get(each.sent.key)) for each in sightings]


def _newest(db: Connection, site: str) -> Iterator[Sent]:
    before = None
    while some := word_finds.newest(db, site, before, _STEP):
        yield from some
        before = some[-1].position
