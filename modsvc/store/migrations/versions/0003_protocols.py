"""What other systems' protocols need: how a key is answered, labels suggested, calls counted."""

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
        "signing_secrets",
        sa.Column("id", KEY, nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("key", KEY, nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["site"], ["sites.id"], name=op.f("fk_signing_secrets_site_sites")),
        sa.ForeignKeyConstraint(["key"], ["keys.id"], name=op.f("fk_signing_secrets_key_keys")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_secrets")),
        sa.UniqueConstraint("key", "secret", name=op.f("uq_signing_secrets_key_secret")),
    )
    op.create_table(
        "suggestions",
        sa.Column("id", KEY, nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("protocol", sa.Text(), nullable=False),
        sa.Column("comment_id", sa.Text(), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
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
    op.create_table(
        "akismet_counts",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("key", KEY, nullable=False),
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("blog", sa.Text(), nullable=False),
        *(
            sa.Column(name, sa.BigInteger(), server_default="0", nullable=False)
            for name in ("spam", "ham", "missed_spam", "false_positives")
        ),
        sa.ForeignKeyConstraint(["site"], ["sites.id"], name=op.f("fk_akismet_counts_site_sites")),
        sa.ForeignKeyConstraint(["key"], ["keys.id"], name=op.f("fk_akismet_counts_key_keys")),
        sa.PrimaryKeyConstraint("key", "month", "blog", name=op.f("pk_akismet_counts")),
    )
