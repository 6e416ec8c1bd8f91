"""The straightforward design, to compare with: what a competent afternoon would build.

Flask, the scikit-learn pipeline's predict_proba for every request, SQLAlchemy's ORM with a commit
for every request, on gunicorn's threads. It takes the same requests through the same schema, rules
and policy, stores the same fields in the same tables with the same durability, and gives the same
answers, so that what differs is the design alone. In its favour: it explains no scores, and it
writes no events.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Any

import orjson
import sqlalchemy as sa
from flask import Flask, Response, request
from sqlalchemy.orm import DeclarativeBase, Session

from benchmarks.pipeline import PipelineScorer
from modsvc.api.answers import decision_answer, encode
from modsvc.api.schemas import BareCommentSchema
from modsvc.app import open_policy
from modsvc.config import Settings
from modsvc.core.comment import Comment
from modsvc.core.decision import Action, Decision
from modsvc.core.policy import Policy
from modsvc.core.review import due_at
from modsvc.core.screening import screen
from modsvc.store import tables
from modsvc.store.comments import digest
from modsvc.store.decisions import Recorded, chain_hash, encode_reasons
from modsvc.store.sites import key_digest

PRAGMAS = (
    "busy_timeout=5000",
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",
)


class Base(DeclarativeBase):
    """The tables that modsvc has, as classes."""

    metadata = tables.metadata


class Site(Base):
    """A news site."""

    __table__ = tables.sites


class Article(Base):
    """A news item."""

    __table__ = tables.articles


class Author(Base):
    """A reader."""

    __table__ = tables.authors


class CommentRow(Base):
    """A comment."""

    __table__ = tables.comments


class Revision(Base):
    """A comment's body."""

    __table__ = tables.revisions


class DecisionRow(Base):
    """What was decided."""

    __table__ = tables.decisions


class Case(Base):
    """A held comment that waits."""

    __table__ = tables.cases


def create_app() -> Flask:
    """Build the application on the database that MODSVC_DATABASE_URL names, already migrated."""
    settings = Settings.from_environment()
    policy, scorer = open_policy(settings), PipelineScorer()
    engine = open_engine(settings.database_url)
    schema = BareCommentSchema()
    app = Flask("reference")

    @app.get("/readyz")
    def ready() -> Response:
        return Response("{}")

    @app.post("/v1/comments")
    def create() -> Response:
        key = request.headers.get("Authorization", "").removeprefix("Bearer ")
        with Session(engine) as session:
            good = tables.keys.c.digest == key_digest(key), tables.keys.c.revoked_at.is_(None)
            site = session.scalar(sa.select(tables.keys.c.site).where(*good))
        if site is None:
            return Response(status=401)
        comment = schema.load(request.get_json())
        decision = screen(comment, scorer=scorer, policy=policy)
        with Session(engine) as session:
            # Writers wait their turn at the beginning; otherwise many would fail at the end.
            session.connection().exec_driver_sql("BEGIN IMMEDIATE")
            row = store(session, site, comment, decision, policy)
            session.commit()
        return Response(encode(decision_answer(row)), 201, content_type="application/json")

    return app


def open_engine(url: str) -> sa.Engine:
    """Open SQLite as modsvc does: nothing is acknowledged that a power cut could take back."""
    engine = sa.create_engine(url)

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    return engine


def store(
    session: Session, site_id: str, comment: Comment, decision: Decision, policy: Policy
) -> Recorded:
    """Put a comment, its decision and its case into the session."""
    now = datetime.now(UTC)
    site: Any = session.get_one(Site, site_id)
    site.position += 1
    told = comment.article
    session.merge(
        Article(
            site=site_id,
            id=told.id,
            title=told.title,
            url=told.url,
            section=told.section,
            body=told.body,
            updated_at=now,
        )
    )
    session.merge(
        Author(
            site=site_id,
            id=comment.author.id,
            name=comment.author.name,
            joined_at=comment.author.joined_at,
            first_seen_at=now,
        )
    )
    row: Any = CommentRow(
        site=site_id,
        id=comment.id,
        article=told.id,
        author=comment.author.id,
        revision=1,
        position=site.position,
        action=decision.action.word,
        received_at=now,
    )
    session.add(row)
    session.flush()
    salt = secrets.token_bytes(16)
    session.add(
        Revision(
            comment=row.key,
            revision=1,
            body=comment.body,
            salt=salt,
            language=comment.language,
            created_at=comment.created_at,
            received_at=now,
        )
    )
    facts: dict[str, Any] = {
        "site": site_id,
        "position": site.position,
        "comment": row.key,
        "revision": 1,
        "action": decision.action.word,
        "reasons": encode_reasons(decision.reasons),
        "scores": orjson.dumps({k: round(v, 4) for k, v in decision.scores.items()}).decode(),
        "decided_by": "policy",
        "moderator": None,
        "policy_version": decision.policy_version,
        "model_version": decision.model_version,
        "decided_at": now,
        "body_digest": digest(salt, comment.body),
        "prev_hash": site.head_hash,
    }
    site.head_hash = chain_hash({**facts, "facts": None})
    session.add(DecisionRow(**facts, hash=site.head_hash))
    if decision.action is Action.HOLD:
        session.add(
            Case(
                site=site_id,
                comment=row.key,
                revision=1,
                opened_at=now,
                due_at=due_at(decision, policy.queue, now),
            )
        )
    return Recorded(
        position=site.position,
        comment_id=comment.id,
        revision=1,
        action=decision.action,
        reasons=decision.reasons,
        scores=orjson.loads(facts["scores"]),
        decided_by="policy",
        policy_version=decision.policy_version,
        model_version=decision.model_version,
        decided_at=now,
    )
