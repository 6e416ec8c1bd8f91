"""Who calls and who judges: sites and their keys, moderators and their log-ins."""

from __future__ import annotations

import sqlalchemy as sa

from modsvc.store.tables.base import Instant, Key, metadata

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
    # Its policy's number, and that of one which judges alongside and only records; None: the
    # installation's policy, and none.
    sa.Column("policy", sa.Integer),
    sa.Column("shadow", sa.Integer),
    # How often its list of words was changed, and how often any of the three.
    sa.Column("words", sa.Integer, nullable=False, server_default="0"),
    sa.Column("rulebook", sa.BigInteger, nullable=False, server_default="0"),
    # How many of its cases are open.
    sa.Column("open_cases", sa.Integer, nullable=False, server_default="0"),
    # The decision after which the shadow began to judge.
    sa.Column("shadow_after", sa.BigInteger),
    # The least role that must log in with a second step; None: nobody must.
    sa.Column("second_step_from", sa.Text),
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
    # Within a minute or so.
    sa.Column("seen_at", Instant),
    # What the secret of the second step is derived from, by a key that is not in this row; None
    # where it is off. And the newest half minute whose code was used: none counts twice.
    sa.Column("totp_nonce", sa.Text),
    sa.Column("totp_step", sa.BigInteger, nullable=False, server_default="0"),
    # JSON: what differs from core/preferences.py's defaults.
    sa.Column("preferences", sa.Text, nullable=False, server_default="{}"),
)

# Codes that stand in for the second step, once each.
recovery_codes = sa.Table(
    "recovery_codes",
    metadata,
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("moderator", Key, sa.ForeignKey("moderators.id"), nullable=False),
    sa.Index(None, "moderator"),
)

memberships = sa.Table(
    "memberships",
    metadata,
    sa.Column("moderator", Key, sa.ForeignKey("moderators.id"), primary_key=True),
    sa.Column("site", sa.Text, sa.ForeignKey("sites.id"), primary_key=True),
    sa.Column("role", sa.Text, nullable=False),
    sa.Index(None, "site"),
)

# Links by which somebody may join a site, once.
invitations = sa.Table(
    "invitations",
    metadata,
    sa.Column("id", Key, primary_key=True),
    sa.Column("digest", sa.Text, nullable=False, unique=True),
    sa.Column("site", sa.Text, sa.ForeignKey("sites.id"), nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("invited_by", Key, sa.ForeignKey("moderators.id"), nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("used_at", Instant),
    sa.Column("used_by", Key, sa.ForeignKey("moderators.id")),
    sa.Index(
        "ix_invitations_open",
        "site",
        "id",
        sqlite_where=sa.text("used_at IS NULL"),
        postgresql_where=sa.text("used_at IS NULL"),
    ),
)

# Who let whom do what at a site, by numbers alone.
people_changes = sa.Table(
    "people_changes",
    metadata,
    sa.Column("id", Key, primary_key=True),
    sa.Column("site", sa.Text, sa.ForeignKey("sites.id"), nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    # None for the operator, at the command line.
    sa.Column("made_by", Key, sa.ForeignKey("moderators.id")),
    # `invited`, `withdrawn`, `joined`, `role`, `removed` or `second_step`.
    sa.Column("kind", sa.Text, nullable=False),
    # Whom it was about; None for an invitation that nobody has taken up.
    sa.Column("moderator", Key, sa.ForeignKey("moderators.id")),
    # The role it led to; empty for none.
    sa.Column("role", sa.Text, nullable=False),
    sa.Index(None, "site", "id"),
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
    # A few words such as "Firefox on Linux"; no address.
    sa.Column("device", sa.Text, nullable=False, server_default=""),
    # Whether only the first step was taken, so that the session opens nothing but the second.
    sa.Column("awaits_code", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Index(None, "moderator"),
)

# Secrets an installation makes for itself at its first start.
secrets = sa.Table(
    "secrets",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)
