"""What we are told about a comment, and all a rule may look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from modsvc.core.facts import NO_FACTS, Facts
from modsvc.core.links import Link, find_links
from modsvc.core.text import Reading

# A longer body is refused, never cut: what is not read must not be approved.
MAX_BODY_CHARS = 20_480
# The id of an article or an author that nobody tells: what is known of it is known of nobody.
UNTOLD = "unknown"


@dataclass(frozen=True, slots=True)
class Article:
    """The news item that is commented on. Empty fields were not told."""

    id: str
    title: str = ""
    url: str = ""
    section: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True)
class Author:
    """The reader who wrote the comment. None and empty mean not told."""

    id: str
    name: str = ""
    joined_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Parent:
    """The comment that is answered; `body` is empty when only its id is known."""

    id: str
    body: str = ""


@dataclass(frozen=True, slots=True)
class Comment:
    """One reader's comment as the site sent it; `body` holds 1 to MAX_BODY_CHARS code points.

    `address` stands for where it was sent from: what is the same for the same network address.
    """

    id: str
    body: str
    article: Article
    author: Author
    parent: Parent | None = None
    language: str | None = None
    created_at: datetime | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """All a rule may look at: the comment, its reading, its scores if any, and what else is known.

    `scores` maps a label to its calibrated probability; it is empty when nothing could score.
    """

    comment: Comment
    text: Reading
    scores: Mapping[str, float]
    facts: Facts = NO_FACTS
    _links: list[tuple[Link, ...]] = field(default_factory=list, repr=False, compare=False)

    @property
    def links(self) -> tuple[Link, ...]:
        """The links of the body, looked for when first asked for.

        Of the raw text, since folding may join "www. example" into a link nobody wrote.
        """
        if not self._links:
            self._links.append(find_links(self.text.raw))
        return self._links[0]
