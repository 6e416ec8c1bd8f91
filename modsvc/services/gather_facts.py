"""Gather what is known of comments beside themselves, before they are judged."""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from modsvc.core.comment import Comment
from modsvc.core.facts import MAX_LIKES, UNKNOWN, Facts, Like, Sent
from modsvc.core.likeness import Likeness, likeness, similarity
from modsvc.core.text import normalise
from modsvc.errors import StoreError
from modsvc.store import history
from modsvc.store.db import Database

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Gathered:
    """What is known of each comment, and what it is alike by.

    `rulebook` says how often the site's rules were changed, and `position` up to where in its log
    all is known; both are None where the store does not answer.
    """

    facts: list[Facts]
    likenesses: list[Likeness | None]
    rulebook: int | None
    position: int | None


class GatherFacts:
    """Asks the store once for each comment; those of a batch also know of the ones before them."""

    def __init__(self, *, db: Database, now: Callable[[], datetime]) -> None:
        self._db, self._now = db, now

    def __call__(self, site: str, comments: Sequence[Comment]) -> Gathered:
        """Give what is known. Where the store does not answer nothing is, and each says so."""
        alike = [likeness(normalise(comment.body).text) for comment in comments]
        now = self._now()
        rulebook: int | None = None
        position: int | None = None
        facts = []
        try:
            with self._db.read() as db:
                for comment, like in zip(comments, alike, strict=True):
                    known = history.ask(db, site, comment, like, now)
                    facts.append(known.facts if known else UNKNOWN)
                    rulebook = known.rulebook if known else None
                    if position is None and known:
                        position = known.position
        except StoreError as error:
            log.error("history.unavailable: %s", error)
            return Gathered([replace(UNKNOWN, at=now)] * len(comments), alike, None, None)
        if len(comments) > 1:
            facts = _together(comments, alike, facts)
        return Gathered(facts, alike, rulebook, position)


def _together(
    comments: Sequence[Comment], alike: Sequence[Likeness | None], facts: Sequence[Facts]
) -> list[Facts]:
    """Let each comment of a batch know of those before it, which are not stored yet."""
    sent: Counter[tuple[str, str | None]] = Counter()
    in_band: dict[tuple[int, int], list[int]] = defaultdict(list)
    told = []
    for at, (comment, like, fact) in enumerate(zip(comments, alike, facts, strict=True)):
        who, where, whence = (
            history.told(comment.author.id),
            history.told(comment.article.id),
            comment.address,
        )
        before = (
            [
                (other, similarity(like.sketch, alike[other].sketch))  # type: ignore[union-attr]  # It has bands.
                for other in sorted({o for key in _bands(like) for o in in_band[key]}, reverse=True)
            ]
            if like
            else []
        )
        likes = tuple(
            Like(round(near, 2), 0, history.told(comments[other].author.id) == who is not None)
            for other, near in before
            if near >= history.LEAST_ALIKE and comments[other].id != comment.id
        )
        told.append(
            replace(
                fact,
                by_author=_more(fact.by_author, sent["author", who]),
                on_article=fact.on_article + sent["article", where],
                from_address=_more(fact.from_address, sent["address", whence]),
                likes=(*likes, *fact.likes)[:MAX_LIKES],
            )
        )
        if not fact.is_edit:  # Else it was sent before, and counted.
            for one in (("author", who), ("article", where), ("address", whence)):
                sent[one] += one[1] is not None
            for key in _bands(like):
                in_band[key] = [*in_band[key][-MAX_LIKES:], at]
    return told


def _bands(like: Likeness | None) -> list[tuple[int, int]]:
    return list(enumerate(like.bands)) if like else []


def _more(sent: Sent, more: int) -> Sent:
    return Sent(sent.minute + more, sent.hour + more) if more else sent
