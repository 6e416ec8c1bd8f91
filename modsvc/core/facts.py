"""Facts: what is known of a comment beside itself, at the moment it is judged.

They are numbers, codes and the site's own names for its sections, and are kept with the decision:
so a comment can be weighed again, by the same policy or by another, when its author's record has
long changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from operator import attrgetter
from typing import Any

NORMAL, STRICT, PREMODERATE, CLOSED = MODES = ("normal", "strict", "premoderate", "closed")
# Of an author's comments the newest so many make the record; what was before is forgotten.
RECORD = 100
# Of what came of an author, from an address or under an article lately so many are counted, so no
# limit beyond that is ever reached.
MOST_SENT = 1_000
# Of comments that say nearly the same, the newest so many are looked at.
MAX_LIKES = 20


@dataclass(frozen=True, slots=True)
class Like:
    """A comment that says the same or nearly the same, and was sent before this one.

    `similarity` is in [0, 1], `minutes` how long before. `own` says that it is by the same author,
    `rejected` that it stands rejected.
    """

    similarity: float
    minutes: int = 0
    own: bool = False
    rejected: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """What became of an author's newest comments, up to RECORD; one that is held is in neither."""

    comments: int = 0
    approved: int = 0
    rejected: int = 0


@dataclass(frozen=True, slots=True)
class Sent:
    """How many comments came before this one within a minute and an hour.

    Up to MOST_SENT are counted.
    """

    minute: int = 0
    hour: int = 0


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is known beside the comment; what is left out is as in a site's first hour.

    at : when it is judged
    language : the one it is written in, as BCP 47 has it; None where nobody knows
    section, mode : of its article; the mode is one of MODES
    age_days : for how many whole days its author has been known, to the site or else to us
    on_article : how many comments its article got within a minute, counted up to MOST_SENT
    n_words : by how many words it was compared with `likes`
    reports : how many readers reported it, in any revision
    is_edit : it has been judged before, with another body
    complete : False where the store could not be asked
    """

    at: datetime | None = None
    language: str | None = None
    section: str = ""
    mode: str = NORMAL
    age_days: int = 0
    record: Record = Record()
    by_author: Sent = Sent()
    on_article: int = 0
    from_address: Sent = Sent()
    likes: tuple[Like, ...] = ()
    n_words: int = 0
    reports: int = 0
    is_edit: bool = False
    complete: bool = True

    def kept(self) -> dict[str, Any]:
        """Give what differs from a site's first hour, as values that JSON can hold."""
        told: dict[str, Any] = {}
        for name, usual in _USUAL.items():
            value = getattr(self, name)
            if value == usual:
                continue
            if name == "likes":
                told[name] = [_OF_LIKE(like) for like in value]
            elif name in _COUNTS:
                told[name] = _OF_COUNTS[name](value)
            else:
                told[name] = value.isoformat() if name == "at" else value
        return told

    @classmethod
    def of_kept(cls, told: Mapping[str, Any]) -> Facts:
        """Read what `kept` gave."""
        read = dict(told)
        if "at" in read:
            read["at"] = datetime.fromisoformat(read["at"])
        if "likes" in read:
            read["likes"] = tuple(Like(*like) for like in read["likes"])
        for name in _COUNTS.keys() & read.keys():
            read[name] = _COUNTS[name](*read[name])
        return cls(**read)


_COUNTS = {"record": Record, "by_author": Sent, "from_address": Sent}
# What dataclasses.astuple gives, which copies each value, at a tenth of its time.
_OF_LIKE = attrgetter(*(field.name for field in fields(Like)))
_OF_COUNTS = {
    name: attrgetter(*(field.name for field in fields(each))) for name, each in _COUNTS.items()
}
NO_FACTS = Facts()
UNKNOWN = Facts(complete=False)
_USUAL = {field.name: getattr(NO_FACTS, field.name) for field in fields(Facts)}
