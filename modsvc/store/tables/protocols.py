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
