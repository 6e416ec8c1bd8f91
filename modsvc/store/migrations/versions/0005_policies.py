"""What editors need: policies, words, likenesses, reports, and facts kept with decisions."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

MOMENT = sa.DateTime(timezone=True)
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add what is missing. Decisions taken before have no facts, and cannot be weighed again."""
    op.create_table(
        "policies",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("author", KEY, nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["author"], ["moderators.id"], name=op.f("fk_policies_author_moderators")
        ),
        sa.ForeignKeyConstraint(["site"], ["sites.id"], name=op.f("fk_policies_site_sites")),
        sa.PrimaryKeyConstraint("site", "number", name=op.f("pk_policies")),
    )
    op.create_index(op.f("ix_policies_site_version"), "policies", ["site", "version"], unique=False)
    op.create_table(
        "policy_drafts",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("moderator", KEY, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("begun_on", sa.Integer(), nullable=True),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["moderator"], ["moderators.id"], name=op.f("fk_policy_drafts_moderator_moderators")
        ),
        sa.ForeignKeyConstraint(["site"], ["sites.id"], name=op.f("fk_policy_drafts_site_sites")),
        sa.PrimaryKeyConstraint("site", "moderator", name=op.f("pk_policy_drafts")),
    )
    op.create_table(
        "replays",
        sa.Column("id", KEY, nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("newest", sa.Integer(), nullable=False),
        sa.Column("asked_by", KEY, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("n_done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("n_all", sa.Integer(), server_default="0", nullable=False),
        sa.Column("report", sa.Text(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("claimed_until", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["moderators.id"], name=op.f("fk_replays_asked_by_moderators")
        ),
        sa.ForeignKeyConstraint(["site"], ["sites.id"], name=op.f("fk_replays_site_sites")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replays")),
    )
    op.create_index(
        "ix_replays_open",
        "replays",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state IN ('waiting', 'running')"),
        postgresql_where=sa.text("state IN ('waiting', 'running')"),
    )
    op.create_index(op.f("ix_replays_site_id"), "replays", ["site", "id"], unique=False)
    op.create_table(
        "shadow_decisions",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("instead_of", sa.Text(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site"], ["sites.id"], name=op.f("fk_shadow_decisions_site_sites")
        ),
        sa.PrimaryKeyConstraint("site", "number", "position", name=op.f("pk_shadow_decisions")),
    )
    op.create_table(
        "words",
        sa.Column("id", KEY, nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("phrase", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("ends_at", MOMENT, nullable=True),
        sa.Column("added_by", KEY, nullable=True),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("added_in", sa.Integer(), nullable=False),
        sa.Column("removed_in", sa.Integer(), nullable=True),
        sa.Column("removed_by", KEY, nullable=True),
        sa.Column("removed_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["added_by"], ["moderators.id"], name=op.f("fk_words_added_by_moderators")
        ),
        sa.ForeignKeyConstraint(
            ["removed_by"], ["moderators.id"], name=op.f("fk_words_removed_by_moderators")
        ),
        sa.ForeignKeyConstraint(["site"], ["sites.id"], name=op.f("fk_words_site_sites")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_words")),
    )
    op.create_index(op.f("ix_words_site_id"), "words", ["site", "id"], unique=False)
    op.create_index(
        "uq_words_in_force",
        "words",
        ["site", "phrase", "language"],
        unique=True,
        sqlite_where=sa.text("removed_in IS NULL"),
        postgresql_where=sa.text("removed_in IS NULL"),
    )
    op.create_table(
        "likenesses",
        sa.Column("comment", KEY, nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("sketch", sa.LargeBinary(), nullable=False),
        sa.Column("band_0", sa.BigInteger(), nullable=False),
        sa.Column("band_1", sa.BigInteger(), nullable=False),
        sa.Column("band_2", sa.BigInteger(), nullable=False),
        sa.Column("band_3", sa.BigInteger(), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["comment"], ["comments.key"], name=op.f("fk_likenesses_comment_comments")
        ),
        sa.ForeignKeyConstraint(["site"], ["sites.id"], name=op.f("fk_likenesses_site_sites")),
        sa.PrimaryKeyConstraint("comment", name=op.f("pk_likenesses")),
    )
    op.create_index(
        op.f("ix_likenesses_site_band_0_comment"),
        "likenesses",
        ["site", "band_0", "comment"],
        unique=False,
    )
    op.create_index(
        op.f("ix_likenesses_site_band_1_comment"),
        "likenesses",
        ["site", "band_1", "comment"],
        unique=False,
    )
    op.create_index(
        op.f("ix_likenesses_site_band_2_comment"),
        "likenesses",
        ["site", "band_2", "comment"],
        unique=False,
    )
    op.create_index(
        op.f("ix_likenesses_site_band_3_comment"),
        "likenesses",
        ["site", "band_3", "comment"],
        unique=False,
    )
    op.create_index(op.f("ix_likenesses_received_at"), "likenesses", ["received_at"], unique=False)
    op.create_table(
        "reports",
        sa.Column("id", KEY, nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("comment", KEY, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("reporter", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["comment"], ["comments.key"], name=op.f("fk_reports_comment_comments")
        ),
        sa.ForeignKeyConstraint(["site"], ["sites.id"], name=op.f("fk_reports_site_sites")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
        sa.UniqueConstraint(
            "comment", "revision", "reporter", name=op.f("uq_reports_comment_revision_reporter")
        ),
    )
    op.create_table(
        "word_hits",
        sa.Column("word", KEY, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["site"], ["sites.id"], name=op.f("fk_word_hits_site_sites")),
        sa.ForeignKeyConstraint(["word"], ["words.id"], name=op.f("fk_word_hits_word_words")),
        sa.PrimaryKeyConstraint("word", "day", name=op.f("pk_word_hits")),
    )
    op.add_column("articles", sa.Column("mode", sa.Text(), server_default="normal", nullable=False))
    op.add_column("comments", sa.Column("address", sa.Text(), nullable=True))
    op.add_column("comments", sa.Column("action", sa.Text(), nullable=True))
    op.execute(
        "UPDATE comments SET action = (SELECT action FROM decisions WHERE"
        " decisions.site = comments.site AND decisions.position = comments.position)"
    )
    # What came lately is counted by these, without a look at the comments themselves.
    for name, more in (("article", []), ("author", ["action"])):
        op.drop_index(op.f(f"ix_comments_site_{name}_key"), "comments")
        columns = ["site", name, "received_at", *more]
        op.create_index(op.f(f"ix_comments_{'_'.join(columns)}"), "comments", columns)
    op.create_index(
        "ix_comments_address",
        "comments",
        ["site", "address", "received_at"],
        unique=False,
        sqlite_where=sa.text("address IS NOT NULL"),
        postgresql_where=sa.text("address IS NOT NULL"),
    )
    op.add_column("revisions", sa.Column("article", sa.Text(), nullable=True))
    op.add_column("revisions", sa.Column("author", sa.Text(), nullable=True))
    op.add_column("decisions", sa.Column("facts", sa.Text(), nullable=True))
    op.add_column("sites", sa.Column("policy", sa.Integer(), nullable=True))
    op.add_column("sites", sa.Column("shadow", sa.Integer(), nullable=True))
    op.add_column("sites", sa.Column("words", sa.Integer(), server_default="0", nullable=False))
    op.add_column(
        "sites", sa.Column("rulebook", sa.BigInteger(), server_default="0", nullable=False)
    )
    op.add_column("sites", sa.Column("shadow_after", sa.BigInteger(), nullable=True))
