"""Labels that sites suggest for texts, by other systems' protocols."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from modsvc.store.tables import suggestions


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a site says of a text, or of a comment whose text it does not tell again.

    `labels` maps what the protocol calls its labels to what was said of each, in [0, 1].
    `comment_id` is the site's own id of the comment, and there may be no such comment here;
    `community` and `token` are whatever the sender named itself and this suggestion. `rejected`
    tells whether it says that the site rejects the comment; None where it says something else.
    """

    protocol: str
    body: str | None
    labels: Mapping[str, float]
    comment_id: str | None = None
    language: str | None = None
    community: str | None = None
    token: str | None = None
    rejected: bool | None = None


def add(
    db: Connection,
    site: str,
    key: int,
    suggestion: Suggestion,
    now: datetime,
    scores: Mapping[str, float] | None = None,
) -> None:
    """Keep a suggestion that came with a key; `scores` are what our classifier says of its body."""
    row = {
        "site": site,
        "key": key,
        "protocol": suggestion.protocol,
        "body": suggestion.body,
        "labels": orjson.dumps(dict(suggestion.labels), option=orjson.OPT_SORT_KEYS).decode(),
        "comment_id": suggestion.comment_id,
        "language": suggestion.language,
        "community": suggestion.community,
        "token": suggestion.token,
        "rejected": suggestion.rejected,
        "scores": orjson.dumps(dict(scores)).decode() if scores else None,
        "received_at": now,
    }
    db.execute(_ADD, row)


def of_comment(db: Connection, site: str, comment_id: str) -> list[Suggestion]:
    """Give what a site said of a comment, oldest first."""
    rows = db.execute(_OF_COMMENT, {"site": site, "comment_id": comment_id})
    return [
        Suggestion(protocol, body, orjson.loads(labels), *rest)
        for protocol, body, labels, *rest in rows
    ]


_ADD = sa.insert(suggestions)
_OF_COMMENT = (
    sa.select(
        suggestions.c.protocol,
        suggestions.c.body,
        suggestions.c.labels,
        suggestions.c.comment_id,
        suggestions.c.language,
        suggestions.c.community,
        suggestions.c.token,
        suggestions.c.rejected,
    )
    .where(
        suggestions.c.site == sa.bindparam("site"),
        suggestions.c.comment_id == sa.bindparam("comment_id"),
    )
    .order_by(suggestions.c.id)
)
