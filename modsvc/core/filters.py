"""Which of the open cases somebody wants to see, and in which order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from modsvc.core.searching import Query

# What deserves attention first; by when they were held; by the classifier's strongest reason.
DUE, NEWEST, OLDEST, WORST = ORDERS = ("due", "newest", "oldest", "worst")
# Assigned to whoever looks; a lead's; assigned to others, which leads may see.
MINE, ESCALATED, OTHERS = WHOSE = ("mine", "escalated", "others")


@dataclass(frozen=True, slots=True)
class Filters:
    """What a case must be like to be shown. Empty fields, and None, ask for nothing.

    `least` and `most` bound the score of `label`; `over` and `under` how long it has been held.
    `like` is the id of a case whose near-repeats are wanted, and `by` of one whose author's are.
    """

    reason: str = ""
    label: str = ""
    least: float = 0.0
    most: float = 1.0
    language: str = ""
    article: str | None = None
    author: str | None = None
    by: int | None = None
    over: timedelta | None = None
    under: timedelta | None = None
    whose: str = ""
    is_late: bool = False
    like: int | None = None
    text: Query | None = None

    @property
    def asks(self) -> bool:
        """Whether anything is asked for at all."""
        return self != NOTHING


NOTHING = Filters()


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks for which cases in which order. Nobody in particular sees them all."""

    filters: Filters = NOTHING
    order: str = DUE
    moderator: int | None = None
    is_lead: bool = False
