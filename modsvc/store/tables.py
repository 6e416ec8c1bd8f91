"""Every table, in one text for SQLite and PostgreSQL. Migrations write them; nothing else does.

A site's rows carry its id. Comments are known inside by `key`, a number that means nothing, so
that a comment can be erased while the decisions about it stay provable.
"""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Dialect

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Instant(sa.types.TypeDecorator[datetime]):
    """An aware moment in UTC: `timestamptz` on PostgreSQL, text that sorts on SQLite."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a moment that does not say its zone; keep the others in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  SQLAlchemy's signature.
        """Give the moment back in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# SQLite counts keys up by itself only where the column is called INTEGER.
Key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

sites = sa.Table(
    "sites",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    # The last position given in the feed of decisions, and the hash of that decision. Whoever
    # writes a decision holds this row until the commit: so positions become visible in order.
    sa.Column("position", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("head_hash", sa.Text, nullable=False, server_default=""),
    # Whether the outbox gets every decision, or only those taken after the answer.
    sa.Column("all_events", sa.Boolean, nullable=False, server_default=sa.false()),
)

keys = sa.Table(
    "keys",
    metadata,
    sa.Column("id", Key, primary_key=True),
    sa.Column("site", sa.Text, sa.ForeignKey("sites.id"), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    # The first characters, to tell keys apart in lists, and the SHA-256 of the whole.
    sa.Column("prefix", sa.Text, nullable=False),
    sa.Column("digest", sa.Text, nullable=False, unique=True),
    sa.Column("scopes", sa.Text, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("revoked_at", Instant),
    # How other systems' protocols answer this key: `Answering` in sites.py says what each means.
    sa.Column("keeps_comments", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("unmeasured_as_zero", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("ignores_images", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("flags_from", sa.Text, nullable=False, server_default="hold"),
    sa.Column("akismet_hold", sa.Text, nullable=False, server_default="error-header"),
)

# What a system that calls with a key signs its requests with; several while they are exchanged.
signing_secrets = sa.Table(
    "signing_secrets",
    metadata,
    sa.Column("id", Key, primary_key=True),
    sa.Column("site", sa.Text, sa.ForeignKey("sites.id"), nullable=False),
    sa.Column("key", Key, sa.ForeignKey("keys.id"), nullable=False),
    # As it is, since signatures are made with it.
    sa.Column("secret", sa.Text, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.UniqueConstraint("key", "secret"),
)

moderators = sa.Table(
    "moderators",
    metadata,
    sa.Column("id", Key, primary_key=True),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    # Argon2id; None for one who has not chosen a password and comes in by a link.
    sa.Column("password_hash", sa.Text),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("disabled_at", Instant),
)

memberships = sa.Table(
    "memberships",
    metadata,
    sa.Column("moderator", Key, sa.ForeignKey("moderators.id"), primary_key=True),
    sa.Column("site", sa.Text, sa.ForeignKey("sites.id"), primary_key=True),
    sa.Column("role", sa.Text, nullable=False),
)

log_in_links = sa.Table(
    "log_in_links",
    metadata,
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("moderator", Key, sa.ForeignKey("moderators.id"), nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
)

log_in_failures = sa.Table(
    "log_in_failures",
    metadata,
    sa.Column("id", Key, primary_key=True),
    # A salted digest of the name tried or of the address it came from, never either itself.
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("failed_at", Instant, nullable=False),
    sa.Index(None, "who", "failed_at"),
)

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("moderator", Key, sa.ForeignKey("moderators.id"), nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("seen_at", Instant, nullable=False),
    sa.Index(None, "moderator"),
)

# Secrets an installation makes for itself at its first start.
secrets = sa.Table(
    "secrets",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)

articles = sa.Table(
    "articles",
    metadata,
    sa.Column("site", sa.Text, sa.ForeignKey("sites.id"), primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("section", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("updated_at", Instant, nullable=False),
)

authors = sa.Table(
    "authors",
    metadata,
    sa.Column("site", sa.Text, sa.ForeignKey("sites.id"), primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("joined_at", Instant),
    sa.Column("first_seen_at", Instant, nullable=False),
)

comments = sa.Table(
    "comments",
    metadata,
    sa.Column("key", Key, primary_key=True),
    sa.Column("site", sa.Text, sa.ForeignKey("sites.id"), nullable=False),
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("article", sa.Text, nullable=False),
    sa.Column("author", sa.Text, nullable=False),
    # The newest revision, and the position of the decision now in force.
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("position", sa.BigInteger, nullable=False),
    sa.Column("received_at", Instant, nullable=False),
    sa.UniqueConstraint("site", "id"),
    sa.Index(None, "site", "article", "key"),
    sa.Index(None, "site", "author", "key"),
)

revisions = sa.Table(
    "revisions",
    metadata,
    sa.Column("comment", Key, sa.ForeignKey("comments.key"), primary_key=True),
    sa.Column("revision", sa.Integer, primary_key=True),
    sa.Column("body", sa.Text, nullable=False),
    # Random bytes that the decisions' digest of the body was made with; erasing them (and the
    # body) leaves a digest that says nothing.
    sa.Column("salt", sa.LargeBinary, nullable=False),
    sa.Column("parent_id", sa.Text),
    sa.Column("parent_body", sa.Text),
    sa.Column("language", sa.Text),
    sa.Column("created_at", Instant),
    sa.Column("received_at", Instant, nullable=False),
)

# Append-only: triggers refuse every change. Codes, offsets and digests, never a comment's words.
decisions = sa.Table(
    "decisions",
    metadata,
    sa.Column("site", sa.Text, sa.ForeignKey("sites.id"), primary_key=True),
    sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("comment", Key, sa.ForeignKey("comments.key"), nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("reasons", sa.Text, nullable=False),  # JSON, as it was hashed.
    sa.Column("scores", sa.Text, nullable=False),  # JSON, as it was hashed.
    sa.Column("decided_by", sa.Text, nullable=False),
    sa.Column("moderator", Key, sa.ForeignKey("moderators.id")),
    sa.Column("policy_version", sa.Text, nullable=False),
    sa.Column("model_version", sa.Text),
    sa.Column("decided_at", Instant, nullable=False),
    sa.Column("body_digest", sa.Text, nullable=False),
    sa.Column("prev_hash", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
    sa.Index(None, "comment", "position"),
)

cases = sa.Table(
    "cases",
    metadata,
    sa.Column("id", Key, primary_key=True),
    sa.Column("site", sa.Text, sa.ForeignKey("sites.id"), nullable=False),
    sa.Column("comment", Key, sa.ForeignKey("comments.key"), nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("opened_at", Instant, nullable=False),
    # When somebody should have looked: the queue's order. Worse comments are due sooner.
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("claimed_by", Key, sa.ForeignKey("moderators.id")),
    sa.Column("claimed_until", Instant),
    # Grows with every claim and every edit, so that a late form is recognised.
    sa.Column("claim_token", sa.Integer, nullable=False, server_default="0"),
    sa.Column("closed_at", Instant),
    sa.Index(
        "ix_cases_open",
        "site",
        "due_at",
        "id",
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    ),
    sa.Index(
        "uq_cases_open_comment",
        "comment",
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    ),
)

notes = sa.Table(
    "notes",
    metadata,
    sa.Column("id", Key, primary_key=True),
    sa.Column("site", sa.Text, sa.ForeignKey("sites.id"), nullable=False),
    sa.Column("comment", Key, sa.ForeignKey("comments.key"), nullable=False),
    sa.Column("moderator", Key, sa.ForeignKey("moderators.id"), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("written_at", Instant, nullable=False),
    sa.Index(None, "comment"),
)

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", Key, primary_key=True),
    sa.Column("event", sa.Text, nullable=False, unique=True),  # The webhook-id, told to the site.
    sa.Column("site", sa.Text, sa.ForeignKey("sites.id"), nullable=False),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("comment", Key, sa.ForeignKey("comments.key"), nullable=False),
    sa.Column("position", sa.BigInteger, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("state", sa.Text, nullable=False),  # pending, delivered or dead
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("due_at", Instant, nullable=False),
    sa.Index(
        "ix_outbox_pending",
        "site",
        "due_at",
        "id",
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    ),
)

# Approvals by the first stage that both stages are still to look at; done means gone.
late_judgements = sa.Table(
    "late_judgements",
    metadata,
    sa.Column("site", sa.Text, sa.ForeignKey("sites.id"), primary_key=True),
    sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("comment", Key, sa.ForeignKey("comments.key"), nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    # Grows with every claim, so that whoever comes back too late is recognised.
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("claimed_until", Instant),
    # When it had been tried so often that it is left for a person to see.
    sa.Column("given_up_at", Instant),
    sa.Index(
        "ix_late_judgements_waiting",
        "created_at",
        "site",
        "position",
        sqlite_where=sa.text("given_up_at IS NULL"),
        postgresql_where=sa.text("given_up_at IS NULL"),
    ),
    # Empty as a rule: whoever asks need not read all that waits.
    sa.Index(
        "ix_late_judgements_given_up",
        "given_up_at",
        sqlite_where=sa.text("given_up_at IS NOT NULL"),
        postgresql_where=sa.text("given_up_at IS NOT NULL"),
    ),
)

# What sites say of texts by other systems' protocols: labels to learn from, and whence they came.
suggestions = sa.Table(
    "suggestions",
    metadata,
    sa.Column("id", Key, primary_key=True),
    sa.Column("site", sa.Text, sa.ForeignKey("sites.id"), nullable=False),
    sa.Column("protocol", sa.Text, nullable=False),
    # The site's own id of the comment, where it says one; there may be no such comment here.
    sa.Column("comment_id", sa.Text),
    # None where only the comment's id was told.
    sa.Column("body", sa.Text),
    # JSON: what was said of each of the sender's labels, in [0, 1].
    sa.Column("labels", sa.Text, nullable=False),
    sa.Column("language", sa.Text),
    # Whom and what it came from, in the words of whoever sent it.
    sa.Column("community", sa.Text),
    sa.Column("token", sa.Text),
    sa.Column("key", Key, sa.ForeignKey("keys.id"), nullable=False),
    sa.Column("received_at", Instant, nullable=False),
    sa.Index(None, "site", "id"),
    sa.Index(None, "site", "comment_id"),
)

# What a key asked by Akismet's protocol in a month, for each of the sites it named.
akismet_counts = sa.Table(
    "akismet_counts",
    metadata,
    sa.Column("site", sa.Text, sa.ForeignKey("sites.id"), nullable=False),
    sa.Column("key", Key, sa.ForeignKey("keys.id"), primary_key=True),
    sa.Column("month", sa.Text, primary_key=True),  # Such as 2026-11.
    sa.Column("blog", sa.Text, primary_key=True),
    sa.Column("spam", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("ham", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("missed_spam", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("false_positives", sa.BigInteger, nullable=False, server_default="0"),
)

idempotency = sa.Table(
    "idempotency",
    metadata,
    sa.Column("site", sa.Text, sa.ForeignKey("sites.id"), primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    # SHA-256 of method, path and body: the same key with another request is an error.
    sa.Column("fingerprint", sa.Text, nullable=False),
    sa.Column("status", sa.Integer, nullable=False),
    sa.Column("answer", sa.LargeBinary, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Index(None, "created_at"),
)
