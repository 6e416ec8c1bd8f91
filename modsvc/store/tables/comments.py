"""What was said, what was decided about it, and what is still to be done with it."""

from __future__ import annotations

import sqlalchemy as sa

from modsvc.store.tables.base import Instant, Key, metadata

# As many as `core.likeness.N_BANDS`.
BANDS = tuple(f"band_{n}" for n in range(4))

articles = sa.Table(
    "articles",
    metadata,
    sa.Column("site", sa.Text, sa.ForeignKey("sites.id"), primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("section", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    # How strictly comments are judged: normal, strict, premoderate or closed.
    sa.Column("mode", sa.Text, nullable=False, server_default="normal"),
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
    # What that decision asks for, so that an author's record need not look into the log; None where
    # it says nothing of the author.
    sa.Column("action", sa.Text),
    # Stands for the network address it came from, where the site told one.
    sa.Column("address", sa.Text),
    sa.UniqueConstraint("site", "id"),
    sa.Index(None, "site", "article", "received_at"),
    sa.Index(None, "site", "author", "received_at", "action"),
    sa.Index(
        "ix_comments_address",
        "site",
        "address",
        "received_at",
        sqlite_where=sa.text("address IS NOT NULL"),
        postgresql_where=sa.text("address IS NOT NULL"),
    ),
)

# What is alike among the comments of the last days: equal in any band, and then by the sketches.
likenesses = sa.Table(
    "likenesses",
    metadata,
    sa.Column("comment", Key, sa.ForeignKey("comments.key"), primary_key=True),
    sa.Column("site", sa.Text, sa.ForeignKey("sites.id"), nullable=False),
    sa.Column("sketch", sa.LargeBinary, nullable=False),
    *(sa.Column(band, sa.BigInteger, nullable=False) for band in BANDS),
    sa.Column("received_at", Instant, nullable=False),
    *(sa.Index(None, "site", band, "comment") for band in BANDS),
    sa.Index(None, "received_at"),
)

# Readers who said that a comment should not stand.
reports = sa.Table(
    "reports",
    metadata,
    sa.Column("id", Key, primary_key=True),
    sa.Column("site", sa.Text, sa.ForeignKey("sites.id"), nullable=False),
    sa.Column("comment", Key, sa.ForeignKey("comments.key"), nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    # Whoever it was, once: the site's own id of the reader, or what stands for it.
    sa.Column("reporter", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("received_at", Instant, nullable=False),
    sa.UniqueConstraint("comment", "revision", "reporter"),
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
    # Where it stood and who wrote it, if a later edit said otherwise; None: as the comment says.
    sa.Column("article", sa.Text),
    sa.Column("author", sa.Text),
    # What was answered to a comment.
    sa.Index(
        "ix_revisions_parent",
        "parent_id",
        "comment",
        sqlite_where=sa.text("parent_id IS NOT NULL"),
        postgresql_where=sa.text("parent_id IS NOT NULL"),
    ),
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
    # JSON, as it was hashed: what else the policy weighed; None where it weighed nothing else.
    sa.Column("facts", sa.Text),
    sa.Column("prev_hash", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
    sa.Index(None, "comment", "position"),
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
    sa.Index(None, "site", "position"),
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
