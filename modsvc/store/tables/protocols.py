"""What other systems' protocols leave behind."""

from __future__ import annotations

import sqlalchemy as sa

from modsvc.store.tables.base import Instant, Key, metadata

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
    # Whether it says that the site rejects the comment; None where it says something else.
    sa.Column("rejected", sa.Boolean),
    # JSON: what our classifier said of the body when it came; None where there was none to score.
    sa.Column("scores", sa.Text),
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

# What was learned of how likely a site is to reject a comment; one for each site that has enough.
site_models = sa.Table(
    "site_models",
    metadata,
    sa.Column("site", sa.Text, sa.ForeignKey("sites.id"), primary_key=True),
    # The last decision, and how many suggestions there were, when it was learned.
    sa.Column("position", sa.BigInteger, nullable=False),
    sa.Column("suggestion", sa.BigInteger, nullable=False),
    sa.Column("n_approved", sa.Integer, nullable=False),
    sa.Column("n_rejected", sa.Integer, nullable=False),
    sa.Column("auc", sa.Float, nullable=False),
    sa.Column("weights", sa.LargeBinary, nullable=False),  # Numbers of 32 bits, lowest byte first.
    sa.Column("learned_at", Instant, nullable=False),
)
