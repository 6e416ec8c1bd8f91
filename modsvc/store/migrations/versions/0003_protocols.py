"""What other systems' protocols need: how a key answers them, and the labels that they suggest."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

MOMENT = sa.DateTime(timezone=True)
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add what is missing. Keys made before are answered as new ones are unless told otherwise."""
    for name in ("keeps_comments", "unmeasured_as_zero", "ignores_images"):
        op.add_column(
            "keys", sa.Column(name, sa.Boolean(), server_default=sa.false(), nullable=False)
        )
    for name, default in (("flags_from", "hold"), ("akismet_hold", "error-header")):
        op.add_column("keys", sa.Column(name, sa.Text(), server_default=default, nullable=False))
    op.create_table(
        "suggestions",
        sa.Column("id", KEY, nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("protocol", sa.Text(), nullable=False),
        sa.Column("comment_id", sa.Text(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("labels", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("community", sa.Text(), nullable=True),
        sa.Column("token", sa.Text(), nullable=True),
        sa.Column("key", KEY, nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["site"], ["sites.id"], name=op.f("fk_suggestions_site_sites")),
        sa.ForeignKeyConstraint(["key"], ["keys.id"], name=op.f("fk_suggestions_key_keys")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestions")),
    )
    op.create_index("ix_suggestions_site_id", "suggestions", ["site", "id"], unique=False)
    op.create_index(
        "ix_suggestions_site_comment_id", "suggestions", ["site", "comment_id"], unique=False
    )
