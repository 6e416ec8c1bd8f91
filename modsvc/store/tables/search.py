"""What comments are found by: their words, and how far each site's log was read for them."""

from __future__ import annotations

import sqlalchemy as sa

from modsvc.store.tables.base import Key, metadata

# The index of the words is the database's own affair: on SQLite a virtual table that triggers keep
# (with tables of its own beside it), on PostgreSQL a column that it computes, and its index.
search_texts = sa.Table(
    "search_texts",
    metadata,
    sa.Column("comment", Key, sa.ForeignKey("comments.key"), primary_key=True),
    sa.Column("site", sa.Text, sa.ForeignKey("sites.id"), nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
)

# The site's decisions up to this place were looked through for new texts.
search_marks = sa.Table(
    "search_marks",
    metadata,
    sa.Column("site", sa.Text, sa.ForeignKey("sites.id"), primary_key=True),
    sa.Column("position", sa.BigInteger, nullable=False),
)
