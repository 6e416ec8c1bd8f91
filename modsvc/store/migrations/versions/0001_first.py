"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

MOMENT = sa.DateTime(timezone=True)
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# The log of decisions is append-only: the database itself refuses anything else.
SQLITE_TRIGGERS = [
    f"""
    CREATE TRIGGER decisions_no_{verb.lower()} BEFORE {verb} ON decisions
    BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END
    """
    for verb in ("UPDATE", "DELETE")
]
POSTGRES_TRIGGERS = [
    """
    CREATE FUNCTION decisions_append_only() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'decisions are append-only'; END $$
    """,
    """
    CREATE TRIGGER decisions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON decisions
    FOR EACH STATEMENT EXECUTE FUNCTION decisions_append_only()
    """,
]


def upgrade() -> None:
    """Create every table, and the triggers that guard the log."""
    op.create_table(
        "log_in_failures",
        sa.Column("id", KEY, nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("failed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_in_failures")),
    )
    op.create_index(
        op.f("ix_log_in_failures_who_failed_at"),
        "log_in_failures",
        ["who", "failed_at"],
        unique=False,
    )
    op.create_table(
        "moderators",
        sa.Column("id", KEY, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("disabled_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderators")),
        sa.UniqueConstraint("name", name=op.f("uq_moderators_name")),
    )
    op.create_table(
        "secrets",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_secrets")),
    )
    op.create_table(
        "sites",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("position", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("head_hash", sa.Text(), server_default="", nullable=False),
        sa.Column("all_events", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sites")),
    )
    op.create_table(
        "articles",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["site"], ["sites.id"], name=op.f("fk_articles_site_sites")),
        sa.PrimaryKeyConstraint("site", "id", name=op.f("pk_articles")),
    )
    op.create_table(
        "authors",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("joined_at", MOMENT, nullable=True),
        sa.Column("first_seen_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["site"], ["sites.id"], name=op.f("fk_authors_site_sites")),
        sa.PrimaryKeyConstraint("site", "id", name=op.f("pk_authors")),
    )
    op.create_table(
        "comments",
        sa.Column("key", KEY, nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("article", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["site"], ["sites.id"], name=op.f("fk_comments_site_sites")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_comments")),
        sa.UniqueConstraint("site", "id", name=op.f("uq_comments_site_id")),
    )
    op.create_index(
        op.f("ix_comments_site_article_key"), "comments", ["site", "article", "key"], unique=False
    )
    op.create_index(
        op.f("ix_comments_site_author_key"), "comments", ["site", "author", "key"], unique=False
    )
    op.create_table(
        "idempotency",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["site"], ["sites.id"], name=op.f("fk_idempotency_site_sites")),
        sa.PrimaryKeyConstraint("site", "key", name=op.f("pk_idempotency")),
    )
    op.create_index(op.f("ix_idempotency_created_at"), "idempotency", ["created_at"], unique=False)
    op.create_table(
        "keys",
        sa.Column("id", KEY, nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["site"], ["sites.id"], name=op.f("fk_keys_site_sites")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_keys")),
        sa.UniqueConstraint("digest", name=op.f("uq_keys_digest")),
    )
    op.create_table(
        "log_in_links",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("moderator", KEY, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["moderator"], ["moderators.id"], name=op.f("fk_log_in_links_moderator_moderators")
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_log_in_links")),
    )
    op.create_table(
        "memberships",
        sa.Column("moderator", KEY, nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["moderator"], ["moderators.id"], name=op.f("fk_memberships_moderator_moderators")
        ),
        sa.ForeignKeyConstraint(["site"], ["sites.id"], name=op.f("fk_memberships_site_sites")),
        sa.PrimaryKeyConstraint("moderator", "site", name=op.f("pk_memberships")),
    )
    op.create_table(
        "sessions",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("moderator", KEY, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["moderator"], ["moderators.id"], name=op.f("fk_sessions_moderator_moderators")
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_sessions")),
    )
    op.create_index(op.f("ix_sessions_moderator"), "sessions", ["moderator"], unique=False)
    op.create_table(
        "cases",
        sa.Column("id", KEY, nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("comment", KEY, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("claimed_by", KEY, nullable=True),
        sa.Column("claimed_until", MOMENT, nullable=True),
        sa.Column("claim_token", sa.Integer(), server_default="0", nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["claimed_by"], ["moderators.id"], name=op.f("fk_cases_claimed_by_moderators")
        ),
        sa.ForeignKeyConstraint(
            ["comment"], ["comments.key"], name=op.f("fk_cases_comment_comments")
        ),
        sa.ForeignKeyConstraint(["site"], ["sites.id"], name=op.f("fk_cases_site_sites")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
    )
    op.create_index(
        "ix_cases_open",
        "cases",
        ["site", "due_at", "id"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        "uq_cases_open_comment",
        "cases",
        ["comment"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "decisions",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("comment", KEY, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("scores", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("moderator", KEY, nullable=True),
        sa.Column("policy_version", sa.Text(), nullable=False),
        sa.Column("model_version", sa.Text(), nullable=True),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.Column("body_digest", sa.Text(), nullable=False),
        sa.Column("prev_hash", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment"], ["comments.key"], name=op.f("fk_decisions_comment_comments")
        ),
        sa.ForeignKeyConstraint(
            ["moderator"], ["moderators.id"], name=op.f("fk_decisions_moderator_moderators")
        ),
        sa.ForeignKeyConstraint(["site"], ["sites.id"], name=op.f("fk_decisions_site_sites")),
        sa.PrimaryKeyConstraint("site", "position", name=op.f("pk_decisions")),
    )
    op.create_index(
        op.f("ix_decisions_comment_position"), "decisions", ["comment", "position"], unique=False
    )
    op.create_table(
        "notes",
        sa.Column("id", KEY, nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("comment", KEY, nullable=False),
        sa.Column("moderator", KEY, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["comment"], ["comments.key"], name=op.f("fk_notes_comment_comments")
        ),
        sa.ForeignKeyConstraint(
            ["moderator"], ["moderators.id"], name=op.f("fk_notes_moderator_moderators")
        ),
        sa.ForeignKeyConstraint(["site"], ["sites.id"], name=op.f("fk_notes_site_sites")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
    )
    op.create_index(op.f("ix_notes_comment"), "notes", ["comment"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", KEY, nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("comment", KEY, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["comment"], ["comments.key"], name=op.f("fk_outbox_comment_comments")
        ),
        sa.ForeignKeyConstraint(["site"], ["sites.id"], name=op.f("fk_outbox_site_sites")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("event", name=op.f("uq_outbox_event")),
    )
    op.create_index(
        "ix_outbox_pending",
        "outbox",
        ["site", "due_at", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_table(
        "revisions",
        sa.Column("comment", KEY, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("parent_id", sa.Text(), nullable=True),
        sa.Column("parent_body", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=True),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["comment"], ["comments.key"], name=op.f("fk_revisions_comment_comments")
        ),
        sa.PrimaryKeyConstraint("comment", "revision", name=op.f("pk_revisions")),
    )
    sqlite = op.get_bind().dialect.name == "sqlite"
    for trigger in SQLITE_TRIGGERS if sqlite else POSTGRES_TRIGGERS:
        op.execute(trigger)
