"""What sites want: their policies, their words, and what other policies would do."""

from __future__ import annotations

import sqlalchemy as sa

from modsvc.store.tables.base import Instant, Key, metadata

# Every version of a site's policy, never changed; `sites.policy` says which is in force.
policies = sa.Table(
    "policies",
    metadata,
    sa.Column("site", sa.Text, sa.ForeignKey("sites.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("document", sa.Text, nullable=False),
    # What decisions name it by, without the words that are kept apart.
    sa.Column("version", sa.Text, nullable=False),
    sa.Column("author", Key, sa.ForeignKey("moderators.id")),  # None: from the command line.
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("saved_at", Instant, nullable=False),
    sa.Index(None, "site", "version"),
)

# What an editor is writing, good or not, and which version was in force when that was begun.
policy_drafts = sa.Table(
    "policy_drafts",
    metadata,
    sa.Column("site", sa.Text, sa.ForeignKey("sites.id"), primary_key=True),
    sa.Column("moderator", Key, sa.ForeignKey("moderators.id"), primary_key=True),
    sa.Column("document", sa.Text, nullable=False),
    sa.Column("begun_on", sa.Integer),  # None: the installation's policy.
    sa.Column("changed_at", Instant, nullable=False),
)

# A site's words and phrases. What is looked for is never changed, only ended and written anew, so
# that the list of any time can be had again.
words = sa.Table(
    "words",
    metadata,
    sa.Column("id", Key, primary_key=True),
    sa.Column("site", sa.Text, sa.ForeignKey("sites.id"), nullable=False),
    sa.Column("phrase", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),  # hold or reject
    sa.Column("language", sa.Text, nullable=False),  # Empty: any.
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("ends_at", Instant),
    sa.Column("added_by", Key, sa.ForeignKey("moderators.id")),
    sa.Column("added_at", Instant, nullable=False),
    # The change of the site's list (`sites.words`) that added it, and the one that removed it.
    sa.Column("added_in", sa.Integer, nullable=False),
    sa.Column("removed_in", sa.Integer),
    sa.Column("removed_by", Key, sa.ForeignKey("moderators.id")),
    sa.Column("removed_at", Instant),
    sa.Index(
        "uq_words_in_force",
        "site",
        "phrase",
        "language",
        unique=True,
        sqlite_where=sa.text("removed_in IS NULL"),
        postgresql_where=sa.text("removed_in IS NULL"),
    ),
    sa.Index(None, "site", "id"),
)

# How many comments an entry was found in, day by day.
word_hits = sa.Table(
    "word_hits",
    metadata,
    sa.Column("word", Key, sa.ForeignKey("words.id"), primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("site", sa.Text, sa.ForeignKey("sites.id"), nullable=False),
    sa.Column("count", sa.BigInteger, nullable=False),
)

# What a shadow policy would have done where it is something else.
shadow_decisions = sa.Table(
    "shadow_decisions",
    metadata,
    sa.Column("site", sa.Text, sa.ForeignKey("sites.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("instead_of", sa.Text, nullable=False),
    sa.Column("reasons", sa.Text, nullable=False),  # JSON
)

# Drafts that somebody wants to see the effect of, and what it would be.
replays = sa.Table(
    "replays",
    metadata,
    sa.Column("id", Key, primary_key=True),
    sa.Column("site", sa.Text, sa.ForeignKey("sites.id"), nullable=False),
    sa.Column("document", sa.Text, nullable=False),
    sa.Column("newest", sa.Integer, nullable=False),  # How many comments, counted from the newest.
    sa.Column("asked_by", Key, sa.ForeignKey("moderators.id"), nullable=False),
    sa.Column("asked_at", Instant, nullable=False),
    sa.Column("state", sa.Text, nullable=False),  # waiting, running, done or failed
    sa.Column("n_done", sa.Integer, nullable=False, server_default="0"),
    sa.Column("n_all", sa.Integer, nullable=False, server_default="0"),
    sa.Column("report", sa.Text),  # JSON
    sa.Column("problem", sa.Text),
    sa.Column("claimed_until", Instant),
    sa.Index(None, "site", "id"),
    sa.Index(
        "ix_replays_open",
        "id",
        sqlite_where=sa.text("state IN ('waiting', 'running')"),
        postgresql_where=sa.text("state IN ('waiting', 'running')"),
    ),
)
