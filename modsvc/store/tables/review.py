"""What moderators work with: cases, what is noticed about them, what was done and said."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from modsvc.store.tables.base import Instant, Key, metadata

OPEN: dict[str, Any] = {
    "sqlite_where": sa.text("closed_at IS NULL"),
    "postgresql_where": sa.text("closed_at IS NULL"),
}
CLOSED: dict[str, Any] = {
    "sqlite_where": sa.text("closed_at IS NOT NULL"),
    "postgresql_where": sa.text("closed_at IS NOT NULL"),
}


def _open_and(column: str) -> dict[str, Any]:
    where = sa.text(f"closed_at IS NULL AND {column} IS NOT NULL")
    return {"sqlite_where": where, "postgresql_where": where}


ESCALATED, ASSIGNED = _open_and("escalated_at"), _open_and("assigned_to")
NOT_FOR, IN_LANGUAGE = _open_and("not_for"), _open_and("language")

cases = sa.Table(
    "cases",
    metadata,
    sa.Column("id", Key, primary_key=True),
    sa.Column("site", sa.Text, sa.ForeignKey("sites.id"), nullable=False),
    sa.Column("comment", Key, sa.ForeignKey("comments.key"), nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    # Why it was opened: held, second or sample, as core.review says.
    sa.Column("kind", sa.Text, nullable=False, server_default="held"),
    # The decision that it is here for, whose reasons are shown; None for those closed long ago.
    sa.Column("about", sa.BigInteger),
    # Of a second look or a sample: the decision that is looked at, and who took it, who does not
    # get it.
    sa.Column("checks", sa.BigInteger),
    sa.Column("not_for", Key, sa.ForeignKey("moderators.id")),
    sa.Column("opened_at", Instant, nullable=False),
    # When somebody should have looked: the queue's order. Worse comments are due sooner.
    sa.Column("due_at", Instant, nullable=False),
    # The language it was judged in, without what makes it a country's or a script's: `he` of he-IL.
    sa.Column("language", sa.Text),
    # The strength of the classifier's strongest reason: the order by the worst.
    sa.Column("worst", sa.Float, nullable=False, server_default="0"),
    # From when on it is a lead's, and whose it is, if a moderator was asked to look.
    sa.Column("escalated_at", Instant),
    sa.Column("assigned_to", Key, sa.ForeignKey("moderators.id")),
    sa.Column("claimed_by", Key, sa.ForeignKey("moderators.id")),
    sa.Column("claimed_until", Instant),
    # Grows with every claim and every edit, so that a late form is recognised.
    sa.Column("claim_token", sa.Integer, nullable=False, server_default="0"),
    sa.Column("closed_at", Instant),
    sa.Index("ix_cases_open", "site", "due_at", "id", **OPEN),
    sa.Index("ix_cases_open_opened", "site", "opened_at", "id", **OPEN),
    sa.Index("ix_cases_open_worst", "site", "worst", "id", **OPEN),
    # Few as a rule: looked up by whose they are.
    sa.Index("ix_cases_open_escalated", "site", "escalated_at", "id", **ESCALATED),
    sa.Index("ix_cases_open_assigned", "site", "assigned_to", "id", **ASSIGNED),
    # To be left out of what whoever took the decision is told of.
    sa.Index("ix_cases_open_not_for", "site", "not_for", **NOT_FOR),
    sa.Index("ix_cases_open_language", "site", "language", "id", **IN_LANGUAGE),
    sa.Index("uq_cases_open_comment", "comment", unique=True, **OPEN),
    sa.Index("ix_cases_comment", "comment", "id"),
    # How many came and went in an hour. With when they closed, or it would pass for the order of
    # those that are open, and all the closed ones be read on the way.
    sa.Index("ix_cases_site_opened_at", "site", "opened_at", "closed_at"),
    # Of closed ones alone, or it would pass for the way to whatever is asked of open ones.
    sa.Index("ix_cases_site_closed_at", "site", "closed_at", **CLOSED),
)

# Of open cases alone: each reason's code and each label, with its strength.
case_signals = sa.Table(
    "case_signals",
    metadata,
    sa.Column("case", Key, sa.ForeignKey("cases.id"), primary_key=True),
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("site", sa.Text, sa.ForeignKey("sites.id"), nullable=False),
    sa.Column("strength", sa.Float, nullable=False),
    # False for a label that called for nothing.
    sa.Column("is_reason", sa.Boolean, nullable=False),
    sa.Index(None, "site", "code", "is_reason", "case"),
    sa.Index(None, "site", "code", "strength", "case"),
)

# Cases that a moderator would rather not read; or handed to somebody who must not judge them, and
# sees as theirs.
case_passes = sa.Table(
    "case_passes",
    metadata,
    sa.Column("case", Key, sa.ForeignKey("cases.id"), primary_key=True),
    sa.Column("moderator", Key, sa.ForeignKey("moderators.id"), primary_key=True),
    sa.Column("site", sa.Text, sa.ForeignKey("sites.id"), nullable=False),
    sa.Column("left_to", Key, sa.ForeignKey("moderators.id")),
)

notes = sa.Table(
    "notes",
    metadata,
    sa.Column("id", Key, primary_key=True),
    sa.Column("site", sa.Text, sa.ForeignKey("sites.id"), nullable=False),
    sa.Column("comment", Key, sa.ForeignKey("comments.key"), nullable=False),
    sa.Column("moderator", Key, sa.ForeignKey("moderators.id"), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("written_at", Instant, nullable=False),
    sa.Index(None, "comment"),
)

# Whom a note speaks to, and since when they know.
mentions = sa.Table(
    "mentions",
    metadata,
    sa.Column("note", Key, sa.ForeignKey("notes.id"), primary_key=True),
    sa.Column("moderator", Key, sa.ForeignKey("moderators.id"), primary_key=True),
    sa.Column("site", sa.Text, sa.ForeignKey("sites.id"), nullable=False),
    sa.Column("seen_at", Instant),
    sa.Index(None, "site", "moderator", "note"),
)

# What a moderator did with one key or click, to one case or to many: it is undone as a whole.
acts = sa.Table(
    "acts",
    metadata,
    sa.Column("id", Key, primary_key=True),
    sa.Column("site", sa.Text, sa.ForeignKey("sites.id"), nullable=False),
    sa.Column("moderator", Key, sa.ForeignKey("moderators.id"), nullable=False),
    # The reason's code; and for a release by range, of what.
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("detail", sa.Text, nullable=False, server_default="{}"),
    sa.Column("n_cases", sa.Integer, nullable=False),
    sa.Column("acted_at", Instant, nullable=False),
    sa.Column("undone_at", Instant),
    # What the page sent with it, so that a form sent twice counts once.
    sa.Column("form", sa.Text),
    sa.UniqueConstraint("moderator", "form"),
    sa.Index(None, "site", "moderator", "id"),
    sa.Index(None, "site", "acted_at"),
)

act_cases = sa.Table(
    "act_cases",
    metadata,
    sa.Column("act", Key, sa.ForeignKey("acts.id"), primary_key=True),
    sa.Column("case", Key, sa.ForeignKey("cases.id"), primary_key=True),
    sa.Column("site", sa.Text, sa.ForeignKey("sites.id"), nullable=False),
    # The decision it made; None where an opinion changed nothing.
    sa.Column("position", sa.BigInteger),
    # The case as it was, to be put back: when it was due, or if it was closed, what was in force.
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("before", sa.BigInteger),
    sa.Index(None, "case"),
)

# What a second pair of eyes said of a decision, unasked and unmarked.
opinions = sa.Table(
    "opinions",
    metadata,
    sa.Column("case", Key, sa.ForeignKey("cases.id"), primary_key=True),
    sa.Column("site", sa.Text, sa.ForeignKey("sites.id"), nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    # The decision it is about: its place in the log, and what it asked for.
    sa.Column("about", sa.BigInteger, nullable=False),
    sa.Column("about_action", sa.Text, nullable=False),
    sa.Column("moderator", Key, sa.ForeignKey("moderators.id"), nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("given_at", Instant, nullable=False),
    sa.Index(None, "site", "kind", "given_at"),
)

# A queue's filters and order under a name.
views = sa.Table(
    "views",
    metadata,
    sa.Column("id", Key, primary_key=True),
    sa.Column("site", sa.Text, sa.ForeignKey("sites.id"), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    # As the address has it.
    sa.Column("query", sa.Text, nullable=False),
    sa.Column("made_by", Key, sa.ForeignKey("moderators.id"), nullable=False),
    # For all of the site; else for whoever made it.
    sa.Column("is_shared", sa.Boolean, nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.UniqueConstraint("site", "made_by", "name"),
)

# What was drawn for a release by range: all the cases there were then, and who drew among them.
draws = sa.Table(
    "draws",
    metadata,
    sa.Column("id", Key, primary_key=True),
    sa.Column("site", sa.Text, sa.ForeignKey("sites.id"), nullable=False),
    sa.Column("moderator", Key, sa.ForeignKey("moderators.id"), nullable=False),
    # Each case with its comment's revision, as JSON.
    sa.Column("cases", sa.Text, nullable=False),
    sa.Column("drawn_at", Instant, nullable=False),
    sa.Index(None, "drawn_at"),
)

# What came and went in an hour that is over, summed up for the dashboard.
hours = sa.Table(
    "hours",
    metadata,
    sa.Column("site", sa.Text, sa.ForeignKey("sites.id"), primary_key=True),
    sa.Column("hour", Instant, primary_key=True),
    # Grows each time that the sums stop being true, as when a decision in the hour is undone.
    sa.Column("version", sa.Integer, nullable=False),
    # As core.hours writes them; None until they are made anew.
    sa.Column("sums", sa.Text),
)
