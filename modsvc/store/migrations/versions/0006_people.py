"""What people need: invitations, a second step, sessions to tell apart, and what they prefer."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

MOMENT = sa.DateTime(timezone=True)
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add what is missing. Nobody has a second step yet, and sessions of before go on."""
    op.create_table(
        "recovery_codes",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("moderator", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["moderator"], ["moderators.id"], name=op.f("fk_recovery_codes_moderator_moderators")
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_recovery_codes")),
    )
    op.create_index(
        op.f("ix_recovery_codes_moderator"), "recovery_codes", ["moderator"], unique=False
    )
    op.create_table(
        "invitations",
        sa.Column("id", KEY, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("invited_by", KEY, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.Column("used_by", KEY, nullable=True),
        sa.ForeignKeyConstraint(
            ["invited_by"], ["moderators.id"], name=op.f("fk_invitations_invited_by_moderators")
        ),
        sa.ForeignKeyConstraint(["site"], ["sites.id"], name=op.f("fk_invitations_site_sites")),
        sa.ForeignKeyConstraint(
            ["used_by"], ["moderators.id"], name=op.f("fk_invitations_used_by_moderators")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("digest", name=op.f("uq_invitations_digest")),
    )
    op.create_index(
        "ix_invitations_open",
        "invitations",
        ["site", "id"],
        unique=False,
        sqlite_where=sa.text("used_at IS NULL"),
        postgresql_where=sa.text("used_at IS NULL"),
    )
    op.create_table(
        "people_changes",
        sa.Column("id", KEY, nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by", KEY, nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("moderator", KEY, nullable=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["made_by"], ["moderators.id"], name=op.f("fk_people_changes_made_by_moderators")
        ),
        sa.ForeignKeyConstraint(
            ["moderator"], ["moderators.id"], name=op.f("fk_people_changes_moderator_moderators")
        ),
        sa.ForeignKeyConstraint(["site"], ["sites.id"], name=op.f("fk_people_changes_site_sites")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_changes")),
    )
    op.create_index(op.f("ix_people_changes_site_id"), "people_changes", ["site", "id"])
    op.create_index(op.f("ix_memberships_site"), "memberships", ["site"], unique=False)
    op.add_column("sites", sa.Column("second_step_from", sa.Text(), nullable=True))
    op.add_column("moderators", sa.Column("seen_at", MOMENT, nullable=True))
    op.add_column("moderators", sa.Column("totp_nonce", sa.Text(), nullable=True))
    op.add_column(
        "moderators",
        sa.Column("totp_step", sa.BigInteger(), server_default="0", nullable=False),
    )
    op.add_column(
        "moderators", sa.Column("preferences", sa.Text(), server_default="{}", nullable=False)
    )
    op.add_column("sessions", sa.Column("device", sa.Text(), server_default="", nullable=False))
    op.add_column(
        "sessions",
        sa.Column("awaits_code", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
