"""What is learned from a site's own decisions: what suggestions say, and the models they make."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add what is missing. What was suggested before says nothing of a rejection."""
    op.add_column("suggestions", sa.Column("rejected", sa.Boolean(), nullable=True))
    op.add_column("suggestions", sa.Column("scores", sa.Text(), nullable=True))
    op.create_table(
        "site_models",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("suggestion", sa.BigInteger(), nullable=False),
        sa.Column("n_approved", sa.Integer(), nullable=False),
        sa.Column("n_rejected", sa.Integer(), nullable=False),
        sa.Column("auc", sa.Float(), nullable=False),
        sa.Column("weights", sa.LargeBinary(), nullable=False),
        sa.Column("learned_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["site"], ["sites.id"], name=op.f("fk_site_models_site_sites")),
        sa.PrimaryKeyConstraint("site", name=op.f("pk_site_models")),
    )
