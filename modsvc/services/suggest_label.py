"""Keep what a site says of a text: a label to learn from, with where it is from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy.engine import Connection

from modsvc.core.comment import Article, Author, Comment
from modsvc.services.score_comment import ScoreComment
from modsvc.store import suggestions
from modsvc.store.sites import Key
from modsvc.store.suggestions import Suggestion
from modsvc.store.writer import Writer


class SuggestLabel:
    """Stores suggestions, each in a transaction of its own.

    One that says whether the site rejects a text is scored first: what is learned from it later is
    what our classifier makes of such a text.
    """

    def __init__(self, *, score: ScoreComment, writer: Writer, now: Callable[[], datetime]) -> None:
        self._score, self._writer, self._now = score, writer, now

    def __call__(self, key: Key, suggestion: Suggestion, *, once: bool = False) -> None:
        """Store one; with `once`, unless it is there: what is delivered twice has the same token.

        Raises
        ------
        StoreError
            It could not be stored.
        """
        scores: Mapping[str, float] = {}
        if suggestion.body is not None and suggestion.rejected is not None:
            comment = Comment("", suggestion.body, Article(""), Author(""))
            scores = self._score.scores(key.site, [comment])[0]

        def write(db: Connection) -> None:
            about = suggestion.comment_id
            if once and about and suggestion in suggestions.of_comment(db, key.site, about):
                return
            suggestions.add(db, key.site, key.id, suggestion, self._now(), scores)

        self._writer.write(write, order=key.site)
