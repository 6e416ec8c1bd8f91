"""What sites told lately about articles and authors, so that the same is not written again.

Nearly every comment under an article tells the same about it. What this process wrote within the
last minute is not written once more; what another process was told in between stands till then.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict

from modsvc.core.comment import Article, Author, Comment

REMEMBERED_S = 60.0
MAX_REMEMBERED = 4_096

Fact = Article | Author


class Told:
    """Remembers facts by the site, the kind and the id they are about. Threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._facts: OrderedDict[tuple[str, type[Fact], str], tuple[Fact, float]] = OrderedDict()

    def news(self, site: str, comment: Comment) -> tuple[Fact, ...]:
        """Give what the comment tells that is not known to be stored."""
        oldest = time.monotonic() - REMEMBERED_S
        with self._lock:
            return tuple(
                fact
                for fact in (comment.article, comment.author)
                if not self._is_known(site, fact, oldest)
            )

    def note(self, site: str, facts: tuple[Fact, ...]) -> None:
        """Note facts that are stored now; to be called after their commit."""
        now = time.monotonic()
        with self._lock:
            for fact in facts:
                self._facts[site, type(fact), fact.id] = (fact, now)
                self._facts.move_to_end((site, type(fact), fact.id))
            while len(self._facts) > MAX_REMEMBERED:
                self._facts.popitem(last=False)

    def _is_known(self, site: str, fact: Fact, oldest: float) -> bool:
        known, at = self._facts.get((site, type(fact), fact.id), (None, 0.0))
        return known == fact and at > oldest
