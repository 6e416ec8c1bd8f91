"""What is known of a comment's author, article and likes when it comes, in one question.

It is asked for every comment, so every part of it reads a bounded number of rows by an index,
however many comments there are: the newest RECORD of an author, MOST_SENT of the
last minute or hour of an author, an article and an address, and of each band the newest that may be
alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from modsvc.core.comment import UNTOLD, Comment
from modsvc.core.decision import Action
from modsvc.core.facts import MAX_LIKES, MOST_SENT, NORMAL, RECORD, Facts, Like, Record, Sent
from modsvc.core.likeness import Likeness, similarity
from modsvc.store.likenesses import in_a_band
from modsvc.store.tables import (
    articles,
    authors,
    comments,
    decisions,
    likenesses,
    reports,
    sites,
)
from modsvc.store.tables.base import Instant
from modsvc.store.tables.comments import BANDS

# What is less alike than this is not kept among the facts: no policy can mean it.
LEAST_ALIKE = 0.5
# Likenesses are kept for so long, which is as far back as a policy may look.
KEPT = timedelta(days=7)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
REJECTED = Action.REJECT.word
# What is asked of a comment that was sent before.
_WAS = ("author", "article", "address", "action", "received_at")


@dataclass(frozen=True, slots=True)
class Known:
    """The facts about a comment, how often the site's rules were changed, and its log's end."""

    facts: Facts
    rulebook: int
    position: int


def ask(
    db: Connection, site: str, comment: Comment, like: Likeness | None, now: datetime
) -> Known | None:
    """Give what is known about a comment that was sent; None where there is no such site."""
    wanted = {
        **_wanted(site, comment, like),
        "id": comment.id,
        "parent": comment.parent.id if comment.parent else "",
        "article": told(comment.article.id),
        "minute": now - MINUTE,
        "hour": now - HOUR,
        "kept": now - KEPT,
    }
    rows = db.execute(STATEMENT, wanted).all()
    if not rows:
        return None
    first = rows[0]
    since = comment.author.joined_at or first.joined_at or first.first_seen_at or now
    return Known(
        Facts(
            at=now,
            section=comment.article.section or first.section or "",
            mode=first.mode or NORMAL,
            age_days=max(0, (now - since).days),
            **_without_itself(first, wanted),
            likes=_likes(rows, comment, like, now),
            n_words=like.n_words if like else 0,
            reports=first.n_reports,
            is_edit=first.is_edit > 0,
        ),
        first.rulebook,
        first.position,
    )


def came_between(
    db: Connection, site: str, comment: Comment, like: Likeness | None, after: int, until: int
) -> bool:
    """Tell whether one of the site's decisions between two positions bears on a comment's facts.

    It does if it is on a comment of the same author, from the same address or that may be alike.
    How busy the article is may be a few comments old.
    """
    if after >= until:
        return False
    return (
        db.execute(
            CAME_BETWEEN, {**_wanted(site, comment, like), "after": after, "until": until}
        ).first()
        is not None
    )


def _wanted(site: str, comment: Comment, like: Likeness | None) -> dict[str, Any]:
    bands = like.bands if like else (None,) * len(BANDS)
    return {
        "site": site,
        "author": told(comment.author.id),
        "address": comment.address,
        **dict(zip(BANDS, bands, strict=True)),
    }


def _without_itself(row: Any, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Give what others count; a comment that is edited was counted when it first came."""

    def counted(which: str, since: str | None = None) -> int:
        if row.is_edit == 0 or getattr(row, f"was_{which}") != asked[which]:
            return 0
        return int(since is None or row.was_received_at > asked[since])

    def sent(which: str, since: str) -> int:
        return int(getattr(row, f"{which}_{since}")) - counted(which, since)

    itself = counted("author")
    return {
        "record": Record(
            row.n_author - itself,
            row.n_approved - itself * (row.was_action == Action.APPROVE.word),
            row.n_rejected - itself * (row.was_action == REJECTED),
        ),
        "by_author": Sent(sent("author", "minute"), sent("author", "hour")),
        "on_article": sent("article", "minute"),
        "from_address": Sent(sent("address", "minute"), sent("address", "hour")),
    }


def told(ident: str) -> str | None:
    """Give an id unless it stands for everybody of whom nobody told: NULL is equal to nothing."""
    return None if ident == UNTOLD else ident


def _likes(
    rows: Iterable[Any], comment: Comment, like: Likeness | None, now: datetime
) -> tuple[Like, ...]:
    """Give the newest of those found that are alike indeed."""
    if like is None:
        return ()
    found = []
    for row in rows:
        if row.sketch is not None and (near := similarity(like.sketch, row.sketch)) >= LEAST_ALIKE:
            minutes = max(0, (now - row.sent_at) // MINUTE)
            own = row.sent_by == told(comment.author.id)
            found.append(Like(round(near, 2), minutes, own, row.stands == REJECTED))
    return tuple(found[:MAX_LIKES])


def _since(which: str, when: str) -> sa.Subquery:
    """Give when the newest comments of an author, article or address came, from a moment on."""
    return (
        sa.select(comments.c.received_at)
        .where(
            comments.c.site == sa.bindparam("site"),
            comments.c[which] == sa.bindparam(which),
            comments.c.received_at > _moment(when),
        )
        .order_by(comments.c.received_at.desc())
        .limit(MOST_SENT)
        .subquery()
    )


def _sent(which: str) -> sa.Subquery:
    """Count what came of an author or from an address within a minute and an hour."""
    of_hour = _since(which, "hour")
    return sa.select(
        _count_if(of_hour.c.received_at > _moment("minute")).label(f"{which}_minute"),
        sa.func.count().label(f"{which}_hour"),
    ).subquery()


def _count_if(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)


def _moment(name: str) -> sa.BindParameter[datetime]:
    return sa.bindparam(name, type_=Instant)


def _statement() -> sa.Select[Any]:
    site: sa.BindParameter[str] = sa.bindparam("site")
    newest = (
        sa.select(comments.c.action)
        .where(
            comments.c.site == site,
            comments.c.author == sa.bindparam("author"),
        )
        .order_by(comments.c.received_at.desc())
        .limit(RECORD)
        .subquery()
    )
    record = sa.select(
        sa.func.count().label("n_author"),
        _count_if(newest.c.action == Action.APPROVE.word).label("n_approved"),
        _count_if(newest.c.action == REJECTED).label("n_rejected"),
    ).subquery()
    by_author, from_address = _sent("author"), _sent("address")
    on_article = (
        sa.select(sa.func.count().label("article_minute"))
        .select_from(_since("article", "minute"))
        .subquery()
    )
    itself = comments.alias("itself")
    this = (
        sa.select(
            sa.func.count(itself.c.key).label("is_edit"),
            *(sa.func.max(itself.c[name]).label(f"was_{name}") for name in _WAS),
            # Of any revision: who edits twice is not rid of them.
            sa.func.count(sa.distinct(reports.c.reporter)).label("n_reports"),
        )
        .join_from(itself, reports, reports.c.comment == itself.c.key, isouter=True)
        .where(itself.c.site == site, itself.c.id == sa.bindparam("id"))
        .subquery()
    )
    alike = _alike()
    return (
        sa.select(
            sites.c.rulebook,
            sites.c.position,
            articles.c.section,
            articles.c.mode,
            authors.c.joined_at,
            authors.c.first_seen_at,
            *record.c,
            *by_author.c,
            *on_article.c,
            *from_address.c,
            *this.c,
            alike.c.sketch,
            alike.c.sent_at,
            alike.c.sent_by,
            alike.c.stands,
        )
        .select_from(sites)
        .join(
            articles,
            sa.and_(articles.c.site == site, articles.c.id == sa.bindparam("article")),
            isouter=True,
        )
        .join(
            authors,
            sa.and_(authors.c.site == site, authors.c.id == sa.bindparam("author")),
            isouter=True,
        )
        .join(record, sa.true())
        .join(by_author, sa.true())
        .join(on_article, sa.true())
        .join(from_address, sa.true())
        .join(this, sa.true())
        .join(alike, sa.true(), isouter=True)
        .where(sites.c.id == site)
        .order_by(alike.c.key.desc())
    )


def _alike() -> sa.Subquery:
    """Find the newest comments that are equal in a band, each once, and how they stand."""
    found = in_a_band(MAX_LIKES)
    return (
        sa.select(
            comments.c.key,
            comments.c.author.label("sent_by"),
            comments.c.received_at.label("sent_at"),
            likenesses.c.sketch,
            comments.c.action.label("stands"),
        )
        .join_from(found, likenesses, likenesses.c.comment == found.c.comment)
        .join(comments, comments.c.key == found.c.comment)
        .where(
            comments.c.id != sa.bindparam("id"),
            # Who answers a comment may quote all of it.
            comments.c.id != sa.bindparam("parent"),
            comments.c.received_at > _moment("kept"),
        )
        .subquery()
    )


def _came_between() -> sa.Select[Any]:
    alike = [likenesses.c[band] == sa.bindparam(band, type_=sa.BigInteger) for band in BANDS]
    return (
        sa.select(decisions.c.position)
        .join_from(decisions, comments, comments.c.key == decisions.c.comment)
        .join(likenesses, likenesses.c.comment == decisions.c.comment, isouter=True)
        .where(
            decisions.c.site == sa.bindparam("site"),
            decisions.c.position > sa.bindparam("after"),
            decisions.c.position <= sa.bindparam("until"),
            sa.or_(
                comments.c.author == sa.bindparam("author"),
                comments.c.address == sa.bindparam("address"),
                *alike,
            ),
        )
        .limit(1)
    )


STATEMENT = _statement()
CAME_BETWEEN = _came_between()
