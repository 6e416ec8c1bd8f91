"""Decisions that are to be judged again."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

MOMENT = sa.DateTime(timezone=True)
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the table; nothing that was decided before is judged again."""
    op.create_table(
        "late_judgements",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("comment", KEY, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("claimed_until", MOMENT, nullable=True),
        sa.Column("given_up_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["comment"], ["comments.key"], name=op.f("fk_late_judgements_comment_comments")
        ),
        sa.ForeignKeyConstraint(["site"], ["sites.id"], name=op.f("fk_late_judgements_site_sites")),
        sa.PrimaryKeyConstraint("site", "position", name=op.f("pk_late_judgements")),
    )
    op.create_index(
        "ix_late_judgements_waiting",
        "late_judgements",
        ["created_at", "site", "position"],
        unique=False,
        sqlite_where=sa.text("given_up_at IS NULL"),
        postgresql_where=sa.text("given_up_at IS NULL"),
    )
    op.create_index(
        "ix_late_judgements_given_up",
        "late_judgements",
        ["given_up_at"],
        unique=False,
        sqlite_where=sa.text("given_up_at IS NOT NULL"),
        postgresql_where=sa.text("given_up_at IS NOT NULL"),
    )
